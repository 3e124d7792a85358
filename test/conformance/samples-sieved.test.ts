import { afterAll, describe, expect, it } from 'vitest';
import { literalScanner } from '../../core/literals/literal-scanner.ts';
import { ALL_EVENTS, subscriptionPattern } from '../../core/literals/subscription-pattern.ts';
import { createLineMatcher } from '../../core/match/line-matcher.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';
import { keptOutBy, termsOf } from '../support/pattern-readings.ts';
import { compileSampled } from './compile-sampled.ts';
import { corpusInstalled, readSampleLines, readSamples, sampledFilters, sampleVariants } from './sample-corpus.ts';

const installed = corpusInstalled();
if (!installed) console.warn('SKIPPED test/conformance/samples-sieved.test.ts: the fail2ban package is not installed');

it.runIf(process.env['CI'] === 'true')('has the corpus at hand where it must run', () => {
  expect(installed).toBe(true);
});

/** 2005-08-14, the corpus's today. */
const NOW = 1_124_013_600;
/** What a date may be found in place of, and where it stands: a line's own, others, and none. */
const DATES = [
  '2005-08-14 11:59:59',
  ' 4/08/2005 11:59:59',
  '@4000000042ff2b7f00000000',
  '[14/Aug/2005:11:59:59 +0200]',
  '',
];

/**
 * Every line; and with dates put in at word boundaries, which a date template may then find amid
 * the message.
 */
function* withDates(lines: readonly string[]): Generator<string> {
  for (const [index, line] of lines.entries()) {
    yield line;
    const places = [...line.matchAll(/\b/g)].map((match) => match.index);
    for (let n = 0; n < 2; n++) {
      const at = places[(index * 31 + n * 7) % places.length] ?? 0;
      yield line.slice(0, at) + DATES[(index + n) % DATES.length] + line.slice(at);
    }
  }
}

/**
 * Lines that one of the failregexes matches, be it one of F-NOFAIL or of a session: without any
 * sieve.
 */
function matching(match: CompiledMatch, lines: Iterable<string>): readonly string[] {
  const { prefilter: _, firstCharacters: __, ...bare } = match;
  const matchers = (['event', 'line'] as const).map((clock) => ({
    clock,
    matcher: createLineMatcher({ ...bare, prefilter: undefined }, { clock, reference: NOW }),
  }));
  return [...lines].filter((text, index) => {
    const found = matchers.map(({ clock, matcher }) => {
      const before = matcher.stirred();
      matcher.feed({ text, eventTime: clock === 'event' ? NOW + index : undefined, eventId: `${index}` });
      return matcher.stirred() > before;
    });
    return found.includes(true);
  });
}

describe.skipIf(!installed)('of the sample logs, no line that matches is kept out', () => {
  const seen = { lines: 0, underPattern: 0, filters: 0, withPattern: 0 };

  for (const filter of installed ? sampledFilters().filter((name) => !name.startsWith('zzz-')) : []) {
    it(`by the prefilter, the scanner or the pattern of ${filter}`, () => {
      const annotated = readSamples(filter).map(({ line }) => line);
      const lines = [...withDates([...new Set([...annotated, ...readSampleLines(filter)])])];
      for (const [index, options] of sampleVariants(filter).entries()) {
        const match = compileSampled(filter, options);
        if (match.maxlines > 1) continue;
        const pattern = subscriptionPattern([match]);
        if (index === 0) seen.filters++;
        if (index === 0 && pattern !== ALL_EVENTS) seen.withPattern++;
        const prefilter = match.prefilter && new RegExp(match.prefilter.source, match.prefilter.flags);
        const scanner = literalScanner(match);
        for (const line of matching(match, lines)) {
          seen.lines++;
          if (pattern !== ALL_EVENTS) seen.underPattern++;
          const bytes = Buffer.from(line, 'utf8');
          expect([line, pattern, keptOutBy(termsOf(pattern), line)]).toEqual([line, pattern, []]);
          expect([line, prefilter?.test(line) ?? true]).toEqual([line, true]);
          expect([line, scanner?.scan(bytes, bytes.length).length ?? 1]).toEqual([line, 1]);
        }
      }
    });
  }

  it('has seen enough of them', () => {
    expect(seen.lines).toBeGreaterThan(3000);
    expect(seen.underPattern).toBeGreaterThan(2500);
    expect(seen.withPattern).toBeGreaterThan(60);
  });

  afterAll(() => console.info(`sample corpus, sieved: ${JSON.stringify(seen)}`));
});
