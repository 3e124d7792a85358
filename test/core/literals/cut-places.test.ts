import { describe, expect, it } from 'vitest';
import { CUT_ANYWHERE, type DateCut, dateCuts } from '../../../core/dates/templates/date-cuts.ts';
import { cutPlaces } from '../../../core/literals/cut-places.ts';
import { MARK } from '../../../core/literals/separators.ts';
import { EDGE, neighbor } from '../../../core/pyregex/neighbor-set.ts';

const exact = (text: string) => ({ text, ignoreCase: false });
const at = (text: string, ...cuts: DateCut[]) => cutPlaces(exact(text), cuts).map((place) => place.at);

const [digit, letter, bracket, blank] = [neighbor('7'), neighbor('S'), neighbor('>'), neighbor(' ')];

describe('a literal may be in two', () => {
  it('everywhere between two characters, or nowhere', () => {
    expect(at('a b', CUT_ANYWHERE)).toEqual([1, 2]);
    expect(at('a b')).toEqual([]);
    expect(at('', CUT_ANYWHERE)).toEqual([]);
  });

  it('where the characters on both sides are those that a date leaves there', () => {
    expect(at('a> S>S', { ...CUT_ANYWHERE, before: bracket, after: letter })).toEqual([5]);
    expect(at('a> S>S', { ...CUT_ANYWHERE, before: bracket | blank, after: letter })).toEqual([3, 5]);
    expect(at('Failed for', ...dateCuts(undefined))).toEqual([6]);
  });

  it('so far from the start of the line, of which a literal may be the very beginning', () => {
    expect(at('[]: x', ...dateCuts('{^LN-BEG}'))).toEqual([1, 2]);
    expect(at(`${MARK}[]: x`, ...dateCuts('{^LN-BEG}'))).toEqual([1, 2, 3]);
  });

  it('in another case', () => {
    const cut = { ...CUT_ANYWHERE, before: neighbor('A') };
    expect(at('aba', cut)).toEqual([]);
    expect(cutPlaces({ text: 'aba', ignoreCase: true }, [cut]).map((place) => place.at)).toEqual([1]);
  });

  it('in a case beyond ASCII', () => {
    const cut = { ...CUT_ANYWHERE, before: 1n << 128n };
    expect(cutPlaces({ text: 'aska', ignoreCase: true }, [cut]).map((place) => place.at)).toEqual([2, 3]);
  });

  it('at the edge of the line that a mark may be', () => {
    expect(at(`${MARK}S`, { ...CUT_ANYWHERE, before: EDGE })).toEqual([1]);
    expect(at(`S${MARK}S`, { ...CUT_ANYWHERE, after: neighbor('.') })).toEqual([]);
  });
});

describe('a word at such a place', () => {
  const between = { ...CUT_ANYWHERE, before: blank, after: letter };

  it.each([
    ['begins there if every date ends in what no word goes on across', [{ ...between, last: bracket }], true],
    [
      'does not if one may end in a digit',
      [
        { ...between, last: bracket },
        { ...between, last: digit },
      ],
      false,
    ],
  ])('%s', (_what, cuts, wordBegins) => {
    expect(cutPlaces(exact('a S'), cuts)).toEqual([{ at: 2, wordBegins, wordEnds: false }]);
  });

  it('does not begin there behind another one', () => {
    expect(cutPlaces(exact('aS'), [{ ...CUT_ANYWHERE, last: bracket }])).toMatchObject([{ at: 1, wordBegins: false }]);
  });

  it.each([
    ['ends there if every date begins with what no word goes on across', [{ first: blank }], true],
    ['does not if one may begin with a digit', [{ first: blank }, { first: digit }], false],
  ])('%s', (_what, dates, wordEnds) => {
    const cuts = dates.map((date) => ({ ...between, before: letter, after: blank, ...date }));
    expect(cutPlaces(exact('S a'), cuts)).toEqual([{ at: 1, wordBegins: false, wordEnds }]);
  });
});
