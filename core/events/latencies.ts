/**
 * Seconds. Older events were late for reasons outside cloudjail: an agent that caught up, a server
 * with a wrong clock or time zone, a backfill. Older bans waited for room in a target or for a new
 * target. Their latency does not measure cloudjail.
 */
export const LONGEST_LATENCY = 900;

/**
 * The most values logged for one piece of work: enough for percentiles, few enough for a log line.
 */
const MOST_VALUES = 20;

/** Latencies of one piece of work, reduced to what is logged. */
export interface Latencies {
  /**
   * Seconds, ascending: all values, or a sample of evenly spaced ranks with the least and the
   * greatest.
   */
  readonly seconds: readonly number[];
  /** The number above the limit, usually {@link LONGEST_LATENCY}; they are not among `seconds`. */
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
