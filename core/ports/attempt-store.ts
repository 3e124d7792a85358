import type { Attempt } from '../attempts/attempt.ts';

/** Where the attempts of one id in one jail are kept: a set that several matchers add to at once. */
export interface AttemptStore {
  /**
   * Adds by union and returns everything the set then holds, ordered by `byTime`; one write. Attempts already held change nothing.
   *
   * @param keepUntil epoch seconds after which the whole set may be forgotten
   */
  add(key: AttemptKey, attempts: readonly Attempt[], keepUntil: number): Promise<readonly Attempt[]>;
  /** Takes attempts out; those not held are passed over. For attempts that can no longer matter. */
  remove(key: AttemptKey, attempts: readonly Attempt[]): Promise<void>;
}

export interface AttemptKey {
  readonly jail: string;
  readonly id: string;
}
