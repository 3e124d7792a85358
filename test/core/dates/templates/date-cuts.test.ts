import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateDetector, type FoundDate } from '../../../../core/dates/detector/date-detector.ts';
import { CUT_ANYWHERE, type DateCut, dateCuts } from '../../../../core/dates/templates/date-cuts.ts';
import { compileDateTemplates } from '../../../../core/dates/templates/date-templates.ts';
import { dateAlone } from '../../../../core/match/date-alone.ts';
import { ANY, EDGE, neighbor } from '../../../../core/pyregex/neighbor-set.ts';
import { anyPatternAndLines } from '../../../conformance/python-dates/date-patterns.ts';
import { anyLine, anyNow } from '../../../conformance/python-dates/date-texts.ts';
import { fuzzCases, fuzzTimeout } from '../../../conformance/python-dates/fuzz-cases.ts';

/**
 * Whether a date at offset `start` may be cut out of a line so that these characters (`''`: the
 * line's edge) meet.
 */
function allowed(cuts: readonly DateCut[], left: string, right: string, start: number): boolean {
  return cuts.some(
    ({ before, after, mostBefore }) =>
      start <= mostBefore && (before & bitOf(left)) !== 0n && (after & bitOf(right)) !== 0n,
  );
}

function bitOf(character: string): bigint {
  if (character === '') return EDGE;
  return character < '\x80' ? neighbor(character) : ANY & ~EDGE & ~((1n << 128n) - 1n);
}

describe('a date is cut out', () => {
  it.each<[what: string, datepattern: string | undefined, left: string, right: string, start: number, may: boolean]>([
    ['at the start of the line with {^LN-BEG}', '{^LN-BEG}', '', ' ', 0, true],
    ['there behind a bracket', '{^LN-BEG}', '[', ']', 1, true],
    ['there not in front of a word', '{^LN-BEG}', '[', 'x', 1, false],
    ['but for the one form that ends in a bracket', '{^LN-BEG}', '', 'x', 0, true],
    ['there not behind a word', '{^LN-BEG}', 'x', ' ', 1, false],
    ['nowhere else with {^LN-BEG}', '{^LN-BEG}', ' ', ' ', 3, false],
    ['by default amid the line', undefined, ' ', ' ', 40, true],
    ['by default behind a word, for a day may begin with a blank', undefined, 'd', ' ', 40, true],
    ['by default never in front of a word', undefined, ' ', 'p', 40, false],
    ['inside a bracket', String.raw`^[^\[]*\[({DATE})`, '[', ']', 40, true],
    ['and not in front of it', String.raw`^[^\[]*\[({DATE})`, ' ', '[', 40, false],
    ['between brackets', String.raw`^[^\[]*\[(%Y-%m-%d)\]`, '[', ' ', 9, false],
    ['with its brackets', String.raw`^[^\[]*(\[{DATE}\s*\])`, 'd', 'p', 40, true],
    ['with all that the pattern matches', String.raw`^<\d+>\d+ {DATE}`, '', ' ', 0, true],
    ['and so with nothing in front', String.raw`^<\d+>\d+ {DATE}`, '>', ' ', 3, false],
    ['at the start of a word', '%Y-%m-%d', ' ', ' ', 9, true],
    ['not behind a letter when it begins with a digit', '%Y-%m-%d', 'd', ' ', 9, false],
    ['anywhere where the pattern has no bounds', '**%Y-%m-%d**', 'd', 'p', 9, true],
    ['anywhere with {UNB}', '{UNB}%Y-%m-%d', 'd', 'p', 9, true],
    ['at its own end', '%Y-%m-%d$', ' ', 'x', 9, false],
    ['in front of what a lookahead asks for', '%Y-%m-%d(?=[,;])', ' ', ',', 9, true],
    ['and of nothing else', '%Y-%m-%d(?=[,;])', ' ', ' ', 9, false],
    ['behind what a lookbehind asks for', '**(?<=at:)%Y-%m-%d', ':', ' ', 9, true],
    ['and behind nothing else', '**(?<=at:)%Y-%m-%d', ' ', ' ', 9, false],
    ['behind the one way in front that can be', '**(?:$|at)(%Y)', 't', ' ', 9, true],
    ['and not behind one that can not', '**(?:$|at)(%Y)', '', ' ', 0, false],
    ['behind a bracket as an epoch', 'EPOCH', '[', ']', 1, true],
    ['not amid the line as an epoch', 'EPOCH', ' ', ' ', 9, false],
  ])('%s', (_what, datepattern, left, right, start, may) => {
    expect(allowed(dateCuts(datepattern), left, right, start)).toBe(may);
  });

  it('nowhere when the pattern is {NONE}', () => {
    expect(dateCuts('{NONE}')).toEqual([]);
  });

  it.each([
    ['the date is in a lookahead', '(?=.*(%Y))'],
    ['the date is repeated', '(?:(%Y)x)+'],
    ['the pattern holds a character that stands for a set', '\uA624%Y'],
  ])('perhaps anywhere when %s', (_why, datepattern) => {
    expect(dateCuts(datepattern)).toEqual([CUT_ANYWHERE]);
  });

  it('past a date that may end in no letter or digit perhaps anywhere: it is looked for up to where the last one ended', () => {
    const [cut] = dateCuts('%H:%M:%S_');
    expect(cut?.after).toBe(ANY);
    const { dates } = compileDateTemplates('%H:%M:%S_');
    if (dates === undefined) throw new Error('refused');
    const detector = createDateDetector(dates);
    expect(detector.find('at 10:00:00_ x', 0)).toMatchObject({ end: 12 });
    expect(detector.find('at 10:00:00_x', 0)).toMatchObject({ end: 12 });
  });

  it('by the union of several lines', () => {
    const cuts = dateCuts('^%Y-%m-%d\n{UNB}%H:%M');
    expect(cuts.map(({ before }) => before)).toEqual([EDGE, ANY]);
    expect(allowed(cuts.slice(0, 1), '', 'F', 0)).toBe(false);
  });
});

describe('no date is cut out otherwise', () => {
  /** Lines that had a date; where the last one stood counts, so the next is much like it. */
  function expectFound(datepattern: string | undefined, lines: readonly string[], now: number): number {
    const { dates } = compileDateTemplates(datepattern);
    if (dates === undefined) return 0;
    const cuts = dateCuts(datepattern);
    const alone = dateAlone(dates);
    const detector = createDateDetector(dates);
    let found = 0;
    for (const line of lines) {
      for (const date of [alone(line, now), detector.find(line, now)]) {
        if (date === undefined || date.start === date.end) continue;
        found++;
        const [left, right] = joint(line, date);
        const may = allowed(cuts, left, right, date.start);
        expect({ datepattern, line, date, left, right, may }).toMatchObject({ may: true });
      }
    }
    return found;
  }

  function joint(line: string, { start, end }: FoundDate): readonly [string, string] {
    return [line.charAt(start - 1), line.charAt(end)];
  }

  /** The line, and with one character changed. */
  const similar = (line: fc.Arbitrary<string>) =>
    fc
      .tuple(line, fc.array(fc.tuple(fc.nat(50), fc.constantFrom('', 'x', ' ', '_', '0', '\u{1d7d8}', '/', '+')), SOME))
      .map(([text, changes]) => [text, ...changes.map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1))]);
  const SOME = { minLength: 1, maxLength: 4, size: 'max' } as const;

  it(
    'by the default templates',
    () => {
      let found = 0;
      const logs = fc.array(similar(anyLine), SOME).map((groups) => groups.flat());
      fc.assert(
        fc.property(logs, anyNow, fc.constantFrom(undefined, '{^LN-BEG}'), (lines, now, datepattern) => {
          found += expectFound(datepattern, lines, now);
        }),
        fuzzCases(300),
      );
      expect(found).toBeGreaterThan(500);
    },
    fuzzTimeout,
  );

  it(
    'by any datepattern',
    () => {
      let found = 0;
      const cases = anyPatternAndLines.chain(({ datepattern, lines }) =>
        fc.tuple(fc.constant(datepattern), similar(fc.constantFrom('', ...lines)), fc.constant(lines)),
      );
      fc.assert(
        fc.property(cases, anyNow, ([datepattern, changed, lines], now) => {
          found += expectFound(datepattern, [...lines, ...changed], now);
        }),
        fuzzCases(300),
      );
      expect(found).toBeGreaterThan(300);
    },
    fuzzTimeout,
  );
});
