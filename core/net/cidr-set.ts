import { type Cidr, contains, width } from './address.ts';

/**
 * Sorts by family, then by first address, then the wider first, so that a range comes before those
 * inside it.
 */
export function compareCidrs(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.network !== b.network) return a.network < b.network ? -1 : 1;
  return a.prefix - b.prefix;
}

export function sameCidr(a: Cidr, b: Cidr): boolean {
  return a.prefix === b.prefix && a.network === b.network && a.family === b.family;
}

/** How many addresses a range has. */
export function sizeOf({ family, prefix }: Cidr): bigint {
  return 1n << BigInt(width(family) - prefix);
}

/** The two halves of a range, the lower first. A single address has none, so the call is a bug. */
export function halves(range: Cidr): readonly [Cidr, Cidr] {
  const { family, network } = range;
  const prefix = range.prefix + 1;
  if (prefix > width(family)) throw new RangeError('a single address has no halves');
  const low = { family, network, prefix };
  return [low, { family, network: network + sizeOf(low), prefix }];
}

/** The ranges that no other one contains, in order, each once. */
export function outermost(ranges: Iterable<Cidr>): readonly Cidr[] {
  const kept: Cidr[] = [];
  for (const range of [...ranges].sort(compareCidrs)) {
    const last = kept.at(-1);
    if (!last || !contains(last, range)) kept.push(range);
  }
  return kept;
}

/** The ranges that share an address with `block`; the input is ordered and disjoint. */
export function overlapping(ordered: readonly Cidr[], block: Cidr): readonly Cidr[] {
  const from = firstFrom(ordered, block);
  const before = ordered[from - 1];
  if (before && contains(before, block)) return [before];
  let to = from;
  for (let next = ordered[to]; next && contains(block, next); next = ordered[to]) to++;
  return ordered.slice(from, to);
}

/** The index of the first range that does not sort before `block`. */
function firstFrom(ordered: readonly Cidr[], block: Cidr): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ordered[middle];
    if (range && compareCidrs(range, block) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
