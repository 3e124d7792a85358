import { LARGEST_MAXRETRY } from '../config/jail.ts';
import type { Attempt } from '../records/attempt.ts';
import { firstFullWindow, type Threshold } from './window.ts';

/** Attempts that a set may hold before it is thinned; with 23 bytes each at most 220 KB. */
export function mostAttempts({ maxretry }: Threshold): number {
  return 2000 + 5 * Math.min(maxretry, LARGEST_MAXRETRY);
}

/**
 * Findtimes that a set usually spans: two behind the newest attempt, and one for what is early or
 * late.
 */
const USUAL_SPAN = 3;

/**
 * The attempts of a set that can still change a decision; all of them where no window is full.
 *
 * A set with a full window is kept only while a jail is held back (its breaker has tripped, a name
 * of its ignoreip has no address), and a flood would make it outgrow its item. Kept are the
 * `maxretry` attempts of the first full window, and the newest `maxretry` of each stretch of time
 * no longer than findtime.
 *
 * Whatever a ban's end turns out to be, and whatever is added later, late, or again: the attempts
 * kept have a full window after that end exactly when all attempts have one. For a window that
 * lacks an attempt that was dropped, the stretch of that attempt holds `maxretry` newer ones less
 * than findtime apart: a full window, and no attempt of it is older than the one dropped. The time
 * of the next ban is the same to the second, because its window is kept. Of a ban after that one
 * the time is late by less than a stretch (a two-hundredth of the usual span at small `maxretry`).
 *
 * Beyond {@link mostAttempts} the oldest go, full windows or not: those lie more than two findtimes
 * behind the newest, where only deliveries as late as that could fill their windows.
 *
 * @param attempts in the order of `byTime`; times are whole seconds
 *
 * @param start the first index after the end of the last ban on record
 */
export function attemptsThatMatter(
  attempts: readonly Attempt[],
  threshold: Threshold,
  start: number,
): readonly Attempt[] {
  const most = mostAttempts(threshold);
  const { maxretry, findtime } = threshold;
  const stretches = Math.max(USUAL_SPAN, Math.floor(1000 / maxretry));
  const stretch = Math.max(1, Math.ceil((USUAL_SPAN * findtime) / stretches));
  const first = firstFullWindow(attempts, threshold, start);
  const firstFrom = first ? first.index - first.attempts + 1 : 0;
  const firstTo = first ? first.index : -1;
  const kept: Attempt[] = [];
  let current = Number.NaN;
  let inStretch = 0;
  for (let index = attempts.length - 1; index >= 0 && kept.length < most; index--) {
    const attempt = attempts[index] as Attempt;
    const number = Math.floor(attempt.time / stretch);
    inStretch = number === current ? inStretch + 1 : 1;
    current = number;
    if (inStretch <= maxretry || (index >= firstFrom && index <= firstTo)) kept.push(attempt);
  }
  return kept.reverse();
}
