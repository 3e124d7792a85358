import type { LogEvent } from '../../core/intake/log-batch.ts';
import { type Matched, matchAlone, matchInSession } from '../../core/intake/match-batch.ts';
import { type MatchingJail, matchingJail, reads } from '../../core/intake/matching-jail.ts';
import type { Failure } from '../../core/match/line-matcher.ts';
import type { Watch } from '../../core/ports/watch.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { type MatchCounts, none, plus } from '../../core/records/match-counts.ts';
import type { Session } from '../../core/records/session.ts';
import type { GroupEvent } from './group-events.ts';

/** A failure, and the event it was found on. */
export interface GroupHit {
  /** Index of the jail. */
  readonly jail: number;
  readonly failure: Failure;
  readonly event: GroupEvent;
}

/** A log stream in this page, with where it stands in it. */
interface Stream {
  readonly key: string;
  readonly logGroup: string;
  readonly events: LogEvent[];
}

/**
 * Finds in the events of log groups what the matcher in the stack finds in them: by the same code,
 * each jail in the groups it reads, sessions by log stream.
 */
export class GroupMatcher {
  readonly #jails: readonly MatchingJail[];
  /** For each jail that carries something from one page to the next: by log stream. */
  readonly #sessions: readonly Map<string, Session>[];
  readonly #left: MatchCounts[];
  readonly #watch: Watch;

  constructor(jails: readonly CompiledJail[], watch: Watch) {
    this.#jails = jails.map(matchingJail);
    this.#sessions = jails.map(() => new Map());
    this.#left = jails.map(none);
    this.#watch = watch;
  }

  /** The failures of a page, in the order of its events; on one event in the order of the jails. */
  match(page: readonly GroupEvent[]): readonly GroupHit[] {
    const places = new Map(page.map(({ id }, place) => [id, place]));
    const streams = streamsOf(page);
    const hits = this.#jails.flatMap((jail, index) =>
      this.#matchJail(jail, index, streams).map((failure) => ({
        jail: index,
        failure,
        place: placeOf(failure, places),
      })),
    );
    this.#forget((page[0]?.timestamp ?? 0) / 1000);
    return hits
      .sort((a, b) => a.place - b.place)
      .map(({ jail, failure, place }) => ({ jail, failure, event: page[place] as GroupEvent }));
  }

  /** What each jail left out so far. */
  left(): readonly MatchCounts[] {
    return this.#left;
  }

  #matchJail(jail: MatchingJail, index: number, streams: readonly Stream[]): readonly Failure[] {
    const read = streams.filter(({ logGroup }) => reads(jail, logGroup));
    const matched = jail.stateful
      ? read.map((stream) => this.#matchStream(jail, index, stream))
      : [
          matchAlone(
            read.flatMap(({ events }) => events),
            jail.jail.match,
            { watch: this.#watch },
          ),
        ];
    for (const { left } of matched) this.#count(index, left);
    return matched.flatMap(({ failures }) => failures.map(({ failure }) => failure));
  }

  #matchStream({ jail }: MatchingJail, index: number, { key, events }: Stream): Matched {
    const sessions = this.#sessions[index] as Map<string, Session>;
    const session = sessions.get(key);
    const matched = matchInSession(events, jail.match, session, { watch: this.#watch });
    if (matched.next) sessions.set(key, { ...matched.next, version: (session?.version ?? 0) + 1 });
    return matched;
  }

  #count(index: number, left: MatchCounts): void {
    this.#left[index] = plus(this.#left[index] ?? none(), left);
  }

  /**
   * Events come in the order of their time, so a session that is over at `now` is never asked for
   * again.
   */
  #forget(now: number): void {
    for (const sessions of this.#sessions) {
      for (const [key, { keepUntil }] of sessions) if (keepUntil < Math.floor(now)) sessions.delete(key);
    }
  }
}

function streamsOf(page: readonly GroupEvent[]): readonly Stream[] {
  const streams = new Map<string, Stream>();
  for (const { id, timestamp, message, logGroup, logStream } of page) {
    // No colon is in the name of a log group.
    const key = `${logGroup}:${logStream}`;
    const stream = streams.get(key) ?? { key, logGroup, events: [] };
    streams.set(key, stream);
    stream.events.push({ id, timestampMs: timestamp, message });
  }
  return [...streams.values()];
}

/** A failure on the second line of an event has a name made from the event's. */
function placeOf({ eventId }: Failure, places: ReadonlyMap<string, number>): number {
  return places.get(eventId) ?? places.get(eventId.slice(0, eventId.lastIndexOf('/'))) ?? 0;
}
