/** The time that the running code uses; a virtual clock drives replays and tests. */
export interface Clock {
  /** Epoch seconds, with a fraction. */
  now(): number;
  sleep(ms: number): Promise<void>;
}
