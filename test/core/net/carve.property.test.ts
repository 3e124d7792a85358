import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cidr, contains, overlaps } from '../../../core/net/address.ts';
import { aggregate } from '../../../core/net/aggregate.ts';
import { type CarveLimits, carve } from '../../../core/net/carve.ts';
import { complement } from '../../../core/net/complement.ts';
import {
  ALL,
  BLOCKS,
  block,
  cidr,
  countOf,
  FEWEST,
  maskOf,
  maskOfAll,
  narrowBlock,
  UNIVERSE,
} from './small-universe.ts';

/** The definition itself: every set of addresses that may be out is tried. */
function byBruteForce(bans: readonly Cidr[], { allowed, maxEntries, widest, never }: CarveLimits) {
  const rangesAllowed = aggregate(allowed);
  const within = maskOfAll(rangesAllowed);
  const named = maskOfAll(bans) & within;
  const parts = rangesAllowed.flatMap((range) => bans.map((ban) => maskOf(ban) & maskOf(range)));
  const wider = BLOCKS.filter(
    (range) =>
      widest !== undefined &&
      range.prefix >= widest &&
      rangesAllowed.some((entry) => contains(entry, range)) &&
      parts.some((part) => part !== 0 && (part & ~maskOf(range)) === 0) &&
      !never.some((entry) => overlaps(entry, range)),
  ).map(maskOf);
  const pieces = [...new Set([...parts, ...wider])];
  const masks = bans.map((ban) => maskOf(ban) & within);
  let best: { readonly out: readonly boolean[]; readonly collateral: number } | undefined;
  for (let out = 0; out <= ALL; out++) {
    if (out & ~within || (within & ~out) === 0) continue;
    if ((FEWEST[within & ~out] ?? 0) > maxEntries) continue;
    if (pieces.reduce((sum, piece) => (piece & ~out ? sum : sum | piece), 0) !== out) continue;
    const set = { out: masks.map((mask) => (mask & ~out) === 0), collateral: countOf(out & ~named) };
    if (!best || better(set, best)) best = set;
  }
  return best;
}

function better(
  a: { readonly out: readonly boolean[]; readonly collateral: number },
  b: { readonly out: readonly boolean[]; readonly collateral: number },
): boolean {
  const first = a.out.findIndex((out, i) => out !== b.out[i]);
  return first < 0 ? a.collateral < b.collateral : a.out[first] === true;
}

const limits = fc.record({
  allowed: fc.oneof(
    { weight: 2, arbitrary: fc.constant([UNIVERSE]) },
    { weight: 1, arbitrary: fc.array(block, { minLength: 1, maxLength: 4, size: 'max' }) },
  ),
  maxEntries: fc.integer({ min: 1, max: 6 }),
  widest: fc.option(fc.integer({ min: 28, max: 31 }), { nil: undefined }),
  never: fc.array(block, { maxLength: 1, size: 'max' }),
});
const manyBans = fc.array(fc.oneof({ weight: 5, arbitrary: narrowBlock }, { weight: 1, arbitrary: block }), {
  minLength: 1,
  maxLength: 7,
  size: 'max',
});

/**
 * Numbers of 64 bits, evenly spread: an odd multiple of the golden ratio steps through all of them.
 */
function scattered(count: number): readonly bigint[] {
  return Array.from({ length: count }, (_, i) => BigInt.asUintN(64, BigInt(i + 1) ** 3n * 0x9e3779b97f4a7c15n));
}

describe('carve', () => {
  it('chooses the bans and the ranges that the definition calls for', { timeout: 60_000 }, () => {
    const seen = { full: 0, widened: 0, skipped: 0, tight: 0, impossible: 0 };
    fc.assert(
      fc.property(manyBans, limits, (bans, given) => {
        if (aggregate(given.allowed).length > given.maxEntries) {
          seen.impossible++;
          expect(() => carve(bans, given)).toThrow(RangeError);
          return;
        }
        const { left, out, collateral } = carve(bans, given);
        const expected = byBruteForce(bans, given);
        expect(out).toEqual(expected?.out);
        expect(Number(collateral)).toBe(expected?.collateral);
        const within = maskOfAll(given.allowed);
        expect(countOf(within & ~maskOfAll(left) & ~maskOfAll(bans))).toBe(Number(collateral));
        expect(maskOfAll(left) & ~within).toBe(0);
        expect(left).toEqual(aggregate(left));
        expect(left.length).toBeGreaterThan(0);
        expect(left.length).toBeLessThanOrEqual(given.maxEntries);
        if (out.includes(false)) seen.full++;
        if (collateral > 0n) seen.widened++;
        if (out.indexOf(false) >= 0 && out.lastIndexOf(true) > out.indexOf(false)) seen.skipped++;
        if (left.length === given.maxEntries) seen.tight++;
      }),
      { numRuns: 1000, seed: 4 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(30);
  });

  const v4 = { allowed: [cidr('0.0.0.0/0')], maxEntries: 60, widest: undefined, never: [] };

  it('gives its place to no ban of lower priority, and lets one in that costs nothing', () => {
    const [a, far, near] = ['198.51.100.6', '9.0.0.1', '198.51.100.7'].map(cidr) as [Cidr, Cidr, Cidr];
    expect(carve([a, far, near], { ...v4, maxEntries: 32 }).out).toEqual([true, false, true]);
    expect(carve([far, a, near], { ...v4, maxEntries: 32 }).out).toEqual([true, false, false]);
  });

  it('holds a pair that fits though the first of it alone would not', () => {
    const pair = ['198.51.100.6', '198.51.100.7'].map(cidr);
    expect(carve(pair, { ...v4, maxEntries: 31 }).out).toEqual([true, true]);
    expect(carve(pair.slice(0, 1), { ...v4, maxEntries: 31 }).out).toEqual([false]);
  });

  it('widens as little as is needed, and never over what is never banned', () => {
    const ban = cidr('198.51.100.7');
    const tight = { ...v4, maxEntries: 28, widest: 24 };
    expect(carve([ban], tight).collateral).toBe(15n);
    expect(carve([ban], { ...tight, widest: 29 }).out).toEqual([false]);
    expect(carve([ban], { ...tight, never: [cidr('198.51.100.9')] }).out).toEqual([false]);
    expect(carve([ban], { ...tight, never: [cidr('198.51.100.16')] }).collateral).toBe(15n);
  });

  it('never blocks every address', () => {
    const all = { ...v4, allowed: [cidr('203.0.113.0/24')] };
    expect(carve([cidr('203.0.113.0/24'), cidr('203.0.113.9')], all).out).toEqual([false, true]);
    expect(carve([cidr('203.0.113.0/25'), cidr('203.0.113.128/25')], all).out).toEqual([true, false]);
    const widening = { ...all, maxEntries: 1, widest: 24 };
    expect(carve([cidr('203.0.113.9')], widening)).toMatchObject({ out: [true], collateral: 127n });
  });

  it('holds some 35 addresses of the internet in a thousand entries, and widened far more', () => {
    const bans = scattered(300).map((n): Cidr => ({ family: 4, network: n >> 32n, prefix: 32 }));
    const exact = carve(bans, { ...v4, maxEntries: 1000 });
    expect(exact.out.filter(Boolean).length).toBeGreaterThan(30);
    expect(exact.out.filter(Boolean).length).toBeLessThan(60);
    const widened = carve(bans, { ...v4, maxEntries: 1000, widest: 24 });
    expect(widened.out.filter(Boolean).length).toBeGreaterThan(exact.out.filter(Boolean).length + 10);
    expect(widened.left.length).toBeLessThanOrEqual(1000);
  });

  it('is quick with many bans of both families', () => {
    const v6 = scattered(5_000).map(
      (n): Cidr => ({ family: 6, network: ((n >> 3n) | (1n << 61n)) << 64n, prefix: 64 }),
    );
    const { left } = carve(v6, { allowed: [cidr('2000::/3')], maxEntries: 1000, widest: 48, never: [] });
    expect(left.length).toBeLessThanOrEqual(1000);
    expect(left).toEqual(complement(complement(left, [cidr('2000::/3')]), [cidr('2000::/3')]));
  });
});
