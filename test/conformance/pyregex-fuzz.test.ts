import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translate } from '../../core/pyregex/translate.ts';
import type { TranslatedRegex, Translation } from '../../core/pyregex/translation.ts';
import { available, pythonVersion, type RegexAnswer, type RegexMatch, RegexOracle } from './python/oracle.ts';
import { randomPattern, randomSubject, structuralPattern, structuralSubject } from './python/random-pattern.ts';

const CASES = Number(process.env['CLOUDJAIL_FUZZ_CASES'] ?? 2000);
const SEED = Number(process.env['CLOUDJAIL_FUZZ_SEED'] ?? 20_240_229);
const version = pythonVersion();
const python = available('Python 3.11 or later', version !== undefined);

/**
 * Before 3.11.5 a round of a possessive repeat that failed left the position where it had got to.
 */
const possessiveIsBroken = version !== undefined && version[1] === 11 && version[2] < 5;
const POSSESSIVE = /[*+?}]\+|\(\?>/;

describe.skipIf(!python)('translate finds what Python finds', () => {
  let oracle: RegexOracle;
  beforeAll(() => {
    oracle = new RegexOracle();
  });
  afterAll(() => oracle.close());

  it.each([
    ['random', randomPattern, randomSubject],
    ['structural', structuralPattern, structuralSubject],
  ])(`in ${CASES / 2} %s patterns`, { timeout: 3_600_000 }, async (kind, patterns, subjects) => {
    const tally = { translated: 0, matches: 0, unsupported: 0, wrong: 0 };
    await fc.assert(
      fc.asyncProperty(
        patterns,
        fc.array(subjects, { minLength: 4, maxLength: 8 }),
        fc.boolean(),
        async (pattern, texts, numberedGroups) => {
          fc.pre(!(possessiveIsBroken && POSSESSIVE.test(pattern)));
          const answer = await oracle.ask({ pattern, subjects: texts });
          compare(pattern, texts, translate(pattern, { numberedGroups }), answer, tally);
        },
      ),
      { numRuns: CASES / 2, seed: SEED },
    );
    console.info(`pyregex fuzz, ${kind}: ${JSON.stringify(tally)}`);
    expect(tally.translated).toBeGreaterThan(CASES / 4);
  });
});

interface Tally {
  translated: number;
  matches: number;
  /** Refused though Python takes it. */
  unsupported: number;
  /** Refused by Python too. */
  wrong: number;
}

function compare(
  pattern: string,
  subjects: readonly string[],
  translation: Translation,
  answer: RegexAnswer,
  tally: Tally,
): void {
  const refusedByPython = 'error' in answer;
  if (translation.kind === 'refused') {
    const outcome = { pattern, code: translation.diagnostics[0]?.code, refusedByPython };
    expect(outcome).toSatisfy(({ code }) => code === 'REGEX_UNSUPPORTED' || refusedByPython);
    tally[refusedByPython ? 'wrong' : 'unsupported']++;
    return;
  }
  expect({ pattern, refusedByPython }).toEqual({ pattern, refusedByPython: false });
  tally.translated++;
  if ('matches' in answer) {
    const ours = subjects.map((subject) => find(translation.regex, subject));
    const theirs = answer.matches.map((match) => selected(match, translation.regex));
    expect({ pattern, subjects, found: ours }).toEqual({ pattern, subjects, found: theirs });
    tally.matches += ours.filter((match) => match !== null).length;
  }
}

function find(regex: TranslatedRegex, subject: string): RegexMatch | null {
  const match = new RegExp(regex.source, regex.flags).exec(subject);
  if (match === null) {
    return null;
  }
  const groups = Object.fromEntries(
    Object.entries(regex.groups).map(([name, captures]) => [
      name,
      captures.map((capture) => match[capture]).find((text) => text !== undefined) ?? null,
    ]),
  );
  return { span: [match.index, match.index + match[0].length], groups };
}

/** Python always reports groups by number too. */
function selected(match: RegexMatch | null, regex: TranslatedRegex): RegexMatch | null {
  return (
    match && {
      span: match.span,
      groups: Object.fromEntries(Object.keys(regex.groups).map((name) => [name, match.groups[name] ?? null])),
    }
  );
}
