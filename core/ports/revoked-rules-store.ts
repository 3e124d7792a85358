/**
 * Stores ingress rules while a ban keeps them out of their security group. A rule is written here
 * before it is revoked, so it is always in one of the two places.
 */
export interface RevokedRulesStore {
  /**
   * The last written record of a group, strongly consistent; version 0 and no rules when there is
   * none.
   */
  read(groupId: string): Promise<RevokedRules>;
  /**
   * Writes if no one wrote since `revoked.version - 1`; `conflict`: read again and decide again.
   */
  write(groupId: string, revoked: RevokedRules): Promise<'written' | 'conflict'>;
}

export interface RevokedRules {
  readonly rules: readonly RevokedRule[];
  readonly version: number;
}

export interface RevokedRule {
  readonly rule: IngressRule;
  /** Canonical ids of the bans for which it is revoked. */
  readonly bans: readonly string[];
  /**
   * Epoch seconds of the latest decision to revoke it. A function may still carry out its decision
   * until its time limit.
   */
  readonly revokedAt: number;
}

/**
 * An ingress rule with a CIDR for its source, in EC2's own terms, so that it can be created again
 * exactly.
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
