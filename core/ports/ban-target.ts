/** A firewall, or a part of one, that can keep addresses out. The banner is the only one that changes it. */
export interface BanTarget {
  /** For messages and metrics: `waf`, `network-acl`, … */
  readonly name: string;
  /**
   * Makes the target hold what `plan` asks for. `plan` is given what the target holds (canonical ids) and says what must be
   * there and what must not; everything else stays as it is, so entries of others survive.
   *
   * `plan` is asked after the target has been read and before it is written on condition that nobody wrote in between; when somebody
   * did, the target reads again and asks again. So a plan that reads the bans table can never write an older state over a newer one.
   *
   * @param ids the only ids the plan will speak of, so that a target of many parts reads just those that could hold them
   * @throws on failure of the service; the caller retries, and the next reconciliation repairs
   */
  converge(ids: readonly string[] | 'all', plan: TargetPlan): Promise<TargetReport>;
}

export type TargetPlan = (held: ReadonlySet<string>) => Promise<TargetChange>;

export interface TargetChange {
  /** Canonical addresses or CIDRs, highest priority first. */
  readonly present: readonly string[];
  readonly absent: readonly string[];
}

export interface TargetReport {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Wanted, but the target is full. */
  readonly overflow: readonly string[];
  /** Entries held afterwards in the parts that were read, ours and others'. */
  readonly held: number;
  /** Entries those parts can hold. */
  readonly capacity: number;
}
