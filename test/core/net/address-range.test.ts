import { describe, expect, it } from 'vitest';
import { formatCidr } from '../../../core/net/address.ts';
import { rangeCidrs } from '../../../core/net/address-range.ts';

describe('rangeCidrs', () => {
  it.each([
    ['203.0.113.1', '203.0.113.9', ['203.0.113.1', '203.0.113.2/31', '203.0.113.4/30', '203.0.113.8/31']],
    ['203.0.113.0', '203.0.113.255', ['203.0.113.0/24']],
    ['203.0.113.7', '203.0.113.7', ['203.0.113.7']],
    ['0.0.0.0', '255.255.255.255', ['0.0.0.0/0']],
    ['255.255.255.254', '255.255.255.255', ['255.255.255.254/31']],
    ['2001:db8::', '2001:db8::ffff', ['2001:db8::/112']],
    ['2001:db8::1', '2001:db8::2', ['2001:db8::1', '2001:db8::2']],
  ])('%s to %s', (first, last, ranges) => {
    expect(rangeCidrs(first, last)?.map(formatCidr)).toEqual(ranges);
  });

  it.each([
    ['203.0.113.9', '203.0.113.1'],
    ['203.0.113.1', '2001:db8::1'],
    ['203.0.113.0/24', '203.0.113.9'],
    ['203.0.113.1', '9'],
    ['web', '1'],
  ])('is undefined for %s to %s', (first, last) => {
    expect(rangeCidrs(first, last)).toBeUndefined();
  });

  it('holds every address of every range of a /26, and no other', () => {
    const address = (last: number) => `203.0.113.${last}`;
    for (let first = 0; first < 64; first++) {
      for (let last = first; last < 64; last++) {
        const parts = rangeCidrs(address(first), address(last)) ?? [];
        const held = parts.flatMap(({ network, prefix }) =>
          Array.from({ length: 2 ** (32 - prefix) }, (_, at) => Number(network & 255n) + at),
        );
        expect(held).toEqual(Array.from({ length: last - first + 1 }, (_, at) => first + at));
      }
    }
  });
});
