import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSamples, type Sample, sampledFilters } from './sample-file.ts';
import { type ShippedFilter, shippedFilter } from './shipped-filter.ts';

const INCLUDED_BY_OTHERS = /(?:^|-)common\.conf$/;
const shipped = readdirSync(new URL('../../filters/filter.d/', import.meta.url))
  .filter((file) => !INCLUDED_BY_OTHERS.test(file))
  .map((file) => file.replace(/\.conf$/, ''));

it('has samples for every shipped filter', () => {
  expect([...sampledFilters()].sort()).toEqual([...shipped].sort());
});

describe.each(shipped)('filter %s', (name) => {
  const samples = readSamples(name);
  const filters = new Map<string, ShippedFilter>();
  for (const args of new Set(samples.flatMap(({ variants }) => variants))) filters.set(args, shippedFilter(name, args));
  const readings = [...filters].map(([args, filter]) => ({ args, filter, own: samples.filter(reads(args)) }));

  it('finds what its samples annotate, and nothing else', () => {
    const differences = readings.flatMap(({ args, filter, own }) =>
      own.flatMap((sample) => {
        const reason = difference(sample, filter);
        return reason === undefined ? [] : [`${sample.place} [${args}]: ${reason}\n  ${sample.text}`];
      }),
    );
    expect(differences).toEqual([]);
  });

  it('has a sample for every failregex', () => {
    const regexes = new Set(readings.flatMap(({ filter }) => filter.regexes));
    for (const { filter, own } of readings) {
      for (const index of own.flatMap(({ text }) => filter.hits(text))) regexes.delete(filter.regexes[index] ?? '');
    }
    expect([...regexes]).toEqual([]);
  });

  it('is anchored, so that no text of a client can begin a match', () => {
    const loose = readings.flatMap(({ filter }) => filter.regexes).filter((regex) => !regex.startsWith('^'));
    expect(loose).toEqual([]);
  });

  it('has samples that must find nothing', () => {
    expect(samples.filter(({ expected }) => expected === undefined).length).toBeGreaterThan(0);
  });
});

function reads(args: string) {
  return ({ variants }: Sample) => variants.includes(args);
}

function difference({ text, expected }: Sample, filter: ShippedFilter): string | undefined {
  const found = filter.feed(text);
  if (expected === undefined) return found.length === 0 ? undefined : `found ${found.map(({ id }) => id)}`;
  const [failure] = found;
  if (failure === undefined || found.length > 1) return `found ${found.length} failures`;
  if (failure.id !== expected.id) return `found ${failure.id}`;
  if (expected.user !== undefined && (failure.groups['user'] ?? '') !== expected.user) {
    return `user ${JSON.stringify(failure.groups['user'])}`;
  }
  if (expected.time !== undefined && failure.time !== Date.parse(expected.time) / 1000) {
    return `time ${new Date(failure.time * 1000).toISOString()}`;
  }
  return undefined;
}
