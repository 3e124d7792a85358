/** What a target holds once it has been brought up to date, and what was changed for it. */
export interface TargetReport {
  readonly added: readonly string[];
  /** Removed ids: those that must be absent, and those displaced by a ban of higher priority. */
  readonly removed: readonly string[];
  /** Wanted, and not there afterwards: the target is full. */
  readonly overflow: readonly string[];
  /** Of an `indirect` target: the wanted ids that it keeps out afterwards. */
  readonly enforced?: readonly string[];
  /** Entries held afterwards in the parts that were read, ours and others'. */
  readonly held: number;
  /** Entries those parts can hold. */
  readonly capacity: number;
  /** Reasons in the operator's setup why bans have no effect: a sentence each, without a period. */
  readonly warnings?: readonly string[];
}
