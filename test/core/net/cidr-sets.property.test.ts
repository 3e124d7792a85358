import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cidr, contains, formatWithPrefix, overlaps } from '../../../core/net/address.ts';
import { aggregate } from '../../../core/net/aggregate.ts';
import { compareCidrs, outermost, overlapping } from '../../../core/net/cidr-set.ts';
import { complement } from '../../../core/net/complement.ts';
import { ALL, block, cidr, countOf, FEWEST, maskOf, maskOfAll, UNIVERSE } from './small-universe.ts';

const blocks = fc.array(block, { maxLength: 8, size: 'max' });
const texts = (ranges: readonly Cidr[]) => ranges.map(formatWithPrefix);

describe('aggregate', () => {
  it('has the same addresses, in the fewest CIDRs, in order', () => {
    let merged = 0;
    fc.assert(
      fc.property(blocks, (ranges) => {
        const result = aggregate(ranges);
        expect(maskOfAll(result)).toBe(maskOfAll(ranges));
        expect(result.length).toBe(FEWEST[maskOfAll(ranges)]);
        expect(result).toEqual([...result].sort(compareCidrs));
        if (result.length < outermost(ranges).length) merged++;
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect(merged).toBeGreaterThan(200);
  });

  it('keeps families apart, and reaches the whole of each', () => {
    const halves = ['0.0.0.0/1', '8000::/1', '128.0.0.0/1', '::/1', '10.0.0.0/8'].map(cidr);
    expect(texts(aggregate(halves))).toEqual(['0.0.0.0/0', '::/0']);
  });
});

describe('complement', () => {
  it('has the addresses of one set that are not in the other, in the fewest CIDRs', () => {
    let interesting = 0;
    fc.assert(
      fc.property(blocks, blocks, (ranges, within) => {
        const left = maskOfAll(within) & ~maskOfAll(ranges) & ALL;
        const result = complement(ranges, within);
        expect(maskOfAll(result)).toBe(left);
        expect(result.reduce((sum, range) => sum + countOf(maskOf(range)), 0)).toBe(countOf(left));
        expect(result.length).toBe(FEWEST[left]);
        if (left !== 0 && left !== maskOfAll(within)) interesting++;
      }),
      { numRuns: 2000, seed: 2 },
    );
    expect(interesting).toBeGreaterThan(500);
  });

  it.each([
    ['198.51.100.7', '0.0.0.0/0', 32],
    ['2001:db8::7', '::/0', 128],
    ['2001:db8::/64', '::/0', 64],
    ['198.51.100.0/24', '0.0.0.0/0', 24],
    ['198.51.100.7', '198.51.100.0/24', 8],
    ['198.51.100.7', '203.0.113.0/24', 1],
    ['0.0.0.0/0', '203.0.113.0/24', 0],
  ])('%s taken out of %s leaves %i', (ban, within, entries) => {
    const left = complement([cidr(ban)], [cidr(within)]);
    expect(left).toHaveLength(entries);
    expect(texts(complement(left, [cidr(within)]))).toEqual(
      overlaps(cidr(ban), cidr(within))
        ? [formatWithPrefix(contains(cidr(ban), cidr(within)) ? cidr(within) : cidr(ban))]
        : [],
    );
  });

  it('takes ranges of the other family for nothing', () => {
    expect(texts(complement([cidr('::/0')], [cidr('0.0.0.0/0')]))).toEqual(['0.0.0.0/0']);
  });
});

describe('overlapping', () => {
  it('finds what shares an address with a range', () => {
    let found = 0;
    fc.assert(
      fc.property(blocks, block, (ranges, other) => {
        const apart = outermost(ranges);
        const expected = apart.filter((range) => overlaps(range, other));
        expect(overlapping(apart, other)).toEqual(expected);
        if (expected.length > 1) found++;
      }),
      { numRuns: 1000, seed: 3 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it('finds the universe around an address of it', () => {
    expect(overlapping([UNIVERSE], cidr('203.0.113.15'))).toEqual([UNIVERSE]);
  });
});
