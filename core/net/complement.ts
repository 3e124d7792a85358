import { type Cidr, contains } from './address.ts';
import { aggregate } from './aggregate.ts';
import { halves, overlapping } from './cidr-set.ts';

/**
 * The fewest CIDRs that have the addresses of `within` that are in none of `ranges`, in order.
 * Taking one address out of `0.0.0.0/0` leaves 32 of them, out of `::/0` 128.
 */
export function complement(ranges: Iterable<Cidr>, within: Iterable<Cidr>): readonly Cidr[] {
  return [...leftOver(aggregate(ranges), aggregate(within))];
}

/** The same, or `undefined` as soon as there are more than `most` of them. */
export function complementUpTo(
  most: number,
  ranges: Iterable<Cidr>,
  within: Iterable<Cidr>,
): readonly Cidr[] | undefined {
  const left: Cidr[] = [];
  for (const range of leftOver(aggregate(ranges), aggregate(within))) {
    if (left.length === most) return undefined;
    left.push(range);
  }
  return left;
}

/**
 * A CIDR that lies in the result lies in one of the widest CIDRs of `within`, so no two parts could
 * be written as one.
 */
function* leftOver(taken: readonly Cidr[], within: readonly Cidr[]): Generator<Cidr> {
  for (const block of within) {
    const inside = overlapping(taken, block);
    const [first] = inside;
    if (!first) yield block;
    else if (!contains(first, block)) yield* leftOver(inside, halves(block));
  }
}
