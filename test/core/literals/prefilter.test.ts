import { describe, expect, it } from 'vitest';
import { CUT_ANYWHERE, type DateCut, dateCuts } from '../../../core/dates/templates/date-cuts.ts';
import { prefilterOf } from '../../../core/literals/prefilter.ts';
import type { Pattern } from '../../../core/pyregex/ast.ts';
import { parse } from '../../../core/pyregex/parse.ts';

function tree(pattern: string): Pattern {
  const parsed = parse(pattern);
  if (parsed.kind === 'refused') throw new Error(`${pattern}: ${parsed.diagnostics[0]?.message}`);
  return parsed.ast;
}

interface Jail {
  readonly failregex: readonly string[];
  readonly prefregex?: string;
  readonly maxlines?: number;
  readonly cuts?: readonly DateCut[];
}

const NOWHERE: readonly DateCut[] = [];
const ANYWHERE = [CUT_ANYWHERE];
/**
 * By a template that begins with a digit or a blank: behind anything, and never in front of a word.
 */
const DEFAULT = dateCuts(undefined);
const AT_START = dateCuts('{^LN-BEG}');

function prefiltered({ failregex, prefregex, maxlines = 1, cuts = NOWHERE }: Jail) {
  return prefilterOf({
    prefregex: prefregex === undefined ? undefined : tree(prefregex),
    failregex: failregex.map(tree),
    maxlines,
    cuts,
  });
}

/** The literals, those that ignore case marked. */
function literalsOf(jail: Jail): readonly string[] {
  return prefiltered(jail).literals.map(({ text, ignoreCase }) => (ignoreCase ? `(?i)${text}` : text));
}

describe('the literals of a jail', () => {
  it.each<[what: string, failregex: string[], literals: string[]]>([
    ['the only literal', ['^\\S+ Unknown account \\S+$'], [' Unknown account ']],
    ['the rarer of two', ['^Refused: .* no entry in the list'], [' no entry in the list']],
    ['every alternative', ['^(?:Bad|Wrong) passphrase'], ['Bad passphrase', 'Wrong passphrase']],
    ['what an optional part may add', ['unusually? long'], ['unusuall long', 'unusually long']],
    ['a choice of characters', ['[Bb]anner mismatch'], ['Banner mismatch', 'banner mismatch']],
    ['one of a class of separators in between', ['Banner\\smismatch'], ['mismatch']],
    ['what comes around separators that may be missing', ['strange\\s*mismatch'], ['mismatch']],
    ['case, where it is ignored', ['(?i)Sasl PLAIN authentication'], ['(?i)sasl plain authentication']],
    ['the rounds of a repeat that must be', ['(?:knock ){2}\\d+'], ['knock knock ']],
    ['a lookahead', ['^(?=.*intruder alert)\\S+'], ['intruder alert']],
    ['both ways of a conditional', ['(x)?\\d(?(1)first reason|second reason)'], ['first reason', 'second reason']],
    ['what several alternatives share', ['(?:a|b|c) was .* turned down'], [' turned down']],
  ])('are %s', (_what, failregex, literals) => {
    expect([...literalsOf({ failregex })].sort()).toEqual([...literals].sort());
  });

  it.each<[what: string, cuts: readonly DateCut[], failregex: string, literals: string[]]>([
    ['whole where dates stand at the start of the line', AT_START, '^\\S+ Unknown account', [' Unknown account']],
    ['whole where none is cut out', NOWHERE, '^\\S+ Unknown account', [' Unknown account']],
    ['whole words where one may be cut out in front of a blank', DEFAULT, 'Unknown account', [' account']],
    ['a pair where that is rarer', DEFAULT, 'ab cd ef: gh', ['ab cd ef', ' ef: gh']],
    [
      'whole where a date only stands in a bracket',
      dateCuts('^[^\\[]*\\[({DATE})'),
      'Unknown account',
      ['Unknown account'],
    ],
    ['not across such a bracket', dateCuts('^[^\\[]*\\[({DATE})'), 'Unknown \\[\\] account', ['] account']],
    ['halves where it may be cut anywhere', ANYWHERE, 'Unknown account', ['Unknown a', 'account']],
    ["not cut at the line's start further in", AT_START, '^\\[\\]: Unknown', [': Unknown']],
  ])('are %s', (_what, cuts, failregex, literals) => {
    expect([...literalsOf({ failregex: [failregex], cuts })].sort()).toEqual([...literals].sort());
  });

  it.each([
    ['nothing is required', ['^\\S+ \\d+$']],
    ['one alternative requires nothing', ['(?:Failed password|\\d+)']],
    ['a literal is too short', ['a.*b']],
    ['one of several failregexes requires nothing', ['Failed password for', '\\d+']],
    ['a look behind the match is not in it', ['(?<!Failed password)']],
  ])('are none, and every line passes, when %s', (_why, failregex) => {
    expect(prefiltered({ failregex })).toEqual({ prefilter: undefined, literals: [] });
  });

  it('are none when a match may span lines', () => {
    expect(prefiltered({ failregex: ['Unknown account'], maxlines: 2 })).toEqual({
      prefilter: undefined,
      literals: [],
    });
  });

  it('are those of the prefregex where a failregex requires nothing', () => {
    expect(literalsOf({ failregex: ['^\\d+'], prefregex: '^daemon42 (?P<content>.+)$' })).toEqual(['daemon42 ']);
  });

  it('leave out what another one implies', () => {
    expect(literalsOf({ failregex: ['refused by rule', 'was refused by rule 7'] })).toEqual(['refused by rule']);
  });

  it('are split at what JSON writes otherwise', () => {
    expect(literalsOf({ failregex: ['x"GET /admin"y.*C:\\\\secret\\\\é'] })).toEqual(['GET /admin']);
  });
});

describe('the words of a subscription pattern', () => {
  it.each<[what: string, jail: Jail, terms: string[] | undefined]>([
    ['few and short', { failregex: ['^Strange banner from \\S+$'] }, ['Strange']],
    ['more of them where one is common', { failregex: [' invalid user \\S+'] }, ['invalid user']],
    ['not those that may go on', { failregex: ['trange peculiarities h'] }, ['peculiarities']],
    ['known to begin behind the start of the line', { failregex: ['^Strange \\d'] }, ['Strange']],
    ['known to end at its end', { failregex: [' Strange$'] }, ['Strange']],
    ['known to end in front of white space', { failregex: [' Strange\\s*$', ' Strange\\s+\\S'] }, ['Strange']],
    ['known to end by what may follow', { failregex: [' Strange(?:, \\S+| \\d+)'] }, ['Strange']],
    ['known to begin by what may stand in front', { failregex: ['^(?:\\S+ )?Strange '] }, ['Strange']],
    [
      'known to begin by what is in front of F-CONTENT',
      { prefregex: '^\\S+:\\s+(?P<content>.+)$', failregex: ['^Strange \\d'] },
      ['Strange'],
    ],
    [
      'known to begin and end by what is around a choice',
      { failregex: ['^\\S+ (?:Strange|\\w+ Peculiar)[ ,]'] },
      ['Peculiar', 'Strange'],
    ],
    [
      'not begun where F-CONTENT may begin amid a word',
      { prefregex: '^\\S*(?P<content>.+)$', failregex: ['^Strange banners \\d'] },
      ['banners'],
    ],
    ['other ones than those that ignore case', { failregex: ['(?i:strange) .* Peculiar '] }, ['Peculiar']],
    ['none that ignores case', { failregex: ['(?i) strange '] }, undefined],
    ['none with a percent sign', { failregex: [' 50%off '] }, undefined],
    ['shared by failregexes', { failregex: [' was strange ', ' is strange ', ' strange banner '] }, ['strange']],
    ['one pair where dates may be cut out', { failregex: [' Strange banner '], cuts: DEFAULT }, ['Strange', 'banner']],
    ['whole where dates stand at the start', { failregex: [' Strange banner '], cuts: AT_START }, ['Strange']],
    [
      'none where dates may be cut out on both sides of the only one',
      { failregex: [' Strange '], cuts: ANYWHERE },
      undefined,
    ],
    ['those of the prefregex', { prefregex: '^daemon42 (?P<content>.+)$', failregex: ['^\\d+$'] }, ['daemon42']],
    ['none when a match may span lines', { failregex: [' Strange '], maxlines: 2 }, undefined],
  ])('are %s', (_what, jail, terms) => {
    expect(prefiltered(jail).patternTerms).toEqual(terms);
  });

  it('are those of the prefregex when there would be more of the others than a pattern holds', () => {
    const failregex = Array.from({ length: 120 }, (_, i) => ` peculiar${i}word `);
    expect(prefiltered({ failregex }).patternTerms).toBeUndefined();
    expect(prefiltered({ failregex, prefregex: '^daemon42 (?P<content>.+)$' }).patternTerms).toEqual(['daemon42']);
  });
});
