import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askFail2ban, type ReplayJob } from '../conformance/python-filter/ask-fail2ban.ts';
import { FAIL2BAN_CONFIG, readSampleLines, sampledFilters, sampleVariants } from '../conformance/sample-corpus.ts';

const installed = existsSync(`${FAIL2BAN_CONFIG}/filter.d/common.conf`);
if (!installed) console.warn('SKIPPED: filters written for fail2ban, over our common.conf: fail2ban is not installed');

it.runIf(process.env['CI'] === 'true')('has fail2ban at hand where it must run', () => {
  expect(installed).toBe(true);
});

/** 2005-08-14, the day fail2ban's samples take for today. */
const CORPUS_NOW = 1_124_013_600;
const OURS = ['common.conf', 'exim-common.conf'];
const filterFolder = join(FAIL2BAN_CONFIG, 'filter.d');

/** Filters written for fail2ban include its common.conf, and now get ours. */
describe.skipIf(!installed)('a filter written for fail2ban, over our common.conf', () => {
  const config = mkdtempSync(join(tmpdir(), 'cloudjail-common-'));
  afterAll(() => rmSync(config, { recursive: true }));
  beforeAll(() => {
    cpSync(filterFolder, join(config, 'filter.d'), { recursive: true });
    const shipped = fileURLToPath(new URL('../../filters/filter.d', import.meta.url));
    for (const file of OURS) cpSync(join(shipped, file), join(config, 'filter.d', file));
  });

  it('finds what it found over its own', { timeout: 120_000 }, () => {
    const jobs = sampledFilters().filter(includesCommon).flatMap(jobsOf);
    const own = askFail2ban(jobs);
    const over = askFail2ban(jobs.map((job) => ({ ...job, config })));
    const differences = jobs.filter((_, index) => JSON.stringify(own[index]) !== JSON.stringify(over[index]));
    expect(differences.map(({ filter, options }) => `${filter} ${JSON.stringify(options)}`)).toEqual([]);
    expect(jobs.length).toBeGreaterThan(60);
  });
});

function includesCommon(filter: string): boolean {
  const file = `${filter}.conf`;
  return (
    readdirSync(filterFolder).includes(file) && /common\.conf/.test(readFileSync(join(filterFolder, file), 'utf8'))
  );
}

function jobsOf(filter: string): readonly ReplayJob[] {
  const lines = readSampleLines(filter);
  return sampleVariants(filter).map((options) => ({ filter, options, now: CORPUS_NOW, lines }));
}
