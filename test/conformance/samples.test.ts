import { afterAll, describe, expect, it } from 'vitest';
import { EXPLAINED_DIFFERENCES } from './explained-differences.ts';
import { corpusInstalled, sampledFilters } from './sample-corpus.ts';
import { checkFilter } from './sample-harness.ts';

const installed = corpusInstalled();
if (!installed)
  console.warn('SKIPPED test/conformance/samples.test.ts: the fail2ban package (filters, tests) is not installed');

/** Checks in fail2ban 1.0.2: each sample line, in each set of filter options it is for. */
const CHECKS_OF_1_0_2 = 1627;

it.runIf(process.env['CI'] === 'true')('has the corpus at hand where it must run', () => {
  expect(installed).toBe(true);
});

describe.skipIf(!installed)("fail2ban's sample corpus", () => {
  const differing = new Set<string>();
  let checks = 0;

  for (const filter of installed ? sampledFilters() : []) {
    it(`agrees on every sample of ${filter}`, () => {
      const result = checkFilter(filter);
      checks += result.checks;
      for (const { name } of result.differences) differing.add(name);
      expect(result.differences.filter(({ name }) => EXPLAINED_DIFFERENCES[name] === undefined)).toEqual([]);
    });
  }

  it('explains no difference that is none', () => {
    expect(Object.keys(EXPLAINED_DIFFERENCES).filter((name) => !differing.has(name))).toEqual([]);
  });

  it('ran as many checks as the corpus has', () => {
    expect(checks).toBeGreaterThanOrEqual(CHECKS_OF_1_0_2);
  });

  afterAll(() => console.info(`sample corpus: ${checks - differing.size} of ${checks} checks agree`));
});
