import { type Cidr, width } from './address.ts';

export interface LabeledRange {
  readonly range: Cidr;
  readonly label: string;
}

/** The label of a range that shares an address with the given one; `undefined` when none does. */
export type RangeIndex = (range: Cidr) => string | undefined;

interface Interval {
  readonly first: bigint;
  readonly last: bigint;
  readonly label: string;
}

/**
 * An index of ranges for many lookups: each takes a few comparisons, however many ranges there are.
 */
export function rangeIndex(ranges: readonly LabeledRange[]): RangeIndex {
  const families = { 4: outermost(ranges, 4), 6: outermost(ranges, 6) };
  return (range) => {
    const intervals = families[range.family];
    const { first, last } = interval(range, '');
    let low = 0;
    let high = intervals.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((intervals[middle] as Interval).last < first) low = middle + 1;
      else high = middle;
    }
    const candidate = intervals[low];
    return candidate !== undefined && candidate.first <= last ? candidate.label : undefined;
  };
}

/**
 * In ascending order, without those inside another: two CIDRs that share an address are one inside
 * the other.
 */
function outermost(ranges: readonly LabeledRange[], family: 4 | 6): readonly Interval[] {
  const all = ranges
    .filter(({ range }) => range.family === family)
    .sort((a, b) =>
      a.range.network < b.range.network ? -1 : a.range.network > b.range.network ? 1 : a.range.prefix - b.range.prefix,
    )
    .map(({ range, label }) => interval(range, label));
  const kept: Interval[] = [];
  for (const one of all) {
    const former = kept.at(-1);
    if (former === undefined || one.first > former.last) kept.push(one);
  }
  return kept;
}

function interval({ family, network, prefix }: Cidr, label: string): Interval {
  const size = 1n << BigInt(width(family) - prefix);
  return { first: network, last: network + size - 1n, label };
}
