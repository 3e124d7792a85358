/**
 * Seconds. What is older was late before cloudjail could do anything about it: an agent that has
 * caught up, a server whose clock or time zone is wrong, a backfill; a ban for which a target had
 * no room, or a target that is new. It says nothing of how fast cloudjail is.
 */
export const LONGEST_LATENCY = 900;

/**
 * Values told of a piece of work, however much it did: enough for percentiles, few enough for a log
 * line.
 */
const MOST_VALUES = 20;

/** How long each of some things took, as much of it as is told. */
export interface Latencies {
  /**
   * Seconds, ascending: all there are, or a sample of evenly spaced ranks with the least and the
   * greatest.
   */
  readonly seconds: readonly number[];
  /**
   * How many took longer than is to be told of, {@link LONGEST_LATENCY} mostly; they are not among
   * `seconds`.
   */
  readonly late: number;
}

/**
 * @param ages seconds; a clock ahead of ours makes them negative, which counts as none
 * @param longest those above it count as late
 */
export function latencies(ages: readonly number[], longest = LONGEST_LATENCY): Latencies {
  const live = Float64Array.from(ages.filter((age) => age <= longest)).sort();
  const late = ages.length - live.length;
  const told = Math.min(live.length, MOST_VALUES);
  const rank = (i: number): number => (told === 1 ? 0 : Math.round((i * (live.length - 1)) / (told - 1)));
  const seconds = Array.from({ length: told }, (_, i) => Math.max(0, live[rank(i)] ?? 0));
  return { seconds, late };
}
