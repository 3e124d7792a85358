/**
 * Where ingress rules are kept while a ban has them out of their security group: written before a
 * rule is revoked, so that there is no moment in which it is nowhere.
 */
export interface RevokedRulesStore {
  /**
   * What was last written for a group, strongly consistent; version 0 and no rules when nothing
   * was.
   */
  read(groupId: string): Promise<RevokedRules>;
  /**
   * Writes if nobody wrote since `revoked.version - 1`; `conflict`: read again and decide again.
   */
  write(groupId: string, revoked: RevokedRules): Promise<'written' | 'conflict'>;
}

export interface RevokedRules {
  readonly rules: readonly RevokedRule[];
  readonly version: number;
}

export interface RevokedRule {
  readonly rule: IngressRule;
  /** Canonical ids of the bans that keep it out. */
  readonly bans: readonly string[];
  /**
   * Epoch seconds of the latest decision to revoke it. A function that made one may carry it out
   * for as long as it may run.
   */
  readonly revokedAt: number;
}

/**
 * An ingress rule with a CIDR for its source, in EC2's own words, so that it can be made again to
 * the letter.
 */
export interface IngressRule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, the number of another protocol, `-1` for all. */
  readonly protocol: string;
  /** ICMP type for ICMP; -1 for all, and where the protocol has no ports. */
  readonly fromPort: number;
  /** ICMP code for ICMP; -1 for all. */
  readonly toPort: number;
  readonly cidr: string;
  /** `undefined`: it has none. */
  readonly description: string | undefined;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}
