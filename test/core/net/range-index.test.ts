import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cidr, overlaps, parseCidr } from '../../../core/net/address.ts';
import { rangeIndex } from '../../../core/net/range-index.ts';

const cidr = (text: string): Cidr => {
  const range = parseCidr(text);
  if (!range) throw new Error(text);
  return range;
};

/** Few bits, so that ranges meet: 9.0.0.0/24 and below, and the same in IPv6. */
const range = fc.oneof(
  fc.tuple(fc.nat(255), fc.integer({ min: 22, max: 32 })).map(([host, prefix]) => cidr(`9.0.0.${host}/${prefix}`)),
  fc
    .tuple(fc.nat(255), fc.integer({ min: 118, max: 128 }))
    .map(([host, prefix]) => cidr(`2600::${host.toString(16)}/${prefix}`)),
);

describe('rangeIndex', () => {
  it('finds a range that shares an address, exactly when there is one', () => {
    let found = 0;
    let none = 0;
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20, size: 'max' }), range, (ranges, asked) => {
        const label = rangeIndex(ranges.map((one, i) => ({ range: one, label: String(i) })))(asked);
        const match = label === undefined ? undefined : ranges[Number(label)];
        if (match === undefined) none += 1;
        else found += 1;
        expect(match !== undefined).toBe(ranges.some((one) => overlaps(one, asked)));
        if (match !== undefined) expect(overlaps(match, asked)).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(500);
    expect(none).toBeGreaterThan(300);
  });

  it('knows the ends of the address space', () => {
    const index = rangeIndex(
      ['0.0.0.0/8', '255.255.255.255', '::', 'ff00::/8'].map((text) => ({ range: cidr(text), label: text })),
    );
    expect(index(cidr('0.0.0.0'))).toBe('0.0.0.0/8');
    expect(index(cidr('255.255.255.255'))).toBe('255.255.255.255');
    expect(index(cidr('255.255.255.254'))).toBeUndefined();
    expect(index(cidr('::'))).toBe('::');
    expect(index(cidr('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'))).toBe('ff00::/8');
    expect(index(cidr('0.0.0.0/0'))).toBe('0.0.0.0/8');
    expect(rangeIndex([])(cidr('::/0'))).toBeUndefined();
  });
});
