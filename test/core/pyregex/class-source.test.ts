import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classSource } from '../../../core/pyregex/class-source.ts';
import { ALL_CODE_POINTS, codePointSet, complement, has, single } from '../../../core/pyregex/code-point-set.ts';

describe('classSource', () => {
  it.each([
    [single(0x61), 'a'],
    [single(0x2e), '\\.'],
    [single(0x2f), '\\/'],
    [single(0x0a), '\\n'],
    [single(0x00), '\\x00'],
    [single(0x1f4a9), '\\u{1f4a9}'],
    [single(0xd83d), '\\u{d83d}'],
    [complement(single(0x0a)), '[^\\n]'],
    [ALL_CODE_POINTS, '[^]'],
    [codePointSet([[0x61, 0x63]]), '[a-c]'],
    [codePointSet([[0x61, 0x62]]), '[ab]'],
    [
      codePointSet([
        [0x2d, 0x2d],
        [0x5d, 0x5e],
      ]),
      '[\\-\\]\\^]',
    ],
  ])('writes %j as %s', (set, source) => {
    expect(classSource(set)).toBe(source);
  });

  it('writes a class that holds the set and nothing else', () => {
    const bound = fc.oneof(
      fc.nat(0x17f),
      fc.integer({ min: 0xd7f0, max: 0xe00f }),
      fc.integer({ min: 0xfff0, max: 0x10ffff }),
    );
    const range = fc
      .tuple(bound, fc.nat(20))
      .map(([from, length]): [number, number] => [from, Math.min(0x10ffff, from + length)]);
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 90 }), bound, (ranges, codePoint) => {
        const set = codePointSet(ranges);
        const regex = new RegExp(`^${classSource(set)}$`, 'u');
        for (const probe of [codePoint, ...ranges.flat()]) {
          expect(regex.test(String.fromCodePoint(probe))).toBe(has(set, probe));
        }
      }),
    );
  });
});
