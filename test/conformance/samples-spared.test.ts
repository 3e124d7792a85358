import { describe, expect, it } from 'vitest';
import { createLineMatcher } from '../../core/match/line-matcher.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';
import { compileSampled } from './compile-sampled.ts';
import { corpusInstalled, readSampleLines, sampledFilters, sampleVariants } from './sample-corpus.ts';

const installed = corpusInstalled();
if (!installed) console.warn('SKIPPED test/conformance/samples-spared.test.ts: the fail2ban package is not installed');

it.runIf(process.env['CI'] === 'true')('has the corpus at hand where it must run', () => {
  expect(installed).toBe(true);
});

/** 2005-08-14, the corpus's today. */
const NOW = 1_124_013_600;

/**
 * Every line, and twice with something done to it: enough to lose a literal, or to put another in
 * its place.
 */
function* withMutants(lines: readonly string[]): Generator<string> {
  let state = 7;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  for (const [index, line] of lines.entries()) {
    yield line;
    const at = below(line.length + 1);
    yield line.slice(0, at) + line.slice(at + 1 + below(3));
    const other = lines[(index + 1 + below(3)) % lines.length] ?? '';
    yield line.slice(0, at) +
      [other.slice(below(other.length)), ' ', '2005-08-14 11:59:59', '[]'][below(4)] +
      line.slice(at);
  }
}

function outcome(match: CompiledMatch, clock: 'event' | 'line', lines: readonly string[]): readonly string[] {
  const matcher = createLineMatcher(match, { clock, reference: NOW });
  const found = lines.map((text, index) =>
    JSON.stringify(matcher.feed({ text, eventTime: clock === 'event' ? NOW + index : undefined, eventId: `${index}` })),
  );
  return [...found, JSON.stringify(matcher.state())];
}

describe.skipIf(!installed)('what is spared on the sample logs changes nothing', () => {
  for (const filter of installed ? sampledFilters().filter((name) => !name.startsWith('zzz-')) : []) {
    it(`for ${filter}`, () => {
      const lines = [...withMutants(readSampleLines(filter))];
      for (const options of sampleVariants(filter)) {
        const match = compileSampled(filter, options);
        const { prefilter: _, firstCharacters: __, ...bare } = match;
        for (const clock of ['event', 'line'] as const) {
          const sparing = outcome(match, clock, lines);
          expect(sparing).toEqual(outcome({ ...bare, prefilter: undefined }, clock, lines));
        }
      }
    });
  }
});
