/** Where the breaker of each jail is kept, shared by all matchers. */
export interface BreakerStore {
  /** When the jail's breaker tripped, epoch seconds; `undefined` while it bans. Strongly consistent. */
  trippedAt(jail: string): Promise<number | undefined>;
  /**
   * Counts a ban of this minute (epoch minutes) and returns how many there have been in it. A function that dies and runs again may count
   * one twice, or not at all: the breaker is a guard against thousands, not a ledger.
   */
  count(jail: string, minute: number): Promise<number>;
  /** Trips it; `false` when it had tripped already. */
  trip(jail: string, now: number): Promise<boolean>;
  /** Lets the jail ban again; `false` when it had not tripped. */
  reset(jail: string): Promise<boolean>;
}
