import { eventHash } from '../records/attempt.ts';
import type { ConsumedEvents, ConsumedRun } from '../records/session.ts';
import type { LogEvent } from './log-batch.ts';

/**
 * The state of an event before it is matched. `forgotten`: so old that the memory can't show
 * whether it was consumed.
 */
export type Standing = 'new' | 'consumed' | 'forgotten';

export interface EventMemory {
  standing(event: LogEvent): Standing;
  /** From now on the event is `consumed`. @param hash `eventHash` of its id */
  add(event: LogEvent, hash: string): void;
  /**
   * What to carry on, within the bounds; `latestMs`: the latest timestamp of the batch, epoch
   * milliseconds.
   */
  state(latestMs: number): ConsumedEvents;
}

/**
 * Characters of an event's name: 41 bits, so that an event is taken for one of those remembered
 * once in a billion.
 */
const NAME = 8;
/** Events named together, with one time. */
const RUN = 64;
/**
 * Remembered at most: with their times some 17 KB. A stream rarely has as many that match within an
 * hour.
 */
export const MOST_REMEMBERED = 2048;
/** Remembered at least, if they are not too many. Lambda repeats a delivery within minutes. */
export const REMEMBERED_MS = 3_600_000;

/**
 * Which events of a log stream have left their mark on its session, however deliveries cut or
 * repeat them.
 */
export function eventMemory(carried: ConsumedEvents): EventMemory {
  /** Of carried events. */
  const names = new Set<string>();
  /** Of the runs whose names are not among them yet, the one with the latest event is the last. */
  const unread = [...carried.runs].sort((a, b) => a.untilMs - b.untilMs);
  const added: Consumed[] = [];
  const addedIds = new Set<string>();

  /**
   * An event is in no run of which every event is older: most that arrive are newer than all that
   * ever did.
   */
  function readRunsSince(timestampMs: number): void {
    for (let run = unread.at(-1); run && run.untilMs >= timestampMs; run = unread.at(-1)) {
      for (const name of split(run.names)) names.add(name);
      unread.pop();
    }
  }

  return {
    standing(event) {
      readRunsSince(event.timestampMs);
      if (addedIds.has(event.id)) return 'consumed';
      if (names.size > 0 && names.has(nameOf(eventHash(event.id)))) return 'consumed';
      return event.timestampMs <= carried.forgottenUntilMs ? 'forgotten' : 'new';
    },
    add({ id, timestampMs }, hash) {
      addedIds.add(id);
      added.push({ name: nameOf(hash), timestampMs });
    },
    state: (latestMs) => within([...carried.runs, ...runsOf(added)], carried.forgottenUntilMs, latestMs),
  };
}

interface Consumed {
  readonly name: string;
  readonly timestampMs: number;
}

/**
 * The newest runs that fit. A date in the future must not make the present forgotten, so the
 * batch's own time is the limit.
 */
function within(runs: readonly ConsumedRun[], forgottenUntilMs: number, latestMs: number): ConsumedEvents {
  const kept: ConsumedRun[] = [];
  let forgotten = forgottenUntilMs;
  let room = MOST_REMEMBERED * NAME;
  for (const run of runs.toReversed()) {
    room -= run.names.length;
    if (room >= 0 && run.untilMs > latestMs - REMEMBERED_MS) kept.unshift(run);
    else forgotten = Math.max(forgotten, Math.min(run.untilMs, latestMs));
  }
  return { runs: kept, forgottenUntilMs: forgotten };
}

function runsOf(events: readonly Consumed[]): readonly ConsumedRun[] {
  const runs: ConsumedRun[] = [];
  for (let from = 0; from < events.length; from += RUN) {
    const run = events.slice(from, from + RUN);
    const untilMs = Math.max(...run.map(({ timestampMs }) => timestampMs));
    runs.push({ untilMs, names: run.map(({ name }) => name).join('') });
  }
  return runs;
}

function nameOf(hash: string): string {
  return hash.length < NAME ? hash.padStart(NAME, '0') : hash.slice(-NAME);
}

function split(names: string): readonly string[] {
  return names.match(/.{8}/g) ?? [];
}
