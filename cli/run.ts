import { Command, CommanderError, type Option } from 'commander';
import { ConfigDirectoryError } from '../filters/config-directory.ts';
import { LogFileError } from '../local/replay/read-lines.ts';
import { CommandError } from './command-error.ts';
import { checkCommand } from './commands/check.ts';
import { dumpCommand } from './commands/dump.ts';
import { regexCommand } from './commands/regex.ts';
import { replayCommand } from './commands/replay.ts';
import type { Terminal } from './terminal.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 a mistake in the configuration or a failure, 2 wrong usage or an unreadable file.`;

/**
 * Runs `cloudjail …args`. Never throws: what goes wrong is told on `terminal.err`.
 *
 * @returns the exit code
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program(terminal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return explain(error, terminal);
  }
}

function program(terminal: Terminal): Command {
  const cloudjail = new Command('cloudjail')
    .description('Fail2ban for AWS: try jails on logs, test filters, look at a configuration.')
    .addHelpText('after', EXIT_CODES);
  for (const command of [replayCommand, regexCommand, checkCommand, dumpCommand]) {
    cloudjail.addCommand(command(terminal));
  }
  for (const command of [cloudjail, ...cloudjail.commands]) {
    command
      .exitOverride()
      .configureHelp({ optionDescription })
      .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
      .showHelpAfterError(`(cloudjail ${command === cloudjail ? '' : `${command.name()} `}--help says more)`);
  }
  return cloudjail;
}

/** Without commander's own mention of defaults: where they matter the description has them. */
function optionDescription({ description, argChoices }: Option): string {
  return argChoices ? `${description} (${argChoices.join(', ')})` : description;
}

function explain(error: unknown, terminal: Terminal): number {
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandError) {
    if (error.message !== '') terminal.err(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof LogFileError || error instanceof ConfigDirectoryError) {
    terminal.err(`${error.message}\n`);
    return 2;
  }
  terminal.err(`cloudjail failed: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
