import type { Cidr } from './address.ts';
import { aggregate } from './aggregate.ts';
import { BanTrie } from './ban-trie.ts';
import { overlapping } from './cidr-set.ts';
import { complement, complementUpTo } from './complement.ts';
import { leastCollateral } from './least-collateral.ts';

export interface CarveLimits {
  /** The ranges to allow if no ban were active. */
  readonly allowed: readonly Cidr[];
  /** The most CIDRs that may be left. */
  readonly maxEntries: number;
  /**
   * The prefix length of the widest range a ban may grow to where there is no room for the exact
   * ranges; `undefined`: none grows.
   */
  readonly widest: number | undefined;
  /** No ban grows over an address of these ranges. */
  readonly never: readonly Cidr[];
}

export interface Carving {
  /** What is left, as the fewest CIDRs, in order: at least one, at most `maxEntries`. */
  readonly left: readonly Cidr[];
  /** Whether each ban is entirely out, in the order given. */
  readonly out: readonly boolean[];
  /** Addresses that are out though no ban covers them. */
  readonly collateral: bigint;
}

/**
 * Computes the ranges to allow so that the bans stay out, within a limited number of CIDRs.
 *
 * The choice of bans is exact: no other set of bans that can be kept out with `maxEntries` CIDRs
 * has the first ban on which the two sets differ. So a ban gives way only to those before it, and a
 * later one may still be out where that costs nothing. A set can be kept out when there are ranges
 * to leave out, each a ban or a range that {@link BanTrie} may widen one to, that cover the set,
 * and whose complement fits and is not empty. So some addresses always stay allowed.
 *
 * The choice of ranges is exact too: of all that keep that set out, it has the least collateral.
 * Nothing is widened where the exact complement fits.
 *
 * @param bans of one family, highest priority first
 * @throws RangeError when `allowed` alone needs more than `maxEntries` CIDRs
 */
export function carve(bans: readonly Cidr[], limits: CarveLimits): Carving {
  const allowed = aggregate(limits.allowed);
  const { maxEntries, widest, never } = limits;
  if (allowed.length === 0 || allowed.length > maxEntries) {
    throw new RangeError(`what is allowed takes ${allowed.length} ranges, and the list holds 1 to ${maxEntries}`);
  }
  const exact = complementUpTo(maxEntries, bans, allowed);
  if (exact && exact.length > 0) return { left: exact, out: bans.map(() => true), collateral: 0n };
  const trie = new BanTrie(bans, allowed, widest, never);
  const chosen = bans.filter((_, ban) => {
    trie.require(ban);
    if (trie.least() <= maxEntries) return true;
    trie.release(ban);
    return false;
  });
  const left = complementUpTo(maxEntries, chosen, allowed);
  if (left && left.length > 0) return { left, out: outOf(bans, left), collateral: 0n };
  const { ranges, collateral } = leastCollateral(trie, allowed, maxEntries);
  const covered = complement(ranges, allowed);
  return { left: covered, out: outOf(bans, covered), collateral };
}

function outOf(bans: readonly Cidr[], left: readonly Cidr[]): readonly boolean[] {
  return bans.map((ban) => isOut(ban, left));
}

/** True when no address of `range` is in `left`, which is in order and aggregated. */
export function isOut(range: Cidr, left: readonly Cidr[]): boolean {
  return overlapping(left, range).length === 0;
}
