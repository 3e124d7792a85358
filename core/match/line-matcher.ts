import type { CompiledMatch } from '../records/compiled-jail.ts';
import { type MatchCounts, none } from '../records/match-counts.ts';
import type { StreamState } from '../records/session.ts';
import { banKey } from './ban-key.ts';
import { createFailureFinder, type FailureFinder, type FinderState, type FoundFailure } from './find-failures.ts';
import type { GroupsRead } from './group-reader.ts';
import { eventDates, type LineDates, type LineDatesState, replayDates } from './line-dates.ts';
import { isTooLong } from './longest-line.ts';
import { isOutOfStack } from './out-of-stack.ts';
import { prepareMatch } from './prepared-match.ts';
import type { Restorable } from './time-budget.ts';
import { wellFormed } from './well-formed.ts';

/** One line of log, as the agent or a file gave it. */
export interface LogLine {
  /** Without its line end. An event of several lines is matched line by line. */
  readonly text: string;
  /**
   * When it happened by the event's own clock (CloudWatch timestamp), epoch seconds; `undefined` in
   * a file replay.
   */
  readonly eventTime: number | undefined;
  /** CloudWatch's event id, or a stable stand-in; names the attempt that comes of this line. */
  readonly eventId: string;
}

/**
 * What a jail found on a line: one attempt by one id. fail2ban calls it a failure ticket
 * (fail2ban/server/ticket.py).
 */
export interface Failure {
  /** The ban key: a canonical address or CIDR, or the text of F-ID. */
  readonly id: string;
  /**
   * `address` ids may go to firewalls; `other` ids are counted but never sent to an address target.
   */
  readonly kind: 'address' | 'other';
  /** Epoch seconds. */
  readonly time: number;
  /** That of the line; with `/1`, `/2`, … added for the second line of an event, the third, … */
  readonly eventId: string;
  /** The lines behind it, oldest first, this one included. */
  readonly matches: readonly string[];
  /**
   * Every named group that captured (see {@link LineMatcherOptions.groups}), lower-case (`user`,
   * `fport`, …), but for the tags that steer matching (F-CONTENT, F-NOFAIL, F-MLF…); and `ip`, the
   * address, where the id is another.
   */
  readonly groups: Readonly<Record<string, string>>;
}

export interface LineMatcherOptions {
  /**
   * `event`: the event's clock; the line's date counts when it is within 60 s of it. `line`: the
   * dates in the lines are the only clock, for the replay of a file.
   */
  readonly clock: 'event' | 'line';
  /**
   * With `clock: 'line'`: what dates without a year, or without a day, come before, epoch seconds:
   * when the log ends. Without it they are in the year 2000.
   */
  readonly reference?: number;
  /** `id`: failures carry only the groups of their id, and the user. That takes less time. */
  readonly groups?: GroupsRead;
}

export interface LineMatcher extends Restorable {
  /**
   * The failures the line brings, in the order of their ids; most often none. Never throws on any
   * text.
   */
  feed(line: LogLine): readonly Failure[];
  /** What another matcher needs to go on after the last line; `undefined` when there is nothing. */
  state(): StreamState | undefined;
  /** What was left out so far. */
  counts(): MatchCounts;
  /**
   * More with every line that may have changed `state()`: those a failregex matched or, where
   * maxlines is over 1, that were buffered. The others may be fed again at any time.
   */
  stirred(): number;
}

interface MatcherState {
  readonly finder?: FinderState;
  readonly dates?: LineDatesState;
}

const NOTHING: readonly Failure[] = [];
/** 2000-12-31T23:59:59Z: a leap year, so that every day of a log without years exists. */
const END_OF_2000 = 978_307_199;

/**
 * A matcher for one jail and one log stream. Cheap to make: what can be prepared is, once for each
 * CompiledMatch.
 *
 * @param state what `state()` of the matcher of the lines before gave
 */
export function createLineMatcher(match: CompiledMatch, options: LineMatcherOptions, state?: StreamState): LineMatcher {
  return new Matcher(match, options, (state ?? {}) as MatcherState);
}

class Matcher implements LineMatcher {
  readonly #prefilter: RegExp | undefined;
  readonly #usedns: CompiledMatch['usedns'];
  readonly #finder: FailureFinder;
  readonly #dates: LineDates;
  #counts = none();
  readonly #buffered: boolean;
  #stirred = 0;

  constructor(match: CompiledMatch, { clock, reference, groups }: LineMatcherOptions, state: MatcherState) {
    const prepared = prepareMatch(match, groups ?? 'all');
    this.#prefilter = prepared.prefilter;
    this.#usedns = match.usedns;
    this.#dates =
      clock === 'event' ? eventDates(match.dates) : replayDates(match.dates, reference ?? END_OF_2000, state.dates);
    this.#buffered = prepared.maxlines > 1;
    const onMatch = (): void => {
      this.#stirred++;
      this.#dates.confirm();
    };
    this.#finder = createFailureFinder(prepared, { all: false, onMatch }, state.finder);
  }

  feed(line: LogLine): readonly Failure[] {
    const { text } = line;
    if (this.#prefilter !== undefined && !this.#prefilter.test(text)) {
      if (!isTooLong(text)) this.#dates.skip(text);
      return NOTHING;
    }
    if (!text.includes('\n')) return this.#match(withoutLineEnd(text), line.eventTime, line.eventId);
    const parts = withoutLineEnd(text).split('\n');
    return parts.flatMap((part, index) =>
      this.#match(withoutLineEnd(part), line.eventTime, index === 0 ? line.eventId : `${line.eventId}/${index}`),
    );
  }

  snapshot(): () => void {
    const restore = [this.#dates.snapshot(), this.#finder.snapshot()];
    const kept = { ...this.#counts };
    const stirred = this.#stirred;
    return () => {
      for (const part of restore) part();
      this.#counts = kept;
      this.#stirred = stirred;
    };
  }

  state(): StreamState | undefined {
    const finder = this.#finder.state();
    const dates = this.#dates.state();
    if (!finder && !dates) return undefined;
    return { ...(finder && { finder }), ...(dates && { dates }) } satisfies MatcherState;
  }

  counts(): MatchCounts {
    return { ...this.#counts };
  }

  stirred(): number {
    return this.#stirred;
  }

  #match(text: string, eventTime: number | undefined, eventId: string): readonly Failure[] {
    if (isTooLong(text)) {
      this.#counts.tooLong++;
      return NOTHING;
    }
    const { found, time } = this.#find(text, eventTime);
    if (found.length === 0 || time === undefined) return NOTHING;
    const failures: Failure[] = [];
    for (const failure of found) {
      const made = this.#failure(failure, time, eventId);
      if (made) failures.push(made);
    }
    return failures;
  }

  #find(
    text: string,
    eventTime: number | undefined,
  ): { readonly found: readonly FoundFailure[]; readonly time: number | undefined } {
    if (this.#buffered) this.#stirred++;
    try {
      const { line, time } = this.#dates.read(text, eventTime);
      return { found: this.#finder.find(line, time), time };
    } catch (error) {
      if (!isOutOfStack(error)) throw error;
      this.#counts.givenUp++;
      return { found: [], time: undefined };
    }
  }

  #failure(found: FoundFailure, time: number, eventId: string): Failure | undefined {
    const key = banKey(found.groups, this.#usedns);
    if (key.kind === 'name') {
      this.#counts.names++;
      return undefined;
    }
    if (key.kind === 'not-an-address') {
      this.#counts.notAddresses++;
      return undefined;
    }
    const groups = key.ip === undefined ? found.groups : { ...found.groups, ip: key.ip };
    return { id: key.id, kind: key.kind, time, eventId, matches: found.matches.map(wellFormed), groups };
  }
}

function withoutLineEnd(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last === 0x0d || last === 0x0a ? text.replace(/[\r\n]+$/, '') : text;
}
