import type { AttemptSet } from '../records/attempt.ts';

/**
 * Where the attempts of one id in one jail are kept: a set that several matchers add to at once.
 */
export interface AttemptStore {
  /**
   * Adds by union and returns everything the set then holds; one write. What is held already
   * changes nothing.
   *
   * @param keepUntil epoch seconds after which the whole set may be forgotten
   */
  add(key: AttemptKey, added: AttemptSet, keepUntil: number): Promise<AttemptSet>;
  /**
   * Takes attempts and lines out; those not held are passed over. For what can no longer matter.
   */
  remove(key: AttemptKey, removed: AttemptSet): Promise<void>;
}

export interface AttemptKey {
  readonly jail: string;
  readonly id: string;
}
