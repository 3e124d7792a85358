/** Stores the breaker of each jail, shared by all matchers. */
export interface BreakerStore {
  /**
   * When the jail's breaker tripped, epoch seconds; `undefined` while it bans. Strongly consistent.
   */
  trippedAt(jail: string): Promise<number | undefined>;
  /** Bans counted in a minute (epoch minutes) so far. Strongly consistent. */
  counted(jail: string, minute: number): Promise<number>;
  /**
   * Counts bans of this minute once and returns the minute's total. A function that dies may leave
   * some bans uncounted; the breaker guards against thousands and is no ledger.
   */
  count(jail: string, minute: number, bans: number): Promise<number>;
  /** Trips it; `false` when it had tripped already. */
  trip(jail: string, now: number): Promise<boolean>;
  /** Lets the jail ban again; `false` when it had not tripped. */
  reset(jail: string): Promise<boolean>;
}
