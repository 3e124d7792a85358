import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translate } from '../../core/pyregex/translate.ts';
import type { TranslatedRegex } from '../../core/pyregex/translation.ts';
import { available, pythonVersion, type RegexMatch, RegexOracle } from './python/oracle.ts';
import { randomPattern, randomSubject } from './python/random-pattern.ts';

const CASES = Number(process.env['CLOUDJAIL_FUZZ_CASES'] ?? 2000);
const SEED = Number(process.env['CLOUDJAIL_FUZZ_SEED'] ?? 20_240_229);
const python = available('Python 3.11 or later', pythonVersion() !== undefined);

describe.skipIf(!python)('translate finds what Python finds', () => {
  let oracle: RegexOracle;
  beforeAll(() => {
    oracle = new RegexOracle();
  });
  afterAll(() => oracle.close());

  it(`in ${CASES} random patterns`, { timeout: 3_600_000 }, async () => {
    const tally = { translated: 0, matched: 0, unsupported: 0, wrong: 0 };
    await fc.assert(
      fc.asyncProperty(
        randomPattern,
        fc.array(randomSubject, { minLength: 4, maxLength: 8 }),
        fc.boolean(),
        async (pattern, subjects, numberedGroups) => {
          const answer = await oracle.ask({ pattern, subjects });
          const translation = translate(pattern, { numberedGroups });
          if (translation.kind === 'refused') {
            const [diagnostic] = translation.diagnostics;
            const refusedByPython = 'error' in answer;
            expect({ pattern, code: diagnostic?.code, refusedByPython }).toSatisfy(
              (outcome) => outcome.code === 'REGEX_UNSUPPORTED' || outcome.refusedByPython,
            );
            tally[refusedByPython ? 'wrong' : 'unsupported']++;
            return;
          }
          tally.translated++;
          if ('timeout' in answer) {
            return;
          }
          expect(answer, `Python refuses ${pattern}`).toHaveProperty('matches');
          if ('matches' in answer) {
            const ours = subjects.map((subject) => find(translation.regex, subject));
            const theirs = answer.matches.map((match) => selected(match, translation.regex));
            expect({ pattern, subjects, found: ours }).toEqual({ pattern, subjects, found: theirs });
            tally.matched += ours.filter((match) => match !== null).length;
          }
        },
      ),
      { numRuns: CASES, seed: SEED, ...(CASES > 2000 ? {} : {}) },
    );
    console.info(`pyregex fuzz: ${JSON.stringify(tally)}`);
    expect(tally.translated).toBeGreaterThan(CASES / 2);
  });
});

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
