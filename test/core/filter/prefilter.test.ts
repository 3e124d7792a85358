import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefilterOf } from '../../../core/filter/prefilter.ts';
import type { Pattern } from '../../../core/pyregex/ast.ts';
import { parse } from '../../../core/pyregex/parse.ts';
import { translate } from '../../../core/pyregex/translate.ts';

function tree(pattern: string): Pattern {
  const parsed = parse(pattern);
  if (parsed.kind === 'refused') {
    throw new Error(`${pattern}: ${parsed.diagnostics[0]?.message}`);
  }
  return parsed.ast;
}

/** The literals of a jail with these failregexes, those that ignore case marked. */
function literalsOf(failregex: readonly string[], prefregex?: string, maxlines = 1): readonly string[] {
  const { literals } = prefilterOf({
    prefregex: prefregex === undefined ? undefined : tree(prefregex),
    failregex: failregex.map(tree),
    maxlines,
  });
  return literals.map(({ text, ignoreCase }) => (ignoreCase ? `(?i)${text}` : text));
}

const RUNS = 500;

describe('prefilterOf', () => {
  it.each<[what: string, failregex: string[], literals: string[]]>([
    ['halves of the only literal, one character shared', ['^\\S+ Unknown account \\S+$'], [' Unknown', 'n account ']],
    ['two literals, where those are rarer', ['^Refused: .* no entry'], ['Refused: ', ' no entry']],
    ['every alternative', ['^(?:Bad|Wrong) passphrase'], ['Bad pass', 'Wrong pas', 'sphrase']],
    ['what an optional part may add', ['unusually? long request'], ['ong request', 'unusuall lo', 'unusually l']],
    ['a choice of characters', ['[Bb]anner mismatch'], ['Banner m', 'banner m', 'mismatch']],
    ['case, where it is ignored', ['(?i)Sasl PLAIN authentication'], ['(?i)sasl plain aut', '(?i)thentication']],
    ['the rounds of a repeat that must be', ['(?:knock ){2}\\d+'], ['knock ']],
    ['a lookahead', ['^(?=.*intruder alert)\\S+'], ['er alert', 'intrude']],
    ['both ways of a conditional', ['(x)?\\d(?(1)first reason|second reason)'], ['first r', 'reason', 'second ']],
  ])('takes %s', (_what, failregex, literals) => {
    expect([...literalsOf(failregex)].sort()).toEqual([...literals].sort());
  });

  it.each([
    ['nothing is required', ['^\\S+ \\d+$']],
    ['one alternative requires nothing', ['(?:Failed password|\\d+)']],
    ['a literal is too short', ['a.*b']],
    ['one of several failregexes requires nothing', ['Failed password for', '\\d+']],
    ['a look behind the match is not in it', ['(?<!Failed password)']],
  ])('lets every line pass when %s', (_why, failregex) => {
    expect(prefilterOf({ prefregex: undefined, failregex: failregex.map(tree), maxlines: 1 })).toEqual({
      prefilter: undefined,
      literals: [],
    });
  });

  it('lets every line pass when a match may span lines', () => {
    expect(literalsOf(['Unknown account'], undefined, 2)).toEqual([]);
  });

  it('takes the prefregex where a failregex requires nothing', () => {
    expect(literalsOf(['^\\d+'], '^daemon42 (?P<content>.+)$')).toEqual(['daem', 'mon42 ']);
  });

  it('leaves out what another literal implies', () => {
    expect(literalsOf(['refused by rule', 'was refused by rule 7'])).toEqual(['refused', 'd by rule', 'was refus']);
  });

  it('splits at what JSON writes otherwise', () => {
    expect(literalsOf(['x"GET /admin"y.*C:\\\\secret\\\\é'])).toEqual(['secret', 'GET /admin']);
  });

  const lines = fc.record({
    parts: fc.array(part(), { minLength: 1, maxLength: 4 }),
    others: fc.array(part(), { maxLength: 2 }),
    prefix: fc.option(part()),
    date: fc.constantFrom('', '2024-02-29 10:00:00', 'Feb 29', '<02/29/24@10:00:00>', 'Failed'),
  });

  it('passes every line that matches, wherever the date stood', () => {
    let sifted = 0;
    fc.assert(
      fc.property(lines, ({ parts, others, prefix, date }) => {
        const body = parts.map(({ pattern }) => pattern).join('');
        const text = parts.map((one) => one.text).join('');
        const prefregex = prefix === null ? undefined : `^${prefix.pattern}(?P<content>.+)$`;
        const failregex = [body, ...others.map(({ pattern }) => pattern)];
        const subject = (prefix?.text ?? '') + text;
        fc.pre(found(prefregex === undefined ? body : `^${prefix?.pattern}(?:${body})`, `${subject}\n`));
        const { prefilter } = prefilterOf({
          prefregex: prefregex === undefined ? undefined : tree(prefregex),
          failregex: failregex.map(tree),
          maxlines: 1,
        });
        if (prefilter !== undefined) {
          sifted++;
          const regex = new RegExp(prefilter.source, prefilter.flags);
          for (let cut = 0; cut <= subject.length; cut++) {
            const raw = subject.slice(0, cut) + date + subject.slice(cut);
            expect({ raw, passes: regex.test(raw) }).toEqual({ raw, passes: true });
            expect({ raw, passes: regex.test(asBytes(raw)) }).toEqual({ raw, passes: true });
          }
        }
      }),
      { numRuns: RUNS, seed: 7 },
    );
    expect(sifted).toBeGreaterThan(RUNS / 4);
  });
});

/** A text as it is sifted: UTF-8, a character a byte. */
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A part of a pattern with a text that it matches. */
interface Part {
  readonly pattern: string;
  readonly text: string;
}

const WORDS = [
  'Failed ',
  'password for',
  ' user ',
  'abc',
  'x',
  ' from ',
  'Sack',
  'é',
  '"q"',
  'sshd[1]: ',
  'is ',
  '404 ',
];

function part(): fc.Arbitrary<Part> {
  const word = fc.constantFrom(...WORDS).map((text): Part => ({ pattern: escaped(text), text }));
  const anyCase = fc.tuple(fc.constantFrom('sick', 'LOGIN failed', 'ask'), fc.boolean()).map(
    ([text, other]): Part => ({
      pattern: `(?i:${text})`,
      text: other ? text.toUpperCase().replace('S', 'ſ').replace('I', 'ı').replace('K', '\u212a') : text,
    }),
  );
  const some = fc
    .constantFrom(
      ['\\d+', '42'],
      ['\\S*', 'bob'],
      ['.*?', 'Failed x'],
      ['[aA]', 'A'],
      ['[^,]*', ''],
      ['\\b', ''],
      ['\\s', ' '],
    )
    .map(([pattern = '', text = '']): Part => ({ pattern, text }));
  const leaf = fc.oneof(word, anyCase, some);
  const row = fc.array(leaf, { minLength: 1, maxLength: 3 }).map(inRow);
  // Repeats of repeats would take for ever on some texts.
  const words = fc.array(fc.oneof(word, anyCase), { minLength: 1, maxLength: 3 }).map(inRow);
  return fc.letrec<{ part: Part }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 3 },
      { weight: 4, arbitrary: leaf },
      fc.tuple(tie('part'), row).map(([a, b]) => ({ pattern: `(?:${a.pattern}|${b.pattern})`, text: b.text })),
      fc.tuple(tie('part'), row).map(([a, b]) => ({ pattern: `(?:${a.pattern}|${b.pattern})`, text: a.text })),
      tie('part').map(({ pattern, text }) => ({ pattern: `(?:${pattern})?`, text })),
      words.map(({ pattern }) => ({ pattern: `(?:${pattern})*?`, text: '' })),
      words.map(({ pattern, text }) => ({ pattern: `(?:${pattern}){2}`, text: text + text })),
      words.map(({ pattern, text }) => ({ pattern: `(?:${pattern})+`, text: text + text + text })),
      tie('part').map(({ pattern, text }) => ({ pattern: `(?=.*${pattern})`, text })),
      tie('part').map(({ pattern, text }) => ({ pattern: `(?>${pattern})`, text })),
    ),
  })).part;
}

function inRow(parts: readonly Part[]): Part {
  return { pattern: parts.map(({ pattern }) => pattern).join(''), text: parts.map(({ text }) => text).join('') };
}

function escaped(text: string): string {
  return text.replace(/[[\]]/g, '\\$&');
}

function found(pattern: string, subject: string): boolean {
  const translation = translate(pattern);
  return (
    translation.kind === 'translated' && new RegExp(translation.regex.source, translation.regex.flags).test(subject)
  );
}
