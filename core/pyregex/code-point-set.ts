/** A set of code points: sorted, disjoint, non-adjacent closed ranges. */
export type CodePointSet = readonly (readonly [from: number, to: number])[];

const LAST = 0x10ffff;

export const NO_CODE_POINTS: CodePointSet = [];
export const ALL_CODE_POINTS: CodePointSet = [[0, LAST]];

/** The set of these ranges, in any order and overlapping as they like. */
export function codePointSet(ranges: Iterable<readonly [number, number]>): CodePointSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) {
      last[1] = Math.max(last[1], to);
    } else {
      merged.push([from, to]);
    }
  }
  return merged;
}

export function single(codePoint: number): CodePointSet {
  return [[codePoint, codePoint]];
}

export function union(...sets: readonly CodePointSet[]): CodePointSet {
  return codePointSet(sets.flat());
}

export function complement(set: CodePointSet): CodePointSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) {
      gaps.push([next, from - 1]);
    }
    next = to + 1;
  }
  if (next <= LAST) {
    gaps.push([next, LAST]);
  }
  return gaps;
}

export function intersection(a: CodePointSet, b: CodePointSet): CodePointSet {
  const common: [number, number][] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || right === undefined) {
      return common;
    }
    const from = Math.max(left[0], right[0]);
    const to = Math.min(left[1], right[1]);
    if (from <= to) {
      common.push([from, to]);
    }
    if (left[1] < right[1]) {
      i++;
    } else {
      j++;
    }
  }
}

export function disjoint(a: CodePointSet, b: CodePointSet): boolean {
  return intersection(a, b).length === 0;
}

/** Every code point of `inner` is in `outer`. */
export function contains(outer: CodePointSet, inner: CodePointSet): boolean {
  return disjoint(complement(outer), inner);
}

export function has(set: CodePointSet, codePoint: number): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = set[middle];
    if (range === undefined) {
      return false;
    }
    if (codePoint < range[0]) {
      high = middle - 1;
    } else if (codePoint > range[1]) {
      low = middle + 1;
    } else {
      return true;
    }
  }
  return false;
}

/** The one code point of a set that has no other. */
export function onlyMember(set: CodePointSet): number | undefined {
  const first = set[0];
  return set.length === 1 && first !== undefined && first[0] === first[1] ? first[0] : undefined;
}

/** How many code points. */
export function size(set: CodePointSet): number {
  return set.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** Every code point of a small set. */
export function members(set: CodePointSet): readonly number[] {
  return set.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}
