import { firstFullWindow, type Threshold } from '../attempts/window.ts';
import type { AttemptStore } from '../ports/attempt-store.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { BreakerStore } from '../ports/breaker-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type AttemptSet, byTime, type EvidenceLine, eventHash } from '../records/attempt.ts';
import { type Ban, type BanKey, endOf } from '../records/ban.ts';
import { bansOnRecord } from './ban-changes.ts';
import { type BanTime, isRemembered } from './ban-time.ts';
import { type Breaker, breakerOf } from './breaker.ts';
import type { LeakWatch } from './leak-watch.ts';
import { reportTransition } from './report-transition.ts';
import { type BanRequest, banned } from './transitions.ts';
import { nextBan, type Verdict } from './verdict.ts';

/** The part of a jail that counting needs. */
export interface CountingRules extends Threshold {
  readonly maxmatches: number;
  readonly banTime: BanTime;
  /** `bantime.overalljails`: bans in every jail lengthen the next one. */
  readonly overalljails: boolean;
  /** Seconds for which bans are remembered. */
  readonly dbpurgeage: number;
  /** More bans than this in a minute trip the jail's breaker; 0: it has none. */
  readonly maxbans: number;
  /**
   * Why the jail makes no bans for now, though it counts; its attempts make them as soon as it may
   * again.
   */
  readonly heldBack?: string | undefined;
}

export interface CountingPorts {
  readonly attempts: AttemptStore;
  readonly bans: BanStore;
  readonly breakers: BreakerStore;
  readonly telemetry: Telemetry;
  /** Says when a ban is put on record; absent: at the run's `now`. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /**
   * Told of each ban a jail makes, before the next one is made. Told again when whoever made it may
   * have died before they told, so it must be idempotent.
   */
  readonly onBan?: (ban: BanMade) => Promise<void>;
  /**
   * Bans seen to be active, by `id jail`; lives as long as a warm container. A hint that spares
   * writes, never the truth.
   */
  readonly known: Map<string, Ban>;
  /**
   * Tells attempts that a firewall should have kept out from those that came before it could;
   * absent: all count as the latter.
   */
  readonly leaks?: Pick<LeakWatch, 'look'> | undefined;
}

export type BanMade = Pick<Ban, 'id' | 'jail' | 'bannedAt'>;

/** What one batch tells of one id in one jail: each attempt with the line behind it. */
export interface NewAttempts {
  readonly key: BanKey;
  readonly attempts: readonly EvidenceLine[];
}

/**
 * Attempts added in one write. Flooded within one batch, the item stays far from DynamoDB's 400 KB.
 */
const SLICE = 1000;
/**
 * Lines kept of an id, whatever maxmatches says: with 500 characters each, what a table item can
 * carry and a person will read.
 */
const MOST_LINES = 20;
/**
 * A lifted ban's record is kept at least this long, so that an entry left over in a firewall is
 * known to be ours.
 */
const SHORTEST_KEPT = 30 * 86_400;
/**
 * Known bans a container remembers; past it the memory starts anew, which costs reads, not
 * correctness.
 */
const MOST_KNOWN = 50_000;

/** One run of counting in one jail: the ids of a batch, some at a time. */
export interface CountingRun {
  /**
   * Counts the attempts and makes the bans they call for. Safe to repeat with the same attempts, to
   * run concurrently, and to be cut off at any point and run again: attempts are a set, and each
   * ban is written on condition of the record it was decided from.
   */
  count(found: NewAttempts): Promise<void>;
  /** To be called when all are counted: the jail's breaker is told of the run's bans. */
  settle(): Promise<void>;
}

/** @param now epoch seconds; a ban that would already be over is recorded but not enforced */
export function countingRun(jail: string, rules: CountingRules, ports: CountingPorts, now: number): CountingRun {
  const breaker = breakerOf(jail, rules.maxbans, ports, now);
  const run: Run = { rules, ports, breaker, now };
  return { count: (found) => countOne(found, run), settle: () => breaker.settle() };
}

/**
 * A {@link countingRun} of one id.
 *
 * @param now epoch seconds; a ban that would already be over is recorded but not enforced
 */
export async function countAndBan(
  found: NewAttempts,
  rules: CountingRules,
  ports: CountingPorts,
  now: number,
): Promise<void> {
  const run = countingRun(found.key.jail, rules, ports, now);
  await run.count(found);
  await run.settle();
}

interface Run {
  readonly rules: CountingRules;
  readonly ports: CountingPorts;
  readonly breaker: Breaker;
  readonly now: number;
}

async function countOne(found: NewAttempts, run: Run): Promise<void> {
  const { rules, ports, now } = run;
  const { key } = found;
  const times = found.attempts.map((attempt) => attempt.time);
  let record = await knownBan(key, ports);
  await tellAgain(record, times, run);
  let rest = await afterBan([...found.attempts].sort(byTime), record, ports);
  while (rest.length > 0) {
    const slice = rest.slice(0, SLICE);
    const keepUntil = Math.max(slice.at(-1)?.time ?? 0, Math.floor(now)) + 2 * rules.findtime;
    const held = await ports.attempts.add(key, { attempts: slice, lines: last(slice, rules) }, keepUntil);
    ports.telemetry.emit({ kind: 'attempts-counted', ...key, attempts: slice.length });
    if (firstFullWindow(held.attempts, rules)) {
      const evidence = [...held.lines, ...slice];
      record = await banWhileCalledFor({ key, held, evidence, times }, run);
    }
    await prune({ key, held, record, latest: slice.at(-1)?.time ?? 0 }, run);
    rest = await afterBan(rest.slice(SLICE), record, ports);
  }
}

async function knownBan(key: BanKey, ports: CountingPorts): Promise<Ban | undefined> {
  // A flood from a banned id costs a read a batch, not a write. Not the cached record: it may have
  // been lifted by hand.
  if (!ports.known.has(keyText(key))) return undefined;
  const record = await ports.bans.read(key);
  remember(record, key, ports.known);
  return record;
}

/** Attempts up to a ban's end never count, so they need not be stored. */
async function afterBan(
  attempts: readonly EvidenceLine[],
  record: Ban | undefined,
  { telemetry, leaks }: CountingPorts,
): Promise<readonly EvidenceLine[]> {
  if (!record) return attempts;
  const { id, jail } = record;
  const end = endOf(record);
  const during = attempts.filter(({ time }) => time <= end);
  if (during.length === 0) return attempts;
  const times = during.map(({ time }) => time);
  const leaked = await leaks?.look(record, times);
  if (leaked) telemetry.emit({ kind: 'attempts-while-banned', jail, id, ...leaked });
  const late = during.length - (leaked?.attempts ?? 0);
  if (late > 0) telemetry.emit({ kind: 'attempts-late', jail, id, attempts: late });
  return attempts.filter(({ time }) => time > end);
}

interface Case {
  readonly key: BanKey;
  readonly held: AttemptSet;
  readonly evidence: readonly EvidenceLine[];
  /** Of the batch's attempts. */
  readonly times: readonly number[];
}

/** Makes bans until the attempts call for none; returns the record as it then is. */
async function banWhileCalledFor({ key, held, evidence, times }: Case, run: Run): Promise<Ban | undefined> {
  const { rules, ports, breaker, now } = run;
  let current = await ports.bans.read(key);
  await tellAgain(current, times, run);
  for (;;) {
    const verdict = nextBan(held.attempts, current, rules);
    if (!verdict) break;
    const reason = rules.heldBack ?? ((await breaker.admits()) ? undefined : 'breaker');
    if (reason !== undefined) {
      ports.telemetry.emit({ kind: 'ban-held-back', ...key, reason });
      break;
    }
    const terms = await termsOf(key, current, verdict, rules, ports.bans);
    const lines = linesBehind(verdict.bannedAt, evidence, rules);
    const madeAt = ports.clock?.now();
    const request: BanRequest = { ...verdict, ...terms, madeAt, origin: 'jail', evidence: lines };
    const transition = banned(key, current, request, now);
    const written = transition.kind !== 'unchanged' && (await ports.bans.write(transition.ban)) === 'written';
    if (!written || transition.kind !== 'banned') breaker.notMade();
    if (!written) {
      current = await ports.bans.read(key);
      await tellAgain(current, times, run);
      continue;
    }
    reportTransition(transition, ports.telemetry);
    current = transition.ban;
    if (transition.kind !== 'banned') continue;
    await breaker.made();
    await ports.onBan?.(current);
  }
  remember(current, key, ports.known);
  return current;
}

/**
 * Bans on record with some of these attempts in their window may have been written by a run that
 * died before it told of them.
 */
async function tellAgain(record: Ban | undefined, times: readonly number[], { rules, ports }: Run): Promise<void> {
  if (!record || !ports.onBan) return;
  for (const bannedAt of bansOnRecord(record)) {
    const isOurs = times.some((time) => time <= bannedAt && time > bannedAt - rules.findtime);
    if (isOurs) await ports.onBan({ id: record.id, jail: record.jail, bannedAt });
  }
}

/** How long the next ban is, from the bans that are remembered when it begins. */
async function termsOf(
  key: BanKey,
  record: Ban | undefined,
  { bannedAt }: Verdict,
  rules: CountingRules,
  bans: BanStore,
): Promise<Pick<BanRequest, 'bantime' | 'earlier' | 'keptFor'>> {
  const counted = (ban: Ban): number => (isRemembered(ban, rules.dbpurgeage, bannedAt) ? ban.banCount : 0);
  const earlier = record ? counted(record) : 0;
  const elsewhere = rules.overalljails ? (await bans.ofId(key.id)).filter((ban) => ban.jail !== key.jail) : [];
  const all = elsewhere.reduce((sum, ban) => sum + counted(ban), earlier);
  // Chance must fall the same way when the batch comes again.
  const luck = Number.parseInt(eventHash(`${key.id} ${key.jail} ${bannedAt}`).slice(-8), 36) / 36 ** 8;
  const bantime = rules.banTime(all, luck);
  return { bantime, earlier, keptFor: Math.max(SHORTEST_KEPT, rules.dbpurgeage, 3 * Math.max(0, bantime)) };
}

/** The last lines of the window that fired, each once, oldest first. */
function linesBehind(bannedAt: number, evidence: readonly EvidenceLine[], rules: CountingRules): readonly string[] {
  const inWindow = evidence.filter(({ time }) => time <= bannedAt && time > bannedAt - rules.findtime);
  const each = new Map(inWindow.sort(byTime).map((line) => [`${line.time}#${line.event}`, line.text]));
  return last([...each.values()], rules);
}

/** As many of the newest lines as the rules keep. */
function last<T>(lines: readonly T[], rules: CountingRules): readonly T[] {
  return lines.slice(Math.max(0, lines.length - linesKept(rules)));
}

function linesKept(rules: CountingRules): number {
  return Math.max(0, Math.min(rules.maxmatches, MOST_LINES));
}

function remember(record: Ban | undefined, key: BanKey, known: Map<string, Ban>): void {
  if (record?.state !== 'active') {
    known.delete(keyText(key));
    return;
  }
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(keyText(key), record);
}

/** A set as it is after some attempts were added, of which the latest was made at `latest`. */
interface Added {
  readonly key: BanKey;
  readonly held: AttemptSet;
  readonly record: Ban | undefined;
  readonly latest: number;
}

/**
 * Keeps the set near what a window needs: what the last ban swallowed and what two windows have
 * left behind goes. Where attempts come late, those that make a full window with them may come
 * later still, so it is they who leave something behind, not the newest. Whoever made the last ban
 * may have died before they told of it, and would not find it called for again: so it is told of
 * first.
 */
async function prune({ key, held, record, latest }: Added, run: Run): Promise<void> {
  const { rules, ports } = run;
  if (held.attempts.length <= 2 * rules.maxretry && held.lines.length <= 2 * MOST_LINES) return;
  const newest = held.attempts.at(-1)?.time ?? 0;
  const settled = record ? Math.min(endOf(record), newest) : Number.NEGATIVE_INFINITY;
  const horizon = Math.max(latest - 2 * rules.findtime, settled);
  const attempts = held.attempts.filter(({ time }) => time <= horizon);
  const surplus = held.lines.length - linesKept(rules);
  const lines = held.lines.filter(({ time }, index) => time <= horizon || index < surplus);
  if (attempts.length + lines.length === 0) return;
  const times = attempts.map(({ time }) => time);
  await tellAgain(record, times, run);
  await ports.attempts.remove(key, { attempts, lines });
}

function keyText(key: BanKey): string {
  return `${key.id} ${key.jail}`;
}
