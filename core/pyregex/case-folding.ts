import { type CodePointSet, codePointSet, single, union } from './code-point-set.ts';
import { LOWER, SAME_UPPER_CASE } from './unicode/casing.ts';

/**
 * Python's IGNORECASE: it compares lower cases, and takes as equal some lower cases that share an
 * upper case (Lib/re/_compiler.py: _compile, _optimize_charset). JavaScript's `i` flag differs for
 * a few letters, and Node 20 can't switch it for a part of a pattern, so sets are spelled out.
 */

const LAST_BMP = 0xffff;

/** All code points by their lower case, where that is another code point. */
const UPPER_BY_LOWER = new Map<number, number[]>();
for (const [upper, lower] of LOWER) {
  const known = UPPER_BY_LOWER.get(lower);
  if (known === undefined) {
    UPPER_BY_LOWER.set(lower, [upper]);
  } else {
    known.push(upper);
  }
}

const EQUAL_LOWER = new Map(SAME_UPPER_CASE.flatMap((group) => group.map((codePoint) => [codePoint, group] as const)));

/** What a single case-insensitive character matches. */
export function foldedLiteral(codePoint: number, ascii: boolean): CodePointSet {
  if (ascii) {
    return asciiFolded(codePoint);
  }
  const lower = LOWER.get(codePoint) ?? codePoint;
  return withLowerCaseIn((EQUAL_LOWER.get(lower) ?? [lower]).map((member) => [member, member]));
}

/** Whether a code point has another case, for Python. */
export function isCased(codePoint: number, ascii: boolean): boolean {
  return foldedLiteral(codePoint, ascii).length > 1;
}

/**
 * What the members of a case-insensitive class match, before a `^` negates them. A class of one
 * character is a single character to Python, not a class.
 */
export function foldedClass(
  ranges: readonly (readonly [number, number])[],
  categories: CodePointSet,
  ascii: boolean,
): CodePointSet {
  const plain = codePointSet(ranges);
  if (!hasCase(plain, ascii)) {
    return union(plain, categories);
  }
  if (ascii) {
    return union(...ranges.map((range) => asciiFoldedRange(range)), categories);
  }
  return withLowerCaseIn([...ranges.flatMap(lowerCases), ...categories]);
}

/** The code points whose lower case is in the ranges. */
function withLowerCaseIn(ranges: readonly (readonly [number, number])[]): CodePointSet {
  const lower = codePointSet(ranges);
  const result: [number, number][] = [];
  for (const [from, to] of lower) {
    let start = from;
    for (let codePoint = from; codePoint <= to; codePoint++) {
      const upper = UPPER_BY_LOWER.get(codePoint);
      if (upper !== undefined) {
        result.push(...upper.map((member): [number, number] => [member, member]));
      }
      if (LOWER.has(codePoint)) {
        result.push([start, codePoint - 1]);
        start = codePoint + 1;
      }
    }
    result.push([start, to]);
  }
  return codePointSet(result.filter(([from, to]) => from <= to));
}

/**
 * The lower cases of a class member. CPython lowers the ends of no range beyond the BMP: it tries
 * the subject's lower and upper case instead; and it doesn't lower a single character beyond the
 * BMP at all.
 */
function lowerCases([from, to]: readonly [number, number]): (readonly [number, number])[] {
  if (from === to && from > LAST_BMP) {
    return [[from, to]];
  }
  const lowered: (readonly [number, number])[] = [];
  for (let codePoint = from; codePoint <= to; codePoint++) {
    const lower = LOWER.get(codePoint) ?? codePoint;
    const equal = EQUAL_LOWER.get(lower);
    if (equal !== undefined) {
      lowered.push(...equal.map((member) => [member, member] as const));
    } else if (lower !== codePoint) {
      lowered.push([lower, lower]);
    }
  }
  lowered.push([from, to]);
  return lowered;
}

function hasCase(set: CodePointSet, ascii: boolean): boolean {
  return set.some(([from, to]) => {
    for (let codePoint = from; codePoint <= to; codePoint++) {
      if (isCased(codePoint, ascii)) {
        return true;
      }
    }
    return false;
  });
}

function asciiFolded(codePoint: number): CodePointSet {
  const isUpper = codePoint >= 0x41 && codePoint <= 0x5a;
  const isLower = codePoint >= 0x61 && codePoint <= 0x7a;
  return isUpper || isLower ? union(single(codePoint), single(codePoint ^ 0x20)) : single(codePoint);
}

function asciiFoldedRange([from, to]: readonly [number, number]): CodePointSet {
  const folded: CodePointSet[] = [[[from, to]]];
  for (let codePoint = Math.max(from, 0x41); codePoint <= Math.min(to, 0x7a); codePoint++) {
    folded.push(asciiFolded(codePoint));
  }
  return union(...folded);
}
