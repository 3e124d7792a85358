/** Time as the running code sees it; a virtual one drives replays and tests. */
export interface Clock {
  /** Epoch seconds, with a fraction. */
  now(): number;
  sleep(ms: number): Promise<void>;
}
