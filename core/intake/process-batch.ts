import { eachAtOnce } from '../at-once.ts';
import { banId } from '../bans/ban-id.ts';
import type { BanMade, CountingPorts, NewAttempts } from '../bans/count-and-ban.ts';
import type { KnownBans } from '../bans/known-bans.ts';
import { latencies } from '../events/latencies.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Watch } from '../ports/watch.ts';
import { type EvidenceLine, LONGEST_LINE } from '../records/attempt.ts';
import { none, plus } from '../records/match-counts.ts';
import type { SessionKey } from '../records/session.ts';
import { type DeliveryCounting, JailCounting } from './jail-counting.ts';
import type { LogBatch } from './log-batch.ts';
import { type Limits, type Matched, matchAlone, matchInSession, type NamedFailure } from './match-batch.ts';
import { type MatchingJail, reads } from './matching-jail.ts';
import { recidiveCounter } from './recidive.ts';

export interface IntakePorts extends CountingPorts {
  readonly sessions: SessionStore;
  readonly watch: Watch;
  readonly clock: Clock;
  /** Lives as long as a warm container. */
  readonly known: KnownBans;
}

export interface DeliveryTerms {
  /**
   * Epoch seconds at which matching ends; the jails share what is left until then. Lines that are
   * left are counted and reported. Absent: each line has its own budget and all of them no end.
   */
  readonly matchUntil?: number;
  /**
   * The delivery has failed so often that ids that can't be counted are given up now, each with an
   * event, so that a delivery does not fail for ever.
   */
  readonly lastTry?: boolean;
}

/**
 * Seconds by which an attempt may be ahead of the service's clock. A server's clock may be hours
 * ahead, and CloudWatch Logs takes its events; their bans would end as much too late.
 */
const MOST_AHEAD = 60;
/** Ids counted at once: hides the table's latency without flooding its connection pool. */
const CONCURRENT_IDS = 16;

/**
 * Matches one delivery of log events against every jail that reads their log group, counts the
 * attempts, makes the bans. May be repeated with the same batch at any time; whatever it had
 * written before it was cut off is found and kept.
 *
 * @throws when a store fails, once all that can be counted is counted: the failure, or an
 *   AggregateError of several. The delivery must then be repeated
 */
export async function processBatch(
  batch: LogBatch,
  jails: readonly MatchingJail[],
  ports: IntakePorts,
  { lastTry = false, matchUntil = Number.POSITIVE_INFINITY }: DeliveryTerms = {},
): Promise<void> {
  const counting: DeliveryCounting = { ports, now: ports.clock.now(), lastTry };
  const recidive = recidiveCounter(jails, counting);
  const total = { failures: 0, left: none() };
  const readers = jails.filter((jail) => reads(jail, batch.logGroup));
  let waiting = readers.length;
  const process = async (jail: MatchingJail): Promise<void> => {
    const start = ports.clock.now();
    const end = start + (matchUntil - start) / waiting--;
    const limits: Limits = { watch: ports.watch, timeLeft: () => (end - ports.clock.now()) * 1000 };
    const intake: Intake = { batch, ports, counting, limits, onBan: recidive.onBan };
    const { failures, left } = jail.stateful ? await processInSession(jail, intake) : await processAlone(jail, intake);
    total.failures += failures.length;
    total.left = plus(total.left, left);
  };
  await allOf([() => eachAtOnce(readers, process, { atOnce: 1 }), () => recidive.settle()]);
  const lines = batch.events.length + (batch.passedOver ?? 0);
  const now = ports.clock.now();
  const took = latencies(batch.events.map(({ timestampMs }) => now - timestampMs / 1000));
  ports.telemetry.emit({ kind: 'batch-matched', logGroup: batch.logGroup, lines, took, ...total });
}

/** A delivery under way. */
interface Intake {
  readonly batch: LogBatch;
  readonly ports: IntakePorts;
  readonly counting: DeliveryCounting;
  readonly limits: Limits;
  readonly onBan: (ban: BanMade) => Promise<void>;
}

async function processAlone(jail: MatchingJail, intake: Intake): Promise<Matched> {
  const matched = matchAlone(intake.batch.events, jail.jail.match, intake.limits);
  await count(matched.failures, jail, intake);
  return matched;
}

/**
 * Attempts are written before the session is: a batch cut off in between is matched again from the
 * same session. What the session records as consumed has been counted to the end, so it is passed
 * over.
 */
async function processInSession(jail: MatchingJail, intake: Intake): Promise<Matched> {
  const { batch, ports, limits } = intake;
  const key: SessionKey = { jail: jail.jail.name, logGroup: batch.logGroup, logStream: batch.logStream };
  if (batch.events.length === 0) return matchAlone([], jail.jail.match, limits);
  for (;;) {
    const session = await ports.sessions.read(key);
    const matched = matchInSession(batch.events, jail.jail.match, session, limits);
    await count(matched.failures, jail, intake);
    if (!matched.next) return matched;
    const next = { ...matched.next, version: (session?.version ?? 0) + 1 };
    if ((await ports.sessions.write(key, next)) === 'written') return matched;
  }
}

async function count(failures: readonly NamedFailure[], jail: MatchingJail, intake: Intake): Promise<void> {
  const counting = new JailCounting(jail, intake.counting, intake.onBan);
  const each = byId(failures, jail, Math.ceil(intake.ports.clock.now()) + MOST_AHEAD);
  await allOf([
    () => eachAtOnce(each, (found) => counting.count(found), { atOnce: CONCURRENT_IDS }),
    () => counting.settle(),
  ]);
}

/** One after the other, each whatever becomes of those before. */
async function allOf(steps: readonly (() => Promise<void>)[]): Promise<void> {
  await eachAtOnce(steps, (step) => step(), { atOnce: 1 });
}

/**
 * One entry an id, so that each costs one write however often it tried.
 *
 * @param latest epoch seconds: what claims to be later happened then
 */
function byId(failures: readonly NamedFailure[], { jail }: MatchingJail, latest: number): NewAttempts[] {
  const groups = new Map<string, EvidenceLine[]>();
  // Most attempts of a batch are of few addresses, and to parse one takes as long as to match a
  // line.
  const groupOf = new Map<string, EvidenceLine[]>();
  for (const { failure, event } of failures) {
    const address = failure.kind === 'address' ? failure.id : undefined;
    let group = address === undefined ? undefined : groupOf.get(address);
    if (group === undefined) {
      const id = address === undefined ? failure.id : banId(address, jail);
      group = groups.get(id) ?? [];
      groups.set(id, group);
      if (address !== undefined) groupOf.set(address, group);
    }
    const text = failure.matches.join('\n').slice(0, LONGEST_LINE);
    group.push({ time: Math.min(Math.floor(failure.time), latest), event, text });
  }
  return Array.from(groups, ([id, attempts]) => ({ key: { jail: jail.name, id }, attempts }));
}
