export interface ExpiryRun {
  readonly lifted: number;
  /** Seconds the most overdue of them was late; 0 when there was none. */
  readonly oldestOverdue: number;
  /**
   * False when time ran out first, or too much failed; the next run continues where this one
   * stopped.
   */
  readonly finished: boolean;
  /**
   * Due bans that this run did not reach or failed to lift. It may be slightly too high, because
   * the index lags.
   */
  readonly left: number;
  /** Seconds the most overdue of these is late already; 0 when there is none. */
  readonly oldestLeft: number;
}
