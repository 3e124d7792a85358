import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateDetector } from '../../../core/dates/detector/date-detector.ts';
import { CUT_ANYWHERE, dateCuts } from '../../../core/dates/templates/date-cuts.ts';
import { compileDateTemplates } from '../../../core/dates/templates/date-templates.ts';
import { literalScanner } from '../../../core/literals/literal-scanner.ts';
import { type Prefilter, prefilterOf } from '../../../core/literals/prefilter.ts';
import { dateAlone } from '../../../core/match/date-alone.ts';
import { cutDate } from '../../../core/match/line-dates.ts';
import type { Pattern } from '../../../core/pyregex/ast.ts';
import { parse } from '../../../core/pyregex/parse.ts';
import { translate } from '../../../core/pyregex/translate.ts';
import { fuzzCases, fuzzTimeout } from '../../conformance/python-dates/fuzz-cases.ts';
import { keptOutBy } from '../../support/pattern-readings.ts';

const RUNS = 400;

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
  ' 50% ',
  ' [preauth]',
  ' was strange ',
  ', "',
];

/** A jail, and a text that one of its failregexes matches. */
interface Jail {
  readonly prefregex: string | undefined;
  readonly failregex: readonly string[];
  readonly text: string;
}

const jails: fc.Arbitrary<Jail> = fc
  .record({
    parts: fc.array(part(), { minLength: 1, maxLength: 4 }),
    others: fc.array(part(), { maxLength: 2 }),
    prefix: fc.option(part()),
    tied: fc.boolean(),
    ended: fc.boolean(),
  })
  .map(({ parts, others, prefix, tied, ended }) => {
    const body = inRow(parts);
    const regex = `${tied ? '^' : ''}${body.pattern}${ended ? '\\s*$' : ''}`;
    return {
      prefregex: prefix === null ? undefined : `^${prefix.pattern}(?P<content>.+)$`,
      failregex: [regex, ...others.map(({ pattern }) => pattern)],
      text: (prefix?.text ?? '') + body.text,
    };
  });

function prefiltered({ prefregex, failregex }: Jail, cuts: ReturnType<typeof dateCuts>): Prefilter {
  return prefilterOf({
    prefregex: prefregex === undefined ? undefined : tree(prefregex),
    failregex: failregex.map(tree),
    maxlines: 1,
    cuts,
  });
}

/** As fail2ban does: failregexes see what prefregex left of the line. */
function matches({ prefregex, failregex }: Jail, subject: string): boolean {
  let seen = `${subject}\n`;
  if (prefregex !== undefined) {
    const match = exec(prefregex, seen);
    if (match === null) return false;
    const content = match.groups['content'];
    if (content) seen = `${content}\n`;
  }
  return failregex.some((regex) => exec(regex, seen) !== null);
}

/** What keeps a raw line out, in words; nothing of what was made may. */
function keptOut(made: Prefilter, raw: string): readonly string[] {
  const out: string[] = [];
  if (made.prefilter !== undefined) {
    const regex = new RegExp(made.prefilter.source, made.prefilter.flags);
    if (!regex.test(raw)) out.push('prefilter');
    if (!regex.test(Buffer.from(raw, 'utf8').toString('latin1'))) out.push('prefilter on bytes');
    const bytes = Buffer.from(raw, 'utf8');
    if (literalScanner(made)?.scan(bytes, bytes.length).length === 0) out.push('scanner');
  }
  if (made.patternTerms !== undefined) out.push(...keptOutBy(made.patternTerms, raw));
  return out;
}

function insertions(text: string, inserted: string): readonly string[] {
  return Array.from({ length: text.length + 1 }, (_, at) => text.slice(0, at) + inserted + text.slice(at));
}

describe('every line that matches passes', () => {
  it(
    'wherever the date stood, when it may stand anywhere',
    () => {
      const seen = { literals: 0, terms: 0 };
      const dates = fc.constantFrom('', '2024-02-29 10:00:00', 'Feb 29', '<02/29/24@10:00:00>', 'Failed', ' for ');
      fc.assert(
        fc.property(jails, dates, (jail, date) => {
          fc.pre(matches(jail, jail.text));
          const made = prefiltered(jail, [CUT_ANYWHERE]);
          if (made.prefilter !== undefined) seen.literals++;
          if (made.patternTerms !== undefined) seen.terms++;
          for (const raw of insertions(jail.text, date)) {
            expect({ jail, made, raw, out: keptOut(made, raw) }).toMatchObject({ out: [] });
          }
        }),
        fuzzCases(RUNS),
      );
      expect(seen.literals).toBeGreaterThan(RUNS / 4);
      expect(seen.terms).toBeGreaterThan(RUNS / 40);
    },
    fuzzTimeout,
  );

  /** What the templates take for dates, some of them with what would be glued to it. */
  const DATES = [
    ...['2024-02-29 10:00:00', 'Feb 29 10:00:00', '29/Feb/2024:10:00:00 +0100', '10:00:00', '240229 10:00:00'],
    ...[' 3/02/2024 10:00:00', '+00:00 Feb 29 10:00:00', '@4000000041f4104f00000000', '<02/29/24@10:00:00>'],
    ...['[1709200800.123]', 'audit(1709200800.1:5)', '[29/Feb/2024:10:00:00]', '2024-02-2٩ 10:00:0\u{1d7d8}'],
    ...['at 10:00', '2024-02-29 10:00:00 ', ' 2024-02-29 10:00:00', '(2024-02-29 10:00:00)', '2024-02-29'],
  ];
  const PATTERNS = [
    ...[undefined, undefined, '{^LN-BEG}', '{^LN-BEG}', 'EPOCH', '%Y-%m-%d', '%Y-%m-%d[ T]?', 'at %H:%M(?: for)?'],
    ...[String.raw`^[^\[]*\[({DATE})`, String.raw`^[^\[]*(\[{DATE}\s*\])`, '**%Y-%m-%d**', '{UNB}%H:%M:%S'],
    ...[String.raw`^\S*? ?({DATE})`, String.raw`(?<=\W)%H:%M:%S`, '{NONE}', String.raw`\w+ (%Y-%m-%d)(?=\s)`],
  ];

  it(
    'wherever a date is found',
    () => {
      const seen = { literals: 0, terms: 0, cut: 0, cutAmid: 0, whole: 0 };
      const cases = fc.record({
        jail: jails,
        date: fc.constantFrom(...DATES),
        datepattern: fc.constantFrom(...PATTERNS),
        front: fc.constantFrom('', '', '[', '<', '] ', 'x ', 'Feb 28 10:00:00 '),
      });
      fc.assert(
        fc.property(cases, ({ jail, date, datepattern, front }) => {
          const { dates } = compileDateTemplates(datepattern);
          if (dates === undefined) throw new Error(`no such datepattern: ${datepattern}`);
          const made = prefiltered(jail, dateCuts(datepattern));
          if (made.prefilter === undefined && made.patternTerms === undefined) return;
          const alone = dateAlone(dates);
          const detector = createDateDetector(dates);
          for (const raw of insertions(front + jail.text, date)) {
            for (const found of [alone(raw, 1_709_200_800), detector.find(raw, 1_709_200_800)]) {
              const { subject } = cutDate(raw, found);
              if (!matches(jail, subject)) continue;
              if (made.prefilter !== undefined) seen.literals++;
              if (made.patternTerms !== undefined) seen.terms++;
              if (subject !== raw) seen.cut++;
              else seen.whole++;
              if (found && found.start !== found.end && found.start > 2 && found.end < raw.length) seen.cutAmid++;
              expect({ jail, datepattern, made, raw, out: keptOut(made, raw) }).toMatchObject({ out: [] });
            }
          }
        }),
        fuzzCases(RUNS),
      );
      expect(seen.literals).toBeGreaterThan(1000);
      expect(seen.terms).toBeGreaterThan(500);
      expect(seen.cut).toBeGreaterThan(500);
      expect(seen.cutAmid).toBeGreaterThan(100);
      expect(seen.whole).toBeGreaterThan(100);
    },
    fuzzTimeout,
  );

  it(
    'when its lines carry no date',
    () => {
      let terms = 0;
      fc.assert(
        fc.property(jails, (jail) => {
          fc.pre(matches(jail, jail.text));
          const made = prefiltered(jail, []);
          if (made.patternTerms !== undefined) terms++;
          expect({ jail, made, out: keptOut(made, jail.text) }).toMatchObject({ out: [] });
        }),
        fuzzCases(RUNS),
      );
      expect(terms).toBeGreaterThan(RUNS / 8);
    },
    fuzzTimeout,
  );
});

function tree(pattern: string): Pattern {
  const parsed = parse(pattern);
  if (parsed.kind === 'refused') throw new Error(`${pattern}: ${parsed.diagnostics[0]?.message}`);
  return parsed.ast;
}

const compiled = new Map<
  string,
  { readonly regex: RegExp; readonly groups: Readonly<Record<string, readonly number[]>> }
>();

function exec(
  pattern: string,
  subject: string,
): { readonly groups: Readonly<Record<string, string | undefined>> } | null {
  let known = compiled.get(pattern);
  if (known === undefined) {
    const translation = translate(pattern);
    if (translation.kind === 'refused') throw new Error(`${pattern}: ${translation.diagnostics[0]?.message}`);
    const { source, flags, groups } = translation.regex;
    known = { regex: new RegExp(source, flags), groups };
    compiled.set(pattern, known);
  }
  known.regex.lastIndex = 0;
  const match = known.regex.exec(subject);
  if (match === null) return null;
  const groups = Object.entries(known.groups).map(([name, captures]) => {
    return [name, captures.map((capture) => match[capture]).find((text) => text !== undefined)] as const;
  });
  return { groups: Object.fromEntries(groups) };
}

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
      ['\\s+', '  '],
      ['\\s*', ''],
      ['(?:\\S+ )?', 'x '],
      ['[,;]?', ';'],
      ['(?:^|\\[)', '['],
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
