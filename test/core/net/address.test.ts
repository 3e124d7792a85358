import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalAddress,
  contains,
  formatCidr,
  formatWithPrefix,
  overlaps,
  parseCidr,
  widen,
  width,
} from '../../../core/net/address.ts';

describe('canonicalAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['::', '::'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    '999.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    '010.1.1.1',
    '1.2.3.4 ',
    '16909060',
    '0x1.2.3.4',
    'fe80::1%eth0',
    '1:2:3',
    ':::',
    'example.com',
    '',
    '1.2.3.-4',
    '１.２.３.４',
  ])('%j is no address', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });
});

describe('parseCidr', () => {
  it.each([
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['10.1.2.3/255.255.0.0', '10.1.0.0/16'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['2001:db8::1/64', '2001:db8::/64'],
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%s is %s', (text, canonical) => {
    const range = parseCidr(text);
    expect(range && formatCidr(range)).toBe(canonical);
  });

  it.each(['1.2.3.4/33', '1.2.3.4/', '1.2.3.4/-1', '::/129', '1.2.3.4/255.0.255.0', '1.2.3.4/8/8', '::1/255.0.0.0'])(
    '%j is no range',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );
});

/**
 * What is an address by node:net, and how a URL's host is written (the WHATWG URL standard): they
 * share nothing with ours.
 */
function judged(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const written = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(written);
  if (!mapped) return written;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

describe('canonicalAddress beside other implementations', () => {
  const hex = fc.constantFrom('0', '0', '0', '1', 'ffff', 'FFFF', 'db8', '00a1', '12345', 'g', '');
  const anyText = fc.oneof(
    fc.ipV6(),
    fc.ipV4(),
    fc.array(hex, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(':')),
    fc
      .tuple(fc.array(hex, { maxLength: 5 }), fc.array(hex, { maxLength: 5 }))
      .map(([a, b]) => `${a.join(':')}::${b.join(':')}`),
    fc
      .tuple(fc.constantFrom('::', '::ffff:', '1:2:3:4:5:6:', '64:ff9b::', '1::2:', ':'), fc.ipV4())
      .map((parts) => parts.join('')),
    fc
      .array(fc.constantFrom('0', '1', '01', '255', '256', '9999', ''), { minLength: 3, maxLength: 5 })
      .map((parts) => parts.join('.')),
  );

  it('knows the same addresses and writes them the same way', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect({ text, canonical: canonicalAddress(text) }).toEqual({ text, canonical: judged(text) });
      }),
      { numRuns: 5000 },
    );
  });
});

const range = fc
  .tuple(fc.constantFrom<4 | 6>(4, 6), fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.nat(128))
  .map(([family, value, bits]) => {
    const prefix = Math.min(bits, width(family));
    const shift = BigInt(width(family) - prefix);
    return { family, network: ((value % 2n ** BigInt(width(family))) >> shift) << shift, prefix };
  })
  // These have an IPv4 spelling, which is the canonical one.
  .filter(({ family, network }) => family === 4 || network >> 32n !== 0xffffn);

describe('ranges', () => {
  it('come back from their text, with and without a prefix', () => {
    fc.assert(
      fc.property(range, (value) => {
        expect(parseCidr(formatCidr(value))).toEqual(value);
        expect(parseCidr(formatWithPrefix(value))).toEqual(value);
      }),
    );
  });

  it('widened contain what they were, and overlap iff one contains the other', () => {
    fc.assert(
      fc.property(range, range, fc.nat(128), (a, b, bits) => {
        expect(contains(widen(a, bits), a)).toBe(true);
        expect(overlaps(a, b)).toBe(overlaps(b, a));
        expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
      }),
    );
  });
});
