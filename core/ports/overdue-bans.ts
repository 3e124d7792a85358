/** Counts the bans whose end has passed, which is cheaper than listing them. */
export interface OverdueBans {
  /** The number of active bans whose end is before `now`; may lag by the moment an index takes. */
  count(now: number): Promise<Overdue>;
}

export interface Overdue {
  readonly bans: number;
  /** Epoch seconds of the earliest end among them; `undefined` when there are none. */
  readonly earliestEnd: number | undefined;
}
