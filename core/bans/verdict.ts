import { eachEventOnce, firstAfter, firstFullWindow, type Threshold } from '../attempts/window.ts';
import type { Attempt } from '../records/attempt.ts';
import { type Ban, endOf } from '../records/ban.ts';

/** The next ban that the attempts call for. */
export interface Verdict {
  /** The time of the attempt that filled the window. */
  readonly bannedAt: number;
  readonly attempts: number;
}

/**
 * Whether the attempts held for one id in one jail call for a ban that is not yet on record.
 * Attempts up to the end of the last ban on record do not count. The answer depends on the set of
 * attempts and the record alone, so batches may be cut, repeated and reordered at will; after a ban
 * is written, ask again with the new record.
 *
 * @param attempts ordered by `byTime`
 */
export function nextBan(
  attempts: readonly Attempt[],
  record: Ban | undefined,
  threshold: Threshold,
): Verdict | undefined {
  const each = eachEventOnce(attempts);
  const start = record ? firstAfter(each, endOf(record)) : 0;
  const window = firstFullWindow(each, threshold, start);
  const last = window && each[window.index];
  return last && { bannedAt: last.time, attempts: window.attempts };
}
