import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createLineMatcher } from '../../core/match/line-matcher.ts';
import { compileSampled } from './compile-sampled.ts';
import { EXPLAINED_REPLAY_DIFFERENCES } from './explained-differences.ts';
import { askFail2ban, type ReplayJob, type ToldFailure } from './python-filter/ask-fail2ban.ts';
import { corpusInstalled, readSampleLines, sampledFilters, sampleVariants } from './sample-corpus.ts';

const installed = corpusInstalled();
if (!installed) console.warn('SKIPPED test/conformance/samples-replay.test.ts: the fail2ban package is not installed');

const LOG = fileURLToPath(new URL('../../../shared/logs/openssh-2k.log', import.meta.url));
const logPresent = existsSync(LOG);
if (!logPresent)
  console.warn(`SKIPPED in test/conformance/samples-replay.test.ts: there is no ${LOG} (loghub's OpenSSH_2k.log)`);

/** 2016-12-12, two days after the log ends. */
const AFTER_THE_LOG = 1_481_500_000;
/** 2005-08-14, the corpus's today. */
const CORPUS_NOW = 1_124_013_600;

it.runIf(process.env['CI'] === 'true')('has fail2ban at hand where it must run', () => {
  expect(installed).toBe(true);
});

function replay({ filter, options, now, lines }: ReplayJob): readonly (readonly ToldFailure[])[] {
  const matcher = createLineMatcher(compileSampled(filter, options), { clock: 'line', reference: now });
  return lines.map((text, index) =>
    matcher
      .feed({ text, eventTime: undefined, eventId: String(index) })
      .map(({ id, time, matches }) => [id, time, matches.length]),
  );
}

describe.skipIf(!installed || !logPresent)('a real sshd log', () => {
  const lines = logPresent ? readFileSync(LOG, 'utf8').trimEnd().split(/\r?\n/) : [];

  it.each([
    ['normal', 640],
    ['aggressive', 684],
  ] as const)('in mode %s has the %i failures that fail2ban finds, line by line', (mode, count) => {
    const job = { filter: 'sshd', options: { mode }, now: AFTER_THE_LOG, lines };
    const found = replay(job);
    expect(found.flat()).toHaveLength(count);
    expect(found).toEqual(askFail2ban([job])[0]);
  });
});

describe.skipIf(!installed)("fail2ban's sample logs, replayed", () => {
  it('have the failures that fail2ban finds, line by line, comments and all', () => {
    const jobs = sampledFilters()
      .filter((filter) => !filter.startsWith('zzz-'))
      .flatMap((filter) => {
        const lines = readSampleLines(filter);
        return sampleVariants(filter)
          .filter((options) => options['logtype'] !== 'journal')
          .map((options) => ({ filter, options, now: CORPUS_NOW, lines }));
      });
    const told = askFail2ban(jobs);
    const explained = new Set<string>();
    const differences = jobs.flatMap((job, index) => {
      const found = replay(job);
      return job.lines.flatMap((line, number) => {
        const [ours, theirs] = [found[number] ?? [], told[index]?.[number] ?? []];
        if (JSON.stringify(ours) === JSON.stringify(theirs)) return [];
        const name = `${job.filter}:${number + 1}`;
        if (EXPLAINED_REPLAY_DIFFERENCES[name] === undefined)
          return [{ name, options: job.options, line, ours, theirs }];
        explained.add(name);
        return [];
      });
    });
    expect(differences).toEqual([]);
    expect([...explained]).toEqual(Object.keys(EXPLAINED_REPLAY_DIFFERENCES));
    const lines = jobs.reduce((sum, job) => sum + job.lines.length, 0);
    console.info(`replayed sample logs: ${lines} lines, ${told.flat(2).length} failures agree`);
  }, 60_000);
});
