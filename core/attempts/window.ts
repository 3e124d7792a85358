import type { Attempt } from '../records/attempt.ts';

/** When a jail bans: `maxretry` attempts within `findtime` seconds. */
export interface Threshold {
  readonly maxretry: number;
  readonly findtime: number;
}

/** The window that reached `maxretry`. */
export interface FullWindow {
  /** The attempt that reached `maxretry`; its time is the ban's time. */
  readonly index: number;
  /** Attempts in the window: `maxretry`, unless several share the second. */
  readonly attempts: number;
}

/**
 * The first half-open window (t − findtime, t] that holds at least `maxretry` of the attempts from
 * `start` on, or `undefined`.
 *
 * This is the documented meaning of maxretry and findtime, exact; fail2ban's own counter estimates
 * by rate (fail2ban/server/failmanager.py: addFailure, ticket.py: FailData.inc).
 *
 * @param attempts ordered by `byTime`
 */
export function firstFullWindow(attempts: readonly Attempt[], threshold: Threshold, start = 0): FullWindow | undefined {
  let oldest = start;
  for (let index = start; index < attempts.length; index++) {
    const time = timeAt(attempts, index);
    while (timeAt(attempts, oldest) <= time - threshold.findtime) oldest++;
    if (index - oldest + 1 >= threshold.maxretry) return { index, attempts: index - oldest + 1 };
  }
  return undefined;
}

/**
 * The attempts without those of an event that stands before them: an event ahead of the clock
 * takes its time from the clock, which is later when the event is delivered again.
 *
 * @param attempts ordered by `byTime`
 */
export function eachEventOnce(attempts: readonly Attempt[]): readonly Attempt[] {
  const events = new Set<string>();
  const each = attempts.filter(({ event }) => events.size < events.add(event).size);
  return each.length === attempts.length ? attempts : each;
}

/**
 * The first index whose attempt is later than `time`; attempts up to and at `time` belong to an
 * earlier ban.
 */
export function firstAfter(attempts: readonly Attempt[], time: number): number {
  let low = 0;
  let high = attempts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeAt(attempts, middle) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

function timeAt(attempts: readonly Attempt[], index: number): number {
  return attempts[index]?.time ?? Number.POSITIVE_INFINITY;
}
