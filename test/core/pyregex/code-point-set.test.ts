import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codePointSet,
  complement,
  contains,
  disjoint,
  has,
  intersection,
  onlyMember,
  size,
  union,
} from '../../../core/pyregex/code-point-set.ts';

const bound = fc.oneof(fc.nat(40), fc.integer({ min: 0x10fff0, max: 0x10ffff }));
const range = fc.tuple(bound, bound).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const ranges = fc.array(range, { maxLength: 6 });
const probe = bound;

function inSome(list: readonly (readonly [number, number])[], codePoint: number): boolean {
  return list.some(([from, to]) => from <= codePoint && codePoint <= to);
}

describe('code point sets', () => {
  it('hold what their ranges hold, sorted and apart', () => {
    fc.assert(
      fc.property(ranges, probe, (list, codePoint) => {
        const set = codePointSet(list);
        expect(has(set, codePoint)).toBe(inSome(list, codePoint));
        for (const [i, [from, to]] of set.entries()) {
          expect(from).toBeLessThanOrEqual(to);
          expect(from).toBeGreaterThan((set[i - 1]?.[1] ?? -2) + 1);
        }
      }),
    );
  });

  it('unite, intersect and complement', () => {
    fc.assert(
      fc.property(ranges, ranges, probe, (left, right, codePoint) => {
        const a = codePointSet(left);
        const b = codePointSet(right);
        expect(has(union(a, b), codePoint)).toBe(has(a, codePoint) || has(b, codePoint));
        expect(has(intersection(a, b), codePoint)).toBe(has(a, codePoint) && has(b, codePoint));
        expect(has(complement(a), codePoint)).toBe(!has(a, codePoint));
        expect(complement(complement(a))).toEqual(a);
        expect(disjoint(a, complement(a))).toBe(true);
        expect(contains(union(a, b), b)).toBe(true);
        expect(size(a) + size(complement(a))).toBe(0x110000);
      }),
    );
  });

  it('know their only member', () => {
    expect(onlyMember([[65, 65]])).toBe(65);
    expect(onlyMember([[65, 66]])).toBeUndefined();
    expect(onlyMember([])).toBeUndefined();
  });
});
