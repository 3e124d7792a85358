import type { AttemptSet } from '../records/attempt.ts';

/** Stores the attempts of one id in one jail: a set that several matchers add to at once. */
export interface AttemptStore {
  /**
   * Adds by union and returns everything the set then holds; one write. Attempts already in the set
   * change nothing.
   *
   * `too-large`: nothing was added, because the set would outgrow what an item holds. Remove what
   * no longer matters, then add again.
   *
   * @param keepUntil epoch seconds after which the whole set may be forgotten
   */
  add(key: AttemptKey, added: AttemptSet, keepUntil: number): Promise<AttemptSet | 'too-large'>;
  /** The set as it is (strongly consistent). */
  read(key: AttemptKey): Promise<AttemptSet>;
  /** Removes attempts and lines that can no longer matter; it ignores missing ones. */
  remove(key: AttemptKey, removed: AttemptSet): Promise<void>;
}

export interface AttemptKey {
  readonly jail: string;
  readonly id: string;
}
