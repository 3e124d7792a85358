import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Words that a comment or message replaces by log, report, return, show, an operator, no one. */
const ODD = /\b(?:tell|tells|told|say|says|whoever|somebody|nobody|anybody)\b/gi;

/** British spellings; CONTRIBUTING.md has the rule. */
const BRITISH =
  /\b\w*(?:behaviour|colour|honour|neighbour|labelled|serialis|recognis|analyse|learnt|spelt|towards)\w*/gi;

/** Phrases that keep such a word. */
const ALLOWED = [
  // A field of NoticeEntry, and the key of its item: both are stored.
  '`told`',
  '`told `',
];

const PRODUCT = /^(?:aws|cli|core|filters|infra|lambdas|local)\//;

const files = execFileSync('git', ['ls-files', '*.ts'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '')
  .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n') }));

const isComment = (line: string): boolean => /^\s*(?:\/\/|\/?\*)/.test(line);

/** The comment or the texts with a blank in a line: what people read. */
function prose(line: string): string {
  const texts = line.replace(/\$\{[^}]*\}/g, '').match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`?/g) ?? [];
  const text = isComment(line)
    ? line
    : `${texts.filter((one) => one.includes(' ')).join(' ')} ${line.match(/\s\/\/ .*/) ?? ''}`;
  return ALLOWED.reduce((rest, phrase) => rest.replaceAll(phrase, ''), text);
}

/** Places of the lines that break a rule, with what breaks it. */
function breaches(of: typeof files, rule: (line: string) => string | undefined): readonly string[] {
  return of.flatMap(({ file, lines }) =>
    lines.flatMap((line, at) => {
      const breach = rule(line);
      return breach === undefined ? [] : [`${file}:${at + 1}: ${breach}`];
    }),
  );
}

it('comments and messages of the product use the words of the field, in American spelling', () => {
  const product = files.filter(({ file }) => PRODUCT.test(file));
  expect(product.length).toBeGreaterThan(300);
  expect(breaches(product, (line) => prose(line).match(ODD)?.[0] ?? prose(line).match(BRITISH)?.[0])).toEqual([]);
});

it('a comment line has 100 characters at most, unless it is one long URL', () => {
  const isUrl = (line: string): boolean => /^\W*(?:@see )?\(?https?:\S+(?: \*\/)?$/.test(line.trim());
  const tooLong = (line: string): string | undefined => {
    const { length } = [...line];
    return isComment(line) && length > 100 && !isUrl(line) ? `${length} characters` : undefined;
  };
  expect(breaches(files, tooLong)).toEqual([]);
});

it('a file has 300 lines at most', () => {
  const long = files.flatMap(({ file, lines }) => (lines.length > 301 ? [`${file}: ${lines.length - 1} lines`] : []));
  expect(long).toEqual([]);
});

it.each([
  ['  // Nobody asks.', 'Nobody'],
  ["  fail('this says why');", 'says'],
  ['/** The colours of a line. */', 'colours'],
])('finds %j', (line, word) => {
  expect(prose(line).match(ODD)?.[0] ?? prose(line).match(BRITISH)?.[0]).toBe(word);
});
