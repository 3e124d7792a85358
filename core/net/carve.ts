import type { Cidr } from './address.ts';
import { aggregate } from './aggregate.ts';
import { BanTrie } from './ban-trie.ts';
import { overlapping } from './cidr-set.ts';
import { complement, complementUpTo } from './complement.ts';
import { leastCollateral } from './least-collateral.ts';

export interface CarveLimits {
  /** What would be let in if nobody were banned. */
  readonly allowed: readonly Cidr[];
  /** CIDRs that may be left of it. */
  readonly maxEntries: number;
  /**
   * The prefix length of the widest range a ban may grow to where there is no room for exactness;
   * `undefined`: none grows.
   */
  readonly widest: number | undefined;
  /** No ban grows over an address of these. */
  readonly never: readonly Cidr[];
}

export interface Carving {
  /** What is left, as the fewest CIDRs, in order: at least one, at most `maxEntries`. */
  readonly left: readonly Cidr[];
  /** Whether each ban is out altogether, in the order given. */
  readonly out: readonly boolean[];
  /** Addresses that are out though no ban names them. */
  readonly collateral: bigint;
}

/**
 * What to let in when the bans are to stay out and only so many CIDRs can say so.
 *
 * Exactly which bans: no other set of bans that can be kept out with `maxEntries` CIDRs has the
 * first ban on which the two differ. So a ban gives way to those before it alone, and one further
 * down may still be out where it costs nothing. A set can be kept out when there are ranges to
 * leave out, each a ban or a range that {@link BanTrie} may widen one to, that hold the set, and
 * whose complement fits and is not empty: nobody is ever shut out altogether.
 *
 * Exactly which ranges: of all that keep that set out, those with the least collateral. Nothing is
 * widened where the exact complement fits.
 *
 * @param bans of one family, highest priority first
 * @throws RangeError when `allowed` alone takes more than `maxEntries` CIDRs
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
