import { Command } from 'commander';
import { eachAtOnce } from '../../core/at-once.ts';
import { logGroups, writtenLogGroups } from '../../core/compile/log-groups.ts';
import { FIREWALL_TARGETS, meaningOf } from '../../core/config/actions.ts';
import type { Jail } from '../../core/config/jail.ts';
import type { ActiveBan } from '../../core/ports/ban-store.ts';
import type { SubscriptionReport, UnreadLogGroup } from '../../core/ports/subscription-report-store.ts';
import { activeBans } from '../deployed/active-bans.ts';
import { type ConfiguredJails, configuredJails, notRunning } from '../deployed/configured-jails.ts';
import { onStack } from '../deployed/deployed-stack.ts';
import { type EnforcedBan, enforcedBans } from '../deployed/enforced-bans.ts';
import type { DeployedStack } from '../deployed/stack-access.ts';
import { type StackOptions, withStackOptions } from '../deployed/stack-options.ts';
import { TABLE_CALLS } from '../deployed/table-calls.ts';
import { banObject } from '../output/ban-text.ts';
import { clockText } from '../output/clock-text.ts';
import { printable } from '../output/printable.ts';
import { groupedStatusTree, type StatusRow, statusTree } from '../output/status-tree.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
As fail2ban-client status; times are UTC:

  cloudjail status
  cloudjail status sshd

Total banned counts the bans on record of the addresses that are banned now, earlier ones included. A jail's breaker trips when it makes
more than maxbans bans in a minute: it bans nobody then, until cloudjail resume. Not yet enforced are bans that no firewall has been seen to hold.
Attempts while banned came in long after one did: it does not stand before that log's server, or does not see the client's own address.
Log groups that are read by what their names begin with, and can't be, stand there with the reason.`;

/** What is known of a jail beside its configuration. */
interface JailState {
  readonly name: string;
  /** `undefined`: the configuration has no such jail, or it is not enabled. */
  readonly jail: Jail | undefined;
  readonly bans: readonly ActiveBan[];
  /** Epoch seconds; `undefined` while the jail bans. */
  readonly trippedAt: number | undefined;
  /** Log groups that it should read, by what their names begin with, and does not. */
  readonly unread: readonly UnreadLogGroup[];
}

export function statusCommand(terminal: Terminal): Command {
  return withStackOptions(
    new Command('status')
      .description('Lists the jails, or shows the state of one, like fail2ban-client status.')
      .argument('[jail]', 'a jail'),
  )
    .addHelpText('after', EXAMPLES)
    .action((jail: string | undefined, options: StackOptions) => run(jail, options, terminal));
}

async function run(jail: string | undefined, options: StackOptions, terminal: Terminal): Promise<void> {
  const jails = configuredJails(options.config);
  await onStack(options, terminal.clock, async (stack) => {
    const bans = await activeBans(stack, { terminal, json: options.json }, jail);
    if (jail === undefined) showAll(await statesOf(jails, bans, stack), options, terminal);
    else await showOne(await stateOf(jail, jails, bans, stack), stack, options, terminal);
  });
}

/** The enabled jails, then those that are gone from the configuration and have bans left. */
async function statesOf(
  { enabled }: ConfiguredJails,
  bans: readonly ActiveBan[],
  stack: DeployedStack,
): Promise<readonly JailState[]> {
  const names = [...new Set([...enabled.keys(), ...bans.map((ban) => ban.jail)])];
  const trippedAt = new Map<string, number | undefined>();
  const report = await stack.subscriptions.read();
  const read = async (name: string): Promise<void> => {
    trippedAt.set(name, await stack.breakers.trippedAt(name));
  };
  await eachAtOnce(names, read, TABLE_CALLS);
  return names.map((name) => ({
    name,
    jail: enabled.get(name),
    bans: bans.filter((ban) => ban.jail === name),
    trippedAt: trippedAt.get(name),
    unread: unreadBy(enabled.get(name), report),
  }));
}

async function stateOf(
  name: string,
  jails: ConfiguredJails,
  bans: readonly ActiveBan[],
  stack: DeployedStack,
): Promise<JailState> {
  const trippedAt = await stack.breakers.trippedAt(name);
  const jail = jails.enabled.get(name);
  if (jail === undefined && bans.length === 0 && trippedAt === undefined) throw notRunning(name, jails);
  return { name, jail, bans, trippedAt, unread: unreadBy(jail, await stack.subscriptions.read()) };
}

/** Of the log groups that the subscriber last found it can't read, those of the jail. */
function unreadBy(jail: Jail | undefined, report: SubscriptionReport | undefined): readonly UnreadLogGroup[] {
  const prefixes = jail ? logGroups(jail).prefixes : [];
  if (report === undefined || prefixes.length === 0) return [];
  return report.unread.filter(({ logGroup }) => prefixes.some((prefix) => logGroup.startsWith(prefix)));
}

function showAll(states: readonly JailState[], { json }: StackOptions, { out }: Terminal): void {
  if (json) {
    for (const state of states) out(`${JSON.stringify(stateObject(state))}\n`);
    return;
  }
  const namesOf = (some: readonly JailState[]): string => some.map(({ name }) => printable(name)).join(', ');
  const optional = (label: string, some: readonly JailState[]): readonly StatusRow[] =>
    some.length === 0 ? [] : [[label, namesOf(some)]];
  const configured = states.filter(({ jail }) => jail !== undefined);
  const rows: readonly StatusRow[] = [
    ['Number of jail', configured.length],
    ['Currently banned', states.reduce((sum, { bans }) => sum + bans.length, 0)],
    ...optional(
      'Breaker tripped',
      states.filter(({ trippedAt }) => trippedAt !== undefined),
    ),
    ...optional(
      'Bans of former jails',
      states.filter(({ jail }) => jail === undefined),
    ),
    ...optional(
      'Log groups not read',
      states.filter(({ unread }) => unread.length > 0),
    ),
    ['Jail list', namesOf(configured)],
  ];
  out(`${statusTree('Status', rows)}\n`);
}

async function showOne(
  state: JailState,
  stack: DeployedStack,
  { json }: StackOptions,
  terminal: Terminal,
): Promise<void> {
  const { name, jail, trippedAt } = state;
  const bans = await enforcedBans(state.bans, jail, stack, { terminal, json });
  if (json) {
    terminal.out(`${JSON.stringify({ ...stateObject(state), bans: bans.map(enforcedObject) })}\n`);
    return;
  }
  const tripped = trippedAt === undefined ? 'not tripped' : `tripped ${clockText(trippedAt)}; cloudjail resume ${name}`;
  const notRead = state.unread.map(({ logGroup, reason }) => `${logGroup}: ${reason}`);
  const filter: readonly StatusRow[] = [
    ['Log group list', jail ? writtenLogGroups(jail) : 'not in the configuration'],
    ...(notRead.length > 0 ? [['Not read', notRead.join('; ')] satisfies StatusRow] : []),
  ];
  const actions: readonly StatusRow[] = [
    ['Currently banned', bans.length],
    ['Total banned', onRecord(state.bans)],
    ['Breaker', tripped],
    ...(dryRun(jail) ? [['Dry run', 'bans reach no firewall (action = dry-run)'] satisfies StatusRow] : []),
    ...effect(bans),
    ['Banned IP list', bans.map(({ ban }) => printable(ban.id))],
  ];
  terminal.out(
    `${groupedStatusTree(`Status for the jail: ${name}`, [
      ['Filter', filter],
      ['Actions', actions],
    ])}\n`,
  );
}

function dryRun(jail: JailState['jail']): boolean {
  return jail?.actions.some((action) => meaningOf(action) === 'dry-run') ?? false;
}

/** What stands where, what does not stand yet, and what has no effect; no row about nothing. */
function effect(bans: readonly EnforcedBan[]): readonly StatusRow[] {
  const standing = FIREWALL_TARGETS.map((target) => {
    const count = bans.filter(({ enforced }) => enforced.some((one) => one.target === target)).length;
    return [`Enforced in ${target}`, count] satisfies StatusRow;
  });
  const pending = bans.filter((one) => one.pending).map(({ ban }) => printable(ban.id));
  const leaks = bans.flatMap(({ leak }) => leak ?? []);
  const leakText = leaks.map(
    ({ id, at, targets }) => `${printable(id)} at ${clockText(at)} past ${targets.join(', ')}`,
  );
  return [
    ...standing.filter(([, count]) => count > 0),
    ...(pending.length > 0 ? [['Not yet enforced', pending] satisfies StatusRow] : []),
    ...(leaks.length > 0 ? [['Attempts while banned', leakText.join('; ')] satisfies StatusRow] : []),
  ];
}

function enforcedObject({ ban, enforced, pending, leak }: EnforcedBan): object {
  const lastAttemptWhileBanned = leak ? { at: leak.at, targets: leak.targets } : null;
  return { ...banObject(ban), enforced, pending, lastAttemptWhileBanned };
}

function stateObject({ name, jail, bans, trippedAt, unread }: JailState): object {
  return {
    jail: name,
    configured: jail !== undefined,
    currentlyBanned: bans.length,
    bansOnRecord: onRecord(bans),
    breakerTrippedAt: trippedAt ?? null,
    logGroupsNotRead: unread,
  };
}

/** A record counts the bans of its id that are remembered. */
function onRecord(bans: readonly ActiveBan[]): number {
  return bans.reduce((sum, { banCount }) => sum + banCount, 0);
}
