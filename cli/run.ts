import { readFileSync } from 'node:fs';
import { Command, CommanderError, type Option } from 'commander';
import { ConfigDirectoryError } from '../filters/config-directory.ts';
import { CommandError } from './command-error.ts';
import { LogFileError } from './input/read-lines.ts';
import type { Terminal } from './terminal.ts';

type Load = (terminal: Terminal) => Promise<Command>;

/** Loaded when they are needed: no command pays for what another one imports. */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, Load>>>> = {
  'On this machine:': {
    replay: async (terminal) => (await import('./commands/replay.ts')).replayCommand(terminal),
    regex: async (terminal) => (await import('./commands/regex.ts')).regexCommand(terminal),
    check: async (terminal) => (await import('./commands/check.ts')).checkCommand(terminal),
    dump: async (terminal) => (await import('./commands/dump.ts')).dumpCommand(terminal),
    'agent-config': async (terminal) => (await import('./commands/agent-config.ts')).agentConfigCommand(terminal),
    cost: async (terminal) => (await import('./commands/cost.ts')).costCommand(terminal),
  },
  'On the deployed stack:': {
    status: async (terminal) => (await import('./commands/status.ts')).statusCommand(terminal),
    banned: async (terminal) => (await import('./commands/banned.ts')).bannedCommand(terminal),
    set: async (terminal) => (await import('./commands/set.ts')).setCommand(terminal),
    unban: async (terminal) => (await import('./commands/unban.ts')).unbanCommand(terminal),
    get: async (terminal) => (await import('./commands/get.ts')).getCommand(terminal),
    resume: async (terminal) => (await import('./commands/resume.ts')).resumeCommand(terminal),
    backfill: async (terminal) => (await import('./commands/backfill.ts')).backfillCommand(terminal),
  },
};

const EXIT_CODES = `
Exit codes: 0 done, 1 a mistake in the configuration or a failure, 2 wrong usage or an unreadable file.`;

/**
 * Runs `cloudjail …args`. Never throws: what goes wrong is told on `terminal.err`.
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
    .addHelpText('after', EXIT_CODES);
  for (const command of await commands(args[0], terminal)) cloudjail.addCommand(command);
  for (const command of [cloudjail, ...cloudjail.commands]) {
    command
      .exitOverride()
      .configureHelp({ optionDescription })
      .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
      .showHelpAfterError(`(cloudjail ${command === cloudjail ? '' : `${command.name()} `}--help says more)`);
  }
  return cloudjail;
}

/**
 * The command that is named first; without one all of them, for the help and for guesses at what
 * was meant.
 */
async function commands(named: string | undefined, terminal: Terminal): Promise<readonly Command[]> {
  const all = Object.entries(COMMANDS).flatMap(([heading, group]) =>
    Object.entries(group).map(([name, load]) => ({ name, load, heading })),
  );
  const wanted = all.filter(({ name }) => name === named);
  const loaded = (wanted.length > 0 ? wanted : all).map(async ({ load, heading }) =>
    (await load(terminal)).helpGroup(heading),
  );
  return Promise.all(loaded);
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
