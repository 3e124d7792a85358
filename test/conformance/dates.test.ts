import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, askFail2ban, fail2banSamples, type Question } from './python-dates/ask-fail2ban.ts';
import { type Difference, difference, EXPLAINED } from './python-dates/compare.ts';
import { anyPatternAndLines } from './python-dates/date-patterns.ts';
import { anyLog, anyNow } from './python-dates/date-texts.ts';
import { fuzzCases, fuzzTimeout } from './python-dates/fuzz-cases.ts';

if (fail2banSamples === undefined) {
  const missing =
    'fail2ban is not installed: dates are not compared with its own date detector (apt-get install fail2ban)';
  if (process.env['CI'] === 'true') throw new Error(missing);
  console.warn(`\n!!! SKIPPED: ${missing}\n`);
}

/** The time that fail2ban's own tests pretend it is. */
const TEST_NOW = 1_124_013_600;
const zone = fc.constantFrom(null, null, null, 'UTC+0300', 'CET', '-0430', 'Europe/Paris', 'ABC', '');

/**
 * The first few questions that the two answer differently, and how many texts fail2ban found in
 * all.
 */
function compare(questions: readonly Question[]) {
  const answers = askFail2ban(questions);
  const differences: Difference[] = [];
  let found = 0;
  for (const [index, question] of questions.entries()) {
    const answer: Answer = answers[index] ?? { refused: 'no answer' };
    if ('found' in answer) found += answer.found.filter((date) => date !== null).length;
    const differs = difference(question, answer);
    if (differs !== undefined && differences.length < 5) differences.push(differs);
  }
  return { differences, found };
}

describe.skipIf(fail2banSamples === undefined)("fail2ban's own date detector finds the same text and time", () => {
  it('in all sample logs, each read from its first line to its last', () => {
    const samples = fail2banSamples ?? '';
    const files = readdirSync(samples, { withFileTypes: true }).filter((entry) => entry.isFile());
    const questions = files.map(({ name }) => ({
      datepattern: null,
      logtimezone: null,
      now: TEST_NOW,
      lines: readFileSync(join(samples, name), 'utf8').split('\n'),
    }));
    const { differences, found } = compare(questions);
    expect(differences).toEqual([]);
    expect(found).toBeGreaterThan(1000);
  });

  it(
    'in made-up logs, read by the default templates',
    () => {
      const question = fc.record({ datepattern: fc.constant(null), logtimezone: zone, now: anyNow, lines: anyLog });
      const { differences, found } = compare(fc.sample(question, fuzzCases(300)));
      expect(differences).toEqual([]);
      expect(found).toBeGreaterThan(100);
    },
    fuzzTimeout,
  );

  it(
    'in made-up logs, read by made-up datepatterns',
    () => {
      const question = fc
        .tuple(anyPatternAndLines, zone, anyNow)
        .map(([{ datepattern, lines }, logtimezone, now]) => ({ datepattern, lines, logtimezone, now }));
      const { differences, found } = compare(fc.sample(question, fuzzCases(150)));
      expect(differences).toEqual([]);
      expect(found).toBeGreaterThan(100);
    },
    fuzzTimeout,
  );
});

/** Each difference once, so that it is noticed when fail2ban changes. */
describe.skipIf(fail2banSamples === undefined)('fail2ban differs, explainably:', () => {
  const ask = (datepattern: string | null, ...lines: string[]) => {
    return askFail2ban([{ datepattern, logtimezone: null, now: TEST_NOW, lines }])[0];
  };

  it.each([
    ['KeyError', null, 'XYZ Jan  2 03:04:05 x'],
    ['TypeError', '%b %Y', 'Jan 2005'],
    ['OverflowError', '%Y-%m-%d %z', '0001-01-01 +0100'],
    ['IndexError', '{NONE}', ''],
    ['AttributeError', '%Y-%m-%d %I(?: %p)?', '2005-01-02 03'],
  ])('%s, at datepattern %j and line %j', (error, datepattern, line) => {
    expect(ask(datepattern, line)).toEqual({ found: [{ raised: error }] });
    expect(EXPLAINED).toHaveProperty(error);
  });

  it('{DEFAULT} beside another pattern adds nothing, contrary to the manual', () => {
    expect(ask('%Y-%m-%d\n{DEFAULT}', 'Jan  2 03:04:05 x', '2005-01-02')).toEqual({
      found: [null, [0, 10, 1_104_624_000]],
    });
  });
});
