import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../core/net/address.ts';
import { askFail2ban, type ReplayJob } from '../conformance/python-filter/ask-fail2ban.ts';
import { readSamples, type Sample, sampledFilters } from './sample-file.ts';
import { NOW } from './shipped-filter.ts';

const installed = existsSync('/etc/fail2ban/filter.d/sshd.conf');
if (!installed) console.warn('SKIPPED: fail2ban reads our filters: fail2ban is not installed');

it.runIf(process.env['CI'] === 'true')('has fail2ban at hand where it must run', () => {
  expect(installed).toBe(true);
});

interface Reading {
  readonly job: ReplayJob;
  readonly samples: readonly Sample[];
}

/** fail2ban takes a journal's lines from the journal only. */
const NOT_A_FILE = 'logtype=journal';

function readings(filter: string): readonly Reading[] {
  const samples = readSamples(filter);
  const variants = new Set(samples.flatMap((sample) => sample.variants));
  return [...variants]
    .filter((args) => args !== NOT_A_FILE)
    .map((args) => {
      const own = samples.filter((sample) => sample.variants.includes(args));
      const config = fileURLToPath(new URL('../../filters', import.meta.url));
      return {
        job: { config, filter, options: options(args), now: NOW, lines: own.map(({ text }) => text) },
        samples: own,
      };
    });
}

/** `a="b"` → `{ a: 'b' }`; no variant has more than one argument. */
function options(args: string): Record<string, string> {
  const [, name, value] = /^(\w+)="?(.*?)"?$/.exec(args) ?? [];
  return name === undefined || value === undefined ? {} : { [name]: value };
}

describe.skipIf(!installed)('fail2ban, reading our filters', () => {
  const all = sampledFilters().flatMap(readings);

  it('finds on our samples what they annotate', { timeout: 60_000 }, () => {
    const answers = askFail2ban(all.map(({ job }) => job));
    const differences = all.flatMap(({ job, samples }, index) =>
      samples.flatMap(({ place, expected, text }, line) => {
        const told = answers[index]?.[line]?.map(([id]) => canonicalAddress(id) ?? id) ?? [];
        const same = expected === undefined ? told.length === 0 : told.length === 1 && told[0] === expected.id;
        return same ? [] : [`${place} ${JSON.stringify(job.options)}: fail2ban says ${told}\n  ${text}`];
      }),
    );
    expect(differences).toEqual([]);
  });
});
