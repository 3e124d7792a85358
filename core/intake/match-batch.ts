import { createLineMatcher, type Failure, type LineMatcher } from '../match/line-matcher.ts';
import { prepareMatch } from '../match/prepared-match.ts';
import {
  type LineGuard,
  type LineOutcome,
  type Restorable,
  type TimeLeft,
  unguarded,
  withinBudget,
} from '../match/time-budget.ts';
import type { Watch } from '../ports/watch.ts';
import { eventHash } from '../records/attempt.ts';
import type { CompiledMatch } from '../records/compiled-jail.ts';
import { type MatchCounts, none, plus } from '../records/match-counts.ts';
import type { Session } from '../records/session.ts';
import { eventMemory } from './consumed-events.ts';
import type { LogEvent } from './log-batch.ts';

/** A failure, and the name by which its event is counted: `eventHash` of `eventId`. */
export interface NamedFailure {
  readonly failure: Failure;
  readonly event: string;
}

/** What a jail made of a batch. */
export interface Matched {
  readonly failures: readonly NamedFailure[];
  readonly left: MatchCounts;
}

export interface MatchedInSession extends Matched {
  /** What to carry on; `undefined`: nothing has changed. */
  readonly next: Omit<Session, 'version'> | undefined;
}

/**
 * Seconds without a line that matters after which a stream starts from nothing. A session of
 * F-MLFID ends 300 s after its first line (fail2ban/server/filter.py: _mlfidCache,
 * Utils.Cache(maxTime=5*60)) by the dates in the lines, which may be 60 s from the events' on
 * either side: nothing that still lives is lost. Lines of a multi-line buffer fail2ban never
 * forgets.
 */
export const KEPT_SECONDS = 300 + 2 * 60;

/** Counting needs no more of a failure than its id, its time and its lines. */
const BY_EVENT = { clock: 'event', groups: 'id' } as const;

/** What keeps matching from taking for ever. */
export interface Limits {
  readonly watch: Watch;
  /** Absent: as long as the lines take, each within its own budget. */
  readonly timeLeft?: TimeLeft;
}

/** Matches events of which none bears on another. */
export function matchAlone(events: readonly LogEvent[], match: CompiledMatch, limits: Limits): Matched {
  return guarded(events, match, limits, (guard) => {
    const tally = createTally(match, guard);
    const matcher = createLineMatcher(match, BY_EVENT);
    for (const event of events) tally.feed(matcher, event);
    tally.close(matcher);
    return { failures: tally.failures, left: tally.left };
  });
}

/** A pass over a batch starts from nothing, so one that is cut off has nothing to undo. */
const NOTHING_TO_UNDO: Restorable = { snapshot: () => () => undefined };

/** Most batches have no line that may match, and then there is nothing to watch. */
function guarded<T>(
  events: readonly LogEvent[],
  match: CompiledMatch,
  { watch, timeLeft }: Limits,
  pass: (guard: LineGuard) => T,
): T {
  const mayMatch = mayMatchIn(match);
  return events.some(mayMatch) ? withinBudget(watch, NOTHING_TO_UNDO, pass, timeLeft) : pass(unguarded);
}

function mayMatchIn(match: CompiledMatch): (event: LogEvent) => boolean {
  const { prefilter } = prepareMatch(match, BY_EVENT.groups);
  return ({ message }) => prefilter === undefined || prefilter.test(message);
}

/**
 * Matches events of one log stream from where its session stands. Any cut of a stream comes to the
 * same, since nothing depends on where a batch begins: events already consumed are passed over, and
 * the session's age is asked before each event.
 *
 * An event so old that it might be one of those forgotten is matched by itself, and leaves nothing
 * behind: a line that is a failure on its own is the same attempt as before, if there was a before;
 * what other lines would have made of it is lost.
 */
export function matchInSession(
  events: readonly LogEvent[],
  match: CompiledMatch,
  carried: Session | undefined,
  limits: Limits,
): MatchedInSession {
  return guarded(events, match, limits, (guard) => matchOnce(events, match, carried, guard));
}

function matchOnce(
  events: readonly LogEvent[],
  match: CompiledMatch,
  carried: Session | undefined,
  guard: LineGuard,
): MatchedInSession {
  const tally = createTally(match, guard);
  const memory = eventMemory(carried?.consumed ?? { runs: [], forgottenUntilMs: 0 });
  let matcher = createLineMatcher(match, BY_EVENT, carried?.state);
  let keepUntil = carried?.keepUntil;
  let changed = false;
  let latestMs = 0;
  for (const event of inTime(events)) {
    latestMs = event.timestampMs;
    const standing = memory.standing(event);
    if (standing === 'consumed') continue;
    if (standing === 'forgotten') {
      const apart = createLineMatcher(match, BY_EVENT);
      tally.feed(apart, event);
      tally.close(apart);
      continue;
    }
    const time = Math.floor(event.timestampMs / 1000);
    if (keepUntil !== undefined && time > keepUntil) {
      tally.close(matcher);
      matcher = createLineMatcher(match, BY_EVENT);
      keepUntil = undefined;
    }
    const stirring = tally.feed(matcher, event);
    if (stirring === undefined) continue;
    memory.add(event, stirring);
    changed = true;
    keepUntil = Math.max(keepUntil ?? 0, time + KEPT_SECONDS);
  }
  tally.close(matcher);
  const { failures, left } = tally;
  if (!changed) return { failures, left, next: undefined };
  return {
    failures,
    left,
    next: { state: matcher.state(), consumed: memory.state(latestMs), keepUntil: keepUntil ?? 0 },
  };
}

/**
 * By timestamp. A PutLogEvents call is in the order of its timestamps, but calls on one stream may
 * be parallel, and a subscription does not define the order in which it delivers their events;
 * FilterLogEvents, which a catch-up reads, sorts by timestamp (AmazonCloudWatchLogs API reference:
 * PutLogEvents, FilterLogEvents). Events of the same time stay in the order they came in.
 */
function inTime(events: readonly LogEvent[]): readonly LogEvent[] {
  const ordered = events.every((event, i) => i === 0 || (events[i - 1] as LogEvent).timestampMs <= event.timestampMs);
  return ordered ? events : events.toSorted((a, b) => a.timestampMs - b.timestampMs);
}

interface Tally extends Matched {
  /** The event's `eventHash` when it may have changed the matcher's state. */
  feed(matcher: LineMatcher, event: LogEvent): string | undefined;
  /** Adds what the matcher has left out. */
  close(matcher: LineMatcher): void;
}

function createTally(match: CompiledMatch, guard: LineGuard): Tally {
  const failures: NamedFailure[] = [];
  let left = none();
  const mayMatch = mayMatchIn(match);

  function find(matcher: LineMatcher, event: LogEvent): readonly Failure[] | Exclude<LineOutcome, 'matched'> {
    const line = { text: event.message, eventTime: event.timestampMs / 1000, eventId: event.id };
    // Most batches are watched as a whole, and most lines of the others are harmless.
    if (guard === unguarded || !mayMatch(event)) return matcher.feed(line);
    let failures: readonly Failure[] = [];
    const match = (): void => {
      failures = matcher.feed(line);
    };
    const outcome = guard(match, matcher);
    return outcome === 'matched' ? failures : outcome;
  }

  return {
    failures,
    get left() {
      return left;
    },
    feed(matcher, event) {
      const before = matcher.stirred();
      const found = find(matcher, event);
      if (found.length === 0 && matcher.stirred() === before) return undefined;
      const hash = eventHash(event.id);
      if (found === 'given-up') left.givenUp++;
      else if (found === 'left') left.outOfTime++;
      else for (const failure of found) failures.push({ failure, event: nameOf(failure, event, hash) });
      return hash;
    },
    close(matcher) {
      left = plus(left, matcher.counts());
    },
  };
}

/** Later lines of an event have names of their own. */
function nameOf({ eventId }: Failure, { id }: LogEvent, hash: string): string {
  return eventId === id ? hash : eventHash(eventId);
}
