import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concat,
  placeOf,
  replaceAll,
  type SourceText,
  slice,
  sourceText,
  splitLines,
  splitWords,
} from '../../../core/config/source-text.ts';

const at = (column: number, line = 1) => ({ file: 'f', line, column });

/**
 * Every character with the column it came from, so that any operation can be checked character by
 * character.
 */
function traced(source: SourceText): string[] {
  return [...source.text].map((character, offset) => `${character}${placeOf(source, offset, 1)?.column ?? '-'}`);
}

describe('SourceText', () => {
  it('joins parts and keeps their places', () => {
    expect(traced(concat([sourceText('ab', at(5)), sourceText('x'), sourceText('cd', at(20))]))).toEqual([
      ...['a5', 'b6', 'x-', 'c20', 'd21'],
    ]);
  });

  it('is empty when joined of nothing', () => {
    expect(concat([])).toEqual(sourceText(''));
  });

  it('replaces every occurrence, and does not look into what it put in', () => {
    const replaced = replaceAll(sourceText('<a>-<a>', at(1)), '<a>', sourceText('<a>!', at(50)));
    expect(replaced.text).toBe('<a>!-<a>!');
    expect(traced(replaced)).toEqual(['<50', 'a51', '>52', '!53', '-4', '<50', 'a51', '>52', '!53']);
  });

  it('splits lines and words', () => {
    const text = concat([sourceText('a b', at(1)), sourceText('\n'), sourceText('c,, d', at(3, 2))]);
    expect(splitLines(text).map((line) => [line.text, placeOf(line)?.line])).toEqual([
      ['a b', 1],
      ['c,, d', 2],
    ]);
    expect(splitWords(text).map((word) => [word.text, placeOf(word)?.column])).toEqual([
      ['a', 1],
      ['b', 3],
      ['c', 3],
      ['d', 7],
    ]);
    expect(splitLines(sourceText('\n')).map((line) => line.text)).toEqual(['', '']);
  });

  it('ends a place where the text stops being contiguous in the file', () => {
    const text = concat([
      sourceText('abc', at(1)),
      sourceText('def', at(9)),
      sourceText('\n'),
      sourceText('g', at(1, 2)),
    ]);
    expect(placeOf(text)).toMatchObject({ column: 1, length: 3 });
    expect(placeOf(text, 3)).toMatchObject({ column: 9, length: 3 });
    expect(placeOf(text, 1, 1)).toMatchObject({ column: 2, length: 1 });
    expect(placeOf(sourceText('', at(4)))).toMatchObject({ column: 4, length: 1 });
    expect(placeOf(sourceText('x'))).toBeUndefined();
  });

  it('gives each character the same place however a text is cut and joined', () => {
    const piece = fc.tuple(
      fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom('a', 'b', '<', '\n') }),
      fc.nat(99),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.nat(30), fc.nat(30), (pieces, first, second) => {
        const whole = concat(pieces.map(([text, column]) => sourceText(text, at(column + 1))));
        const [from, to] = [Math.min(first, whole.text.length), Math.min(Math.max(first, second), whole.text.length)];
        const cut = [slice(whole, 0, from), slice(whole, from, to), slice(whole, to)];
        expect(traced(concat(cut))).toEqual(traced(whole));
        expect(cut.flatMap(traced)).toEqual(traced(whole));
        expect(splitLines(whole).flatMap(traced)).toEqual(traced(whole).filter((trace) => !trace.startsWith('\n')));
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('takes a list of 50,000 lines apart in no time', () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => [
      sourceText(`10.0.${i >> 8}.${i & 255}`, at(3, i + 1)),
      sourceText('\n'),
    ]);
    expect(splitWords(concat(lines.flat()))).toHaveLength(50_000);
  });
});
