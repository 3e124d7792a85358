import { eachAtOnce } from '../at-once.ts';
import type { LogBatch, LogEvent } from '../intake/log-batch.ts';
import { KEPT_SECONDS, matchInSession } from '../intake/match-batch.ts';
import type { MatchingJail } from '../intake/matching-jail.ts';
import { type IntakePorts, processBatch } from '../intake/process-batch.ts';
import type { BreakerStore } from '../ports/breaker-store.ts';
import type { StoredEvent } from '../ports/log-reader.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Telemetry, TelemetryEvent } from '../ports/telemetry.ts';
import type { BackfillOrder, BackfillTally } from '../records/backfill.ts';
import { NOTHING_YET } from '../records/backfill.ts';
import { none, plus } from '../records/match-counts.ts';
import type { SessionKey } from '../records/session.ts';

/**
 * Seconds before a span that are also read for jails that follow connections from line to line: the
 * longest life of a session. A session that is open when the span begins is then
 * known. Failures in these seconds are not counted.
 */
export const LEAD_IN = KEPT_SECONDS;

/**
 * The most events of a slice: half of the consumed events that a session remembers. A slice that is
 * repeated after the next one is then still recognized.
 */
export const MOST_EVENTS = 1000;
/**
 * Matching one stream's part of a slice may take so many seconds: less than a run keeps for what is
 * under way when its time is over.
 */
const STREAM_SECONDS = 5;
/** Log streams matched at once, which hides the tables' latency. */
const CONCURRENT_STREAMS = 8;

/** Events of one minute, in their order. */
export interface Slice {
  /** Epoch minutes. */
  readonly minute: number;
  readonly events: readonly StoredEvent[];
}

/** Cuts events, ordered by their times, at each minute and each {@link MOST_EVENTS}. */
export function slicesOf(events: readonly StoredEvent[]): readonly Slice[] {
  const slices: { minute: number; events: StoredEvent[] }[] = [];
  for (const event of events) {
    const minute = Math.floor(event.timestamp / 60_000);
    const last = slices.at(-1);
    if (last?.minute === minute && last.events.length < MOST_EVENTS) last.events.push(event);
    else slices.push({ minute, events: [event] });
  }
  return slices;
}

export interface SliceMatcher {
  /** Matches and counts a slice. May be repeated at any time. @throws when a store fails */
  match(slice: Slice, jails: readonly MatchingJail[]): Promise<void>;
  /** The outcome of the slices since the last call. */
  takeTally(): BackfillTally;
}

/**
 * Runs slices of an order through the code that handles subscription deliveries, with three
 * differences.
 *
 * - **Sessions of its own.** Live lines of a stream must not be matched as a continuation of past
 *   lines, nor the reverse. In its own pass an order sees each stream in order. The attempts of
 *   both are one set.
 * - **The breaker counts bans by the minute of the attempts**, not by the present one. A thousand
 *   bans in a day are no flood, a thousand in one minute are. Excess bans are held back; past
 *   events do not stop the jail itself.
 * - **Nothing is a leak**: old attempts do not show whether a firewall leaks now.
 */
export function sliceMatcher(order: BackfillOrder, ports: IntakePorts): SliceMatcher {
  const { telemetry, passOver, take } = tallied(order.logGroup, ports.telemetry);
  const sessions = ownSessions(order, ports.sessions);
  const breakers = breakersOfMinutes(ports.breakers);

  async function matchStream(minute: number, batch: LogBatch, jails: readonly MatchingJail[]): Promise<void> {
    const matchUntil = ports.clock.now() + STREAM_SECONDS;
    const own: IntakePorts = { ...ports, telemetry, sessions, breakers: breakers.of(minute), leaks: undefined };
    const [before, within] = split(batch.events, ({ timestampMs }) => timestampMs < order.fromMs);
    if (before.length > 0) await warm({ ...batch, events: before }, named(jails, order), own, matchUntil);
    if (within.length > 0) await processBatch({ ...batch, events: within }, jails, own, { matchUntil });
  }

  return {
    async match({ minute, events }, jails) {
      const some = readersIn(jails, order);
      const concerned = mayConcern(named(jails, order));
      const batches = byStream(order.logGroup, events.filter(concerned));
      await eachAtOnce(batches, (batch) => matchStream(minute, batch, some), { atOnce: CONCURRENT_STREAMS });
      const passedOver = events.filter((event) => event.timestamp >= order.fromMs && !concerned(event)).length;
      passOver(passedOver);
    },
    takeTally: take,
  };
}

/** The order's jails that are still deployed. */
function named(jails: readonly MatchingJail[], { jails: names }: BackfillOrder): readonly MatchingJail[] {
  return jails.filter(({ jail }) => names.includes(jail.name));
}

/**
 * The order's own jails, which match. Jails that count the bans of others do so, but read nothing.
 */
function readersIn(jails: readonly MatchingJail[], order: BackfillOrder): readonly MatchingJail[] {
  const own = named(jails, order);
  const counting = jails.filter((one) => one.jail.recidive && !own.includes(one));
  return [...own, ...counting.map((one) => ({ ...one, jail: { ...one.jail, loggroups: [], logGroupPrefixes: [] } }))];
}

/**
 * False for events that no jail's prefilter passes; a subscription delivery leaves them unparsed.
 */
function mayConcern(jails: readonly MatchingJail[]): (event: StoredEvent) => boolean {
  const prefilters = jails.map(({ jail }) => jail.match.prefilter);
  if (prefilters.includes(undefined)) return () => true;
  const tests = prefilters.flatMap((prefilter) => (prefilter ? new RegExp(prefilter.source, prefilter.flags) : []));
  return ({ message }) => tests.some((one) => one.test(message));
}

function byStream(logGroup: string, events: readonly StoredEvent[]): readonly LogBatch[] {
  const streams = new Map<string, LogEvent[]>();
  for (const { id, timestamp, message, logStream } of events) {
    const stream = streams.get(logStream) ?? [];
    stream.push({ id, timestampMs: timestamp, message });
    streams.set(logStream, stream);
  }
  return Array.from(streams, ([logStream, all]) => ({ logGroup, logStream, events: all }));
}

/** Takes sessions through events whose attempts are not to be counted. */
async function warm(
  { logGroup, logStream, events }: LogBatch,
  jails: readonly MatchingJail[],
  { sessions, watch, clock }: IntakePorts,
  matchUntil: number,
): Promise<void> {
  const limits = { watch, timeLeft: () => (matchUntil - clock.now()) * 1000 };
  for (const { jail, stateful } of jails) {
    if (!stateful) continue;
    const key: SessionKey = { jail: jail.name, logGroup, logStream };
    for (;;) {
      const session = await sessions.read(key);
      const { next } = matchInSession(events, jail.match, session, limits);
      if (!next) break;
      if ((await sessions.write(key, { ...next, version: (session?.version ?? 0) + 1 })) === 'written') break;
    }
  }
}

/**
 * A log stream's name has no colon (CloudWatch Logs API reference: CreateLogStream), so these keys
 * can't collide with those of deliveries.
 */
function ownSessions({ id, orderedAt }: BackfillOrder, sessions: SessionStore): SessionStore {
  const own = (key: SessionKey): SessionKey => ({
    ...key,
    logStream: `backfill:${orderedAt}:${id}:${key.logStream}`,
  });
  return { read: (key) => sessions.read(own(key)), write: (key, session) => sessions.write(own(key), session) };
}

function breakersOfMinutes(breakers: BreakerStore): { of(minute: number): BreakerStore } {
  const spent = new Set<string>();
  return {
    of: (minute) => ({
      async trippedAt(jail) {
        return spent.has(`${jail} ${minute}`) ? minute * 60 : await breakers.trippedAt(jail);
      },
      counted: (jail) => breakers.counted(jail, minute),
      count: (jail, _now, bans) => breakers.count(jail, minute, bans),
      async trip(jail) {
        spent.add(`${jail} ${minute}`);
        return false;
      },
      reset: (jail) => breakers.reset(jail),
    }),
  };
}

/** Passes every event on except the batches, which are many; the order reports them together. */
function tallied(logGroup: string, telemetry: Telemetry) {
  let tally = { ...NOTHING_YET };
  let left = none();
  function keep(event: Extract<TelemetryEvent, { kind: 'batch-matched' }>): void {
    tally.events += event.lines;
    tally.failures += event.failures;
    left = plus(left, event.left);
  }
  return {
    telemetry: {
      emit(event: TelemetryEvent): void {
        if (event.kind === 'batch-matched') {
          keep(event);
          return;
        }
        if (event.kind === 'ban-made') tally.bans++;
        if (event.kind === 'ban-missed') tally.missed++;
        if (event.kind === 'ban-held-back') tally.heldBack++;
        telemetry.emit(event);
      },
    },
    passOver(events: number): void {
      tally.events += events;
    },
    take(): BackfillTally {
      const taken = tally;
      const { events: lines, failures } = taken;
      // Their latency shows nothing about live deliveries.
      const took = { seconds: [], late: 0 };
      if (lines > 0) telemetry.emit({ kind: 'batch-matched', logGroup, lines, failures, left, took });
      tally = { ...NOTHING_YET };
      left = none();
      return taken;
    },
  };
}

function split<T>(all: readonly T[], first: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(first), all.filter((one) => !first(one))];
}
