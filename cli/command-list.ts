import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/**
 * A command as the help of all lists it, and how to load it: none pays for what another imports.
 */
export interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  /** The heading it stands under in the help. */
  readonly group: string;
  load(terminal: Terminal): Promise<Command>;
}

const HERE = 'On this machine:';
const DEPLOYED = 'On the deployed stack:';

export const COMMAND_LIST: readonly ListedCommand[] = [
  {
    name: 'demo',
    summary: 'play a log through the whole of cloudjail (npm start)',
    group: HERE,
    load: async (terminal) => (await import('./commands/demo.ts')).demoCommand(terminal),
  },
  {
    name: 'replay',
    summary: 'what the jails would have banned',
    group: HERE,
    load: async (terminal) => (await import('./commands/replay.ts')).replayCommand(terminal),
  },
  {
    name: 'regex',
    summary: 'a filter or a failregex on a log, as fail2ban-regex',
    group: HERE,
    load: async (terminal) => (await import('./commands/regex.ts')).regexCommand(terminal),
  },
  {
    name: 'check',
    summary: 'mistakes in the configuration',
    group: HERE,
    load: async (terminal) => (await import('./commands/check.ts')).checkCommand(terminal),
  },
  {
    name: 'explain',
    summary: 'what a diagnostic means',
    group: HERE,
    load: async (terminal) => (await import('./commands/explain.ts')).explainCommand(terminal),
  },
  {
    name: 'dump',
    summary: 'the configuration as it is understood',
    group: HERE,
    load: async (terminal) => (await import('./commands/dump.ts')).dumpCommand(terminal),
  },
  {
    name: 'agent-config',
    summary: 'what the CloudWatch agent of a server must send',
    group: HERE,
    load: async (terminal) => (await import('./commands/agent-config.ts')).agentConfigCommand(terminal),
  },
  {
    name: 'cost',
    summary: 'what the stack would cost',
    group: HERE,
    load: async (terminal) => (await import('./commands/cost.ts')).costCommand(terminal),
  },
  {
    name: 'status',
    summary: 'the jails, and who is banned in one',
    group: DEPLOYED,
    load: async (terminal) => (await import('./commands/status.ts')).statusCommand(terminal),
  },
  {
    name: 'banned',
    summary: 'which jails ban an address',
    group: DEPLOYED,
    load: async (terminal) => (await import('./commands/banned.ts')).bannedCommand(terminal),
  },
  {
    name: 'set',
    summary: 'ban or unban addresses in a jail',
    group: DEPLOYED,
    load: async (terminal) => (await import('./commands/set.ts')).setCommand(terminal),
  },
  {
    name: 'unban',
    summary: 'unban addresses in every jail',
    group: DEPLOYED,
    load: async (terminal) => (await import('./commands/unban.ts')).unbanCommand(terminal),
  },
  {
    name: 'get',
    summary: "who is banned in a jail, or one of a jail's options",
    group: DEPLOYED,
    load: async (terminal) => (await import('./commands/get.ts')).getCommand(terminal),
  },
  {
    name: 'resume',
    summary: 'let a jail go on that maxbans stopped',
    group: DEPLOYED,
    load: async (terminal) => (await import('./commands/resume.ts')).resumeCommand(terminal),
  },
  {
    name: 'backfill',
    summary: 'match events that a log group has already',
    group: DEPLOYED,
    load: async (terminal) => (await import('./commands/backfill.ts')).backfillCommand(terminal),
  },
];

/** The command as its own file makes it, with what the list has about it. */
export async function loadCommand({ load, summary, group }: ListedCommand, terminal: Terminal): Promise<Command> {
  return (await load(terminal)).summary(summary).helpGroup(group);
}
