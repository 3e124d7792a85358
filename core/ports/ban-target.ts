import type { Ports } from '../net/ports.ts';
import type { TargetReport } from '../records/target-report.ts';

/**
 * A firewall, or a part of one, that can keep addresses out. The banner is the only one that
 * changes it.
 */
export interface BanTarget {
  /** As jails name it among their actions: `waf`, `network-acl`, … */
  readonly name: string;
  /**
   * True for a target that can only be made as a whole (a file, the complement of all bans) or is
   * so small that which bans it holds must be chosen among all: then every call is about all ids.
   */
  readonly whole: boolean;
  /**
   * True for a target whose entries are not its bans: rules taken out for them, or what is left
   * when they are cut out. What it shows as held need not name each ban it keeps out, its reports
   * say which it does (`enforced`), and nobody lifts a ban by editing one entry.
   */
  readonly indirect?: boolean;
  /**
   * Makes the target hold what `plan` asks for. `plan` is given what the target holds (canonical
   * ids) and says what must be there and what must not; everything else stays as it is, so entries
   * of others survive.
   *
   * `plan` is asked after the target has been read and before it is written on condition that
   * nobody wrote in between; when somebody did, the target reads again and asks again. So a plan
   * that reads the bans table can never write an older state over a newer one.
   *
   * @param ids the only ids the plan will speak of, so that a target of many parts reads just those
   *   that could hold them; `all`: the plan
   *   names every ban there is, and a target without room for all of them gives it to the first
   * @throws on failure of the service; the caller retries, and the next reconciliation repairs
   */
  converge(ids: readonly string[] | 'all', plan: TargetPlan): Promise<TargetReport>;
}

/**
 * @param room how many bans the target could hold at most; those ranked lower may be told of as
 *   they were a moment ago, which saves asking the
 *   table about thousands that stand nowhere
 */
export type TargetPlan = (held: ReadonlySet<string>, room?: number, parts?: TargetParts) => Promise<TargetChange>;

/**
 * What a target is made of. One that does not say so is taken to be one part a family, and full.
 */
export interface TargetParts {
  /**
   * The part that an id belongs into. A part is what a service or a console may rewrite at once: an
   * IP set, a prefix list.
   */
  of(id: string): string;
  /**
   * Ids that may be added, whichever they are, without one that stands there having to give its
   * place away.
   */
  readonly free: number;
}

export interface TargetChange {
  /** Highest priority first. */
  readonly present: readonly WantedBan[];
  /** Canonical ids that must not be there. */
  readonly absent: readonly string[];
}

export interface WantedBan {
  /** A canonical address or CIDR. */
  readonly id: string;
  /** For targets that can tell ports apart; others keep the id out altogether. */
  readonly ports: Ports;
}
