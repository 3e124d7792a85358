/** What a target holds once it has been brought up to date, and what was changed for it. */
export interface TargetReport {
  readonly added: readonly string[];
  /** Taken out: what must be absent, and what gave its place to a ban of higher priority. */
  readonly removed: readonly string[];
  /** Wanted, and not there afterwards: the target is full. */
  readonly overflow: readonly string[];
  /** Of an `indirect` target: the wanted ids that it keeps out afterwards. */
  readonly enforced?: readonly string[];
  /** Entries held afterwards in the parts that were read, ours and others'. */
  readonly held: number;
  /** Entries those parts can hold. */
  readonly capacity: number;
  /**
   * What an operator has set up so that bans have no effect, in words: a sentence each, without a
   * full stop.
   */
  readonly warnings?: readonly string[];
}
