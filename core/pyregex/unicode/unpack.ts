import type { CodePointSet } from '../code-point-set.ts';

/**
 * Pairs of base-36 numbers: the gap since the last range's end, and the range's length less one.
 */
export function unpackRanges(packed: string): CodePointSet {
  const numbers = packed.split(' ').map((number) => Number.parseInt(number, 36));
  const ranges: [number, number][] = [];
  let position = 0;
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const from = position + (numbers[i] ?? 0);
    position = from + (numbers[i + 1] ?? 0);
    ranges.push([from, position]);
  }
  return ranges;
}

/**
 * Runs `gap:count:stride:difference` in base 36: `count` code points, every `stride`-th, map to
 * themselves + difference.
 */
export function unpackCaseRuns(packed: string): Map<number, number> {
  const mapping = new Map<number, number>();
  let position = 0;
  for (const run of packed.split(' ')) {
    const [gap = 0, count = 0, stride = 1, difference = 0] = run
      .split(':')
      .map((number) => Number.parseInt(number, 36));
    position += gap;
    for (let i = 0; i < count; i++) {
      const codePoint = position + i * stride;
      mapping.set(codePoint, codePoint + difference);
    }
  }
  return mapping;
}
