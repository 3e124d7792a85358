import { readFileSync } from 'node:fs';
import { Command, CommanderError, type Option } from 'commander';
import { ConfigDirectoryError } from '../filters/config-directory.ts';
import { CommandError } from './command-error.ts';
import { COMMAND_LIST, loadCommand } from './command-list.ts';
import { LogFileError } from './input/log-file.ts';
import type { Terminal } from './terminal.ts';

/** Of every command, after all help. */
export const EXIT_CODES = `
Exit codes: 0 done, 1 a mistake in the configuration or a failure, 2 wrong usage or an unreadable file.`;

/**
 * Runs `cloudjail …args`. Never throws: it prints errors to `terminal.err`.
 *
 * @returns the exit code
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const cloudjail = await program(args, terminal);
    await cloudjail.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return explain(error, terminal);
  }
}

async function program(args: readonly string[], terminal: Terminal): Promise<Command> {
  const cloudjail = new Command('cloudjail')
    .description('Fail2ban for AWS: try jails on logs, look at a configuration, ban and unban in a deployed stack.')
    .version(version(), '-V, --version', 'the version of cloudjail')
    .addHelpText('afterAll', EXIT_CODES);
  for (const command of await commands(args, terminal)) cloudjail.addCommand(command);
  for (const command of [cloudjail, ...cloudjail.commands]) {
    command
      .exitOverride()
      .configureHelp({ optionDescription })
      .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
      .showHelpAfterError(`(cloudjail ${command === cloudjail ? '' : `${command.name()} `}--help shows more)`);
  }
  return cloudjail;
}

/**
 * The command that is named first, or after `help`; without one all of them by name and summary
 * alone, for the help and for guesses at what was meant.
 */
async function commands(args: readonly string[], terminal: Terminal): Promise<readonly Command[]> {
  const words = args[0] === '--' ? args.slice(1) : args;
  const named = words[0] === 'help' ? words[1] : words[0];
  const wanted = COMMAND_LIST.find(({ name }) => name === named);
  if (wanted) return [await loadCommand(wanted, terminal)];
  return COMMAND_LIST.map(({ name, summary, group }) => new Command(name).summary(summary).helpGroup(group));
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return version;
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
