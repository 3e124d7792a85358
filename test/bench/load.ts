import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import { compileJails } from '../../core/compile/compile-jails.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import type { CallLog } from '../../local/emulators/call-log.ts';
import { synthesize } from '../../local/synthesize.ts';
import { lcg, syslogTime } from './auth-log.ts';

const JAIL = 'sshd';
const LOG_GROUP = '/log';
const MAXRETRY = 5;
const FINDTIME = 600;
const BANTIME = 600;

const IDS = 20_000;
const ATTEMPTS = 200_000;
const ATTEMPTS_A_SECOND = 20;
const FLOOD = 100_000;
const FLOOD_A_SECOND = 1000;
const LINES_A_PAYLOAD = 1000;
const START = 1_765_000_000;

interface Attempt {
  /** What it counts under. */
  readonly id: string;
  readonly address: string;
  /** Epoch seconds. */
  readonly time: number;
}

/** Calls the matcher made of DynamoDB. */
interface Tally {
  added: number;
  pruned: number;
  bansWritten: number;
  bansRead: number;
  /** Of the breaker, which counts every ban. */
  breakerCounted: number;
  breakerRead: number;
  /**
   * Whether a firewall has been seen to hold a ban whose id goes on: at most one a minute and id.
   */
  confirmationsRead: number;
  /** Batches × ids with attempts in them. */
  pairs: number;
  /** Most writes of attempts for one id of one batch. */
  mostAdded: number;
  /** By error code: conflicts, throttles; calls the SDK repeated. */
  readonly failed: Map<string, number>;
  /** Operations that have no place above, such as a session's. */
  other: number;
}

/**
 * The deployed matcher on emulated tables: many attackers, whose bans must be those that counting
 * by hand makes; then a flood from one that is banned, which must write nothing.
 */
export async function loadBench(): Promise<void> {
  const { compiled } = compileJails(configDirectory(), {
    only: [JAIL],
    set: { loggroup: LOG_GROUP, maxretry: `${MAXRETRY}`, findtime: `${FINDTIME}`, bantime: `${BANTIME}` },
  });
  const aws = await startEmbeddedAws(await synthesize(), compiled);
  try {
    const attempts = attackersAtWork();
    await attack(aws, attempts);
    await flood(aws, (attempts.at(-1)?.time ?? START) + BANTIME + FINDTIME);
  } finally {
    await aws.close();
  }
}

async function attack(aws: EmbeddedAws, attempts: readonly Attempt[]): Promise<void> {
  const { tally, bans, seconds } = await deliver(aws, attempts);
  const expected = bansByHand(attempts);
  console.log(
    `load: ${count(attempts.length)} attempts from ${count(new Set(attempts.map(({ id }) => id)).size)} ids in payloads of ${LINES_A_PAYLOAD} lines:\n` +
      `  ${count(bans.length)} bans of ${count(new Set(bans.map(idOf)).size)} ids, by hand ${count(expected.length)}; ` +
      `${seconds.toFixed(1)} s (${count(attempts.length / seconds)} attempts/s), ` +
      `peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB with the emulated tables\n${described(tally)}`,
  );
  check('bans are those that counting by hand makes', isSame(bans, expected));
  check('one write of attempts per (jail, id, batch), at most', tally.mostAdded === 1 && tally.added <= tally.pairs);
  check('one write a ban, and none refused', tally.bansWritten === bans.length && tally.failed.size === 0);
  check('no call of another kind', tally.other === 0);
}

async function flood(aws: EmbeddedAws, start: number): Promise<void> {
  const lines = Array.from({ length: FLOOD }, (_, i) => attemptBy(IDS + 1, start + Math.floor(i / FLOOD_A_SECOND)));
  const first = await deliver(aws, lines.slice(0, LINES_A_PAYLOAD));
  const rest = await deliver(aws, lines.slice(LINES_A_PAYLOAD));
  console.log(
    `flood: ${count(FLOOD)} lines from one id, banned in the first payload (${writes(first.tally)} writes):\n` +
      `  ${count((FLOOD - LINES_A_PAYLOAD) / rest.seconds)} lines/s, ${writes(rest.tally)} writes after it\n${described(rest.tally)}`,
  );
  check('the flood is banned once', first.bans.length === 1 && rest.bans.length === 0);
  check('no write for an id known banned', writes(rest.tally) === 0);
}

interface Delivered {
  readonly tally: Tally;
  /** `id time`, of bans made. */
  readonly bans: readonly string[];
  readonly seconds: number;
}

async function deliver(aws: EmbeddedAws, attempts: readonly Attempt[]): Promise<Delivered> {
  const bans: string[] = [];
  const stop = aws.listen((event: TelemetryEvent) => {
    if (event.kind === 'ban-made') bans.push(`${event.ban.id} ${event.ban.bannedAt}`);
  });
  const tally: Tally = {
    added: 0,
    pruned: 0,
    bansWritten: 0,
    bansRead: 0,
    breakerCounted: 0,
    breakerRead: 0,
    confirmationsRead: 0,
    pairs: 0,
    mostAdded: 0,
    failed: new Map(),
    other: 0,
  };
  let milliseconds = 0;
  for (let from = 0; from < attempts.length; from += LINES_A_PAYLOAD) {
    const batch = attempts.slice(from, from + LINES_A_PAYLOAD);
    const payload = payloadOf(batch, from);
    aws.dynamoDb.calls.clear();
    const start = performance.now();
    await aws.runMatcher(payload, batch.at(-1)?.time ?? START);
    milliseconds += performance.now() - start;
    addCalls(tally, aws.dynamoDb.calls);
    tally.pairs += new Set(batch.map(({ id }) => id)).size;
  }
  stop();
  return { tally, bans, seconds: milliseconds / 1000 };
}

function payloadOf(batch: readonly Attempt[], from: number) {
  const events = batch.map(({ address, time }, i) => {
    const port = 1024 + ((from + i) % 60_000);
    const message = `${syslogTime(time)} web-1 sshd[${port}]: Failed password for root from ${address} port ${port} ssh2`;
    return { id: `${time}`.padStart(28, '0') + `${from + i}`.padStart(28, '0'), timestampMs: time * 1000, message };
  });
  return subscriptionEvent({ logGroup: LOG_GROUP, logStream: 'host', events });
}

/** A batch's calls, of which the log forgets none before they are counted. */
function addCalls(tally: Tally, calls: CallLog): void {
  const added = new Map<string, number>();
  for (const { operation, input, outcome } of calls.find()) {
    if (outcome.kind === 'error') tally.failed.set(outcome.code, (tally.failed.get(outcome.code) ?? 0) + 1);
    const ofBreaker = /"(?:breaker|bans) /.test(JSON.stringify(input['Key'] ?? ''));
    if (operation === 'PutItem') tally.bansWritten++;
    else if (operation === 'GetItem') tally[ofBreaker ? 'breakerRead' : 'bansRead']++;
    else if (operation === 'BatchGetItem') tally.confirmationsRead++;
    else if (operation !== 'UpdateItem') tally.other++;
    else if (ofBreaker) tally.breakerCounted++;
    else if (`${input['UpdateExpression']}`.startsWith('DELETE')) tally.pruned++;
    else {
      tally.added++;
      const key = JSON.stringify(input['Key']);
      added.set(key, (added.get(key) ?? 0) + 1);
    }
  }
  tally.mostAdded = Math.max(tally.mostAdded, ...added.values());
}

/**
 * Some try once in a while, some all the time; every tenth has an IPv6 prefix and two addresses in
 * it.
 */
function attackersAtWork(): readonly Attempt[] {
  const random = lcg(7);
  return Array.from({ length: ATTEMPTS }, (_, i) => {
    const each = ATTEMPTS / IDS;
    const attacker = i % each === 0 ? i / each : Math.floor(IDS * random() ** 3);
    return attemptBy(attacker, START + Math.floor(i / ATTEMPTS_A_SECOND), 1 + (i % 2));
  });
}

function attemptBy(attacker: number, time: number, host = 1): Attempt {
  if (attacker % 10 === 9) {
    const prefix = `2a02:1:${attacker.toString(16)}::`;
    return { id: `${prefix}/64`, address: `${prefix}${host}`, time };
  }
  const address = `${20 + (attacker >> 14)}.${(attacker >> 7) & 127}.${attacker & 127}.7`;
  return { id: address, address, time };
}

/**
 * `id time` of each ban by the definition: maxretry attempts in (t − findtime, t], none of them
 * made during a ban.
 */
function bansByHand(attempts: readonly Attempt[]): readonly string[] {
  const times = new Map<string, number[]>();
  for (const { id, time } of attempts) times.set(id, [...(times.get(id) ?? []), time]);
  const bans: string[] = [];
  for (const [id, all] of times) {
    let bannedUntil = 0;
    let counted: number[] = [];
    for (const time of all) {
      if (time <= bannedUntil) continue;
      counted = [...counted.filter((earlier) => earlier > time - FINDTIME), time];
      if (counted.length < MAXRETRY) continue;
      bans.push(`${id} ${time}`);
      bannedUntil = time + BANTIME;
      counted = [];
    }
  }
  return bans;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && [...some].sort().join() === [...others].sort().join();
}

function idOf(ban: string): string {
  return ban.split(' ')[0] ?? '';
}

function writes({ added, pruned, bansWritten, breakerCounted, other }: Tally): number {
  return added + pruned + bansWritten + breakerCounted + other;
}

function described(tally: Tally): string {
  const failed = [...tally.failed].map(([code, times]) => `${code} ${times}`).join(', ') || 'none';
  const each = tally.pairs === 0 ? 0 : writes(tally) / tally.pairs;
  return (
    `  UpdateItem ${count(tally.added + tally.pruned + tally.breakerCounted)} (${count(tally.added)} add attempts, ` +
    `${count(tally.pruned)} prune, ${count(tally.breakerCounted)} count bans for the breaker), PutItem ${count(tally.bansWritten)}, ` +
    `GetItem ${count(tally.bansRead + tally.breakerRead)} (${count(tally.bansRead)} bans, ${count(tally.breakerRead)} breaker), ` +
    `BatchGetItem ${count(tally.confirmationsRead)} (confirmations); ` +
    `calls that failed or met a conflict: ${failed}\n` +
    `  ${count(tally.pairs)} × (jail, id, batch): ${each.toFixed(3)} writes each, bans and all; those known banned take none`
  );
}

/** A run in which one fails ends with exit code 1. */
function check(what: string, holds: boolean): void {
  console.log(`  ${holds ? 'holds' : 'VIOLATED'}: ${what}`);
  if (!holds) process.exitCode = 1;
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}
