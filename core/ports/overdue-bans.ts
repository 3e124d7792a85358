/** How many bans there are whose end has passed. Cheaper than to list them. */
export interface OverdueBans {
  /** Of active bans whose end is before `now`; may lag by the moment an index takes. */
  count(now: number): Promise<Overdue>;
}

export interface Overdue {
  readonly bans: number;
  /** Epoch seconds of the earliest end among them; `undefined` when there are none. */
  readonly earliestEnd: number | undefined;
}
