import { Command } from 'commander';
import { parseDuration } from '../../core/config/durations.ts';
import { type Jail, PERMANENT } from '../../core/config/jail.ts';
import { JAIL_OPTIONS } from '../../core/config/known-options.ts';
import { didYouMean } from '../../core/diagnostics/did-you-mean.ts';
import { CommandError, usageError } from '../command-error.ts';
import { type BanOutcome, banIds, remark, warnings } from '../deployed/ban-ids.ts';
import { configuredJails, runningJail } from '../deployed/configured-jails.ts';
import { onStack } from '../deployed/deployed-stack.ts';
import { type StackOptions, withStackOptions } from '../deployed/stack-options.ts';
import { bannableIds } from '../deployed/typed-id.ts';
import { unbanTyped } from '../deployed/unban-run.ts';
import { NO_END } from '../output/clock-text.ts';
import type { Terminal } from '../terminal.ts';

const EXAMPLES = `
As fail2ban-client set: prints how many were banned that were not yet, or how many bans were lifted. Firewalls follow within seconds:

  cloudjail set sshd banip 192.0.2.1 198.51.100.0/24
  cloudjail set sshd banip 192.0.2.1 --bantime 1d12h
  cloudjail set sshd unbanip 192.0.2.1

An address without a prefix is banned as the jail bans it, an IPv6 one with its /64; 2001:db8::1/128 is that address alone. Who is banned
already stays banned at least as long. A permanent ban has --bantime -1.`;

interface Options extends StackOptions {
  readonly bantime?: string;
  readonly reportAbsent: boolean;
}

interface Typed {
  readonly jail: string;
  readonly words: readonly string[];
  readonly options: Options;
}

export function setCommand(terminal: Terminal): Command {
  return withStackOptions(
    new Command('set')
      .description('Bans or unbans addresses in a jail by hand, as fail2ban-client set JAIL banip and unbanip do.')
      .argument('<jail>', 'a jail')
      .argument('<what>', 'banip or unbanip')
      .argument('[ip...]', 'addresses or ranges')
      .option('--bantime <time>', "of banip: seconds, or 10m, 1h, 1d, …; -1 is for good (default: the jail's bantime)")
      .option('--report-absent', 'of unbanip: fail when one is not banned', false),
  )
    .addHelpText('after', EXAMPLES)
    .action((jail: string, what: string, words: readonly string[], options: Options) =>
      run(what, { jail, words, options }, terminal),
    );
}

async function run(what: string, typed: Typed, terminal: Terminal): Promise<void> {
  const { words, options } = typed;
  if (what !== 'banip' && what !== 'unbanip') throw notSettable(what, typed.jail);
  if (words.length === 0) throw usageError(`${what} needs an address`);
  if (what === 'unbanip' && options.bantime !== undefined) throw usageError('--bantime is an option of banip');
  if (what === 'banip' && options.reportAbsent) throw usageError('--report-absent is an option of unbanip');
  if (what === 'banip') await ban(typed, terminal);
  else await unban(typed, terminal);
}

async function ban({ jail: name, words, options }: Typed, terminal: Terminal): Promise<void> {
  const ids = bannableIds(words);
  const now = terminal.clock.now();
  const given = options.bantime === undefined ? undefined : seconds(options.bantime, now);
  const jail = runningJail(name, configuredJails(options.config));
  const order = { jail, ids, bantime: given ?? jail.bantime, now };
  await onStack(options, terminal.clock, async (stack) => {
    for (const warning of warnings(order)) terminal.err(`${warning}\n`);
    const outcomes: BanOutcome[] = [];
    try {
      await banIds(order, stack, (outcome) => outcomes.push(outcome));
    } catch (error) {
      if (outcomes.length > 0) terminal.err(`${fresh(outcomes)} addresses were banned before this:\n`);
      throw error;
    }
    show(outcomes, jail, options, terminal);
  });
}

function show(outcomes: readonly BanOutcome[], jail: Jail, { json }: Options, { out, err }: Terminal): void {
  for (const outcome of outcomes) {
    const text = remark(outcome);
    if (text !== undefined) err(`${text}\n`);
    if (json) out(`${JSON.stringify(outcomeObject(outcome, jail))}\n`);
  }
  if (!json) out(`${fresh(outcomes)}\n`);
  if (outcomes.some(({ made }) => made.kind === 'refused')) throw new CommandError('', 1);
}

function fresh(outcomes: readonly BanOutcome[]): number {
  return outcomes.filter(({ made }) => made.kind === 'banned').length;
}

function outcomeObject({ typed, id, made }: BanOutcome, jail: Jail): object {
  const about = { ip: typed.typed, id, jail: jail.name, outcome: made.kind };
  if (made.kind === 'refused') return { ...about, reason: made.reason };
  const { bannedAt, expiresAt, bantime } = made.ban;
  return { ...about, bannedAt, expiresAt, bantime };
}

async function unban({ jail, words, options }: Typed, terminal: Terminal): Promise<void> {
  const jails = configuredJails(options.config);
  const { json, reportAbsent } = options;
  await onStack(options, terminal.clock, (stack) =>
    unbanTyped({ words, jail, jails, reportAbsent }, stack, { terminal, json }),
  );
}

function seconds(text: string, now: number): number {
  const duration = parseDuration(text);
  if (duration.kind === 'malformed') throw usageError(`--bantime ${text}: ${duration.message}`);
  const whole = Math.floor(duration.seconds);
  if (whole === PERMANENT) return PERMANENT;
  if (whole <= 0)
    throw usageError(`--bantime ${text}: write a time such as 10m, 1h or 1d, or -1 for a ban without an end`);
  if (now + whole > NO_END) throw usageError(`--bantime ${text}: for a ban without an end write -1`);
  return whole;
}

/** fail2ban-client changes a running jail's options; here they are deployed. */
function notSettable(what: string, jail: string): CommandError {
  if (JAIL_OPTIONS.includes(what) || /^(?:add|del)[a-z]|^(?:idle|action|attempt)$/.test(what)) {
    return usageError(
      `a jail's ${what} is not set while it runs\n  help: change [${jail}] in jail.local, see it with cloudjail ` +
        'dump, and deploy it with npm run deploy',
    );
  }
  const near = didYouMean(what, ['banip', 'unbanip']);
  return usageError(`set knows banip and unbanip, not "${what}"${near === undefined ? '' : `; did you mean ${near}?`}`);
}
