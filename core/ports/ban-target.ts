import type { Ports } from '../net/ports.ts';
import type { TargetReport } from '../records/target-report.ts';

/** A firewall, or a part of one, that can keep addresses out. Only the banner changes it. */
export interface BanTarget {
  /** The name that jails use among their actions: `waf`, `network-acl`, … */
  readonly name: string;
  /**
   * True for a target that can only be written as a whole (a file, the complement of all bans), or
   * that is so small that its bans must be chosen among all. Every call then covers all ids.
   */
  readonly whole: boolean;
  /**
   * True for a target whose entries are not its bans: rules revoked for them, or the ranges left
   * without them. Its entries need not show each ban that it enforces, so its reports list those
   * (`enforced`). Editing one entry does not lift a ban.
   */
  readonly indirect?: boolean;
  /**
   * Makes the target hold what `plan` asks for. `plan` receives the held ids (canonical) and
   * returns those that must be present and those that must be absent. All other entries stay, so
   * foreign entries survive.
   *
   * `plan` is called after the target has been read. The target is then written on condition that
   * no one wrote in between; otherwise it is read and `plan` called again. So a plan that reads the
   * bans table can never write an older state over a newer one.
   *
   * @param ids the only ids in the plan, so that a target of many parts reads only those that could
   *   hold them; `all`: the plan names every ban, and a target without room for all of them takes
   *   the first
   * @throws on failure of the service; the caller retries, and the next reconciliation repairs the
   *   target
   */
  converge(ids: readonly string[] | 'all', plan: TargetPlan): Promise<TargetReport>;
}

/**
 * @param room the most bans that the target could hold. Bans ranked lower may be slightly out of
 *   date in the plan, which saves reading thousands from the table that are in no target
 */
export type TargetPlan = (held: ReadonlySet<string>, room?: number, parts?: TargetParts) => Promise<TargetChange>;

/** The parts of a target. A target without this counts as one full part per family. */
export interface TargetParts {
  /**
   * The part that an id belongs to. A service or a console may rewrite a part at once: an IP set, a
   * prefix list.
   */
  of(id: string): string;
  /** The number of any ids that fit without displacing a present one. */
  readonly free: number;
}

export interface TargetChange {
  /** Highest priority first. */
  readonly present: readonly WantedBan[];
  /** Canonical ids that must be absent. */
  readonly absent: readonly string[];
}

export interface WantedBan {
  /** A canonical address or CIDR. */
  readonly id: string;
  /** For targets that can restrict ports; others block the id entirely. */
  readonly ports: Ports;
}
