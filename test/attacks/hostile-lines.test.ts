import { describe, expect, it } from 'vitest';
import { vmWatch } from '../../aws/vm-watch.ts';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import { matchAlone, matchInSession } from '../../core/intake/match-batch.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';
import { cloudjail, jsonLines } from '../cli/captured-terminal.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { compileDefinition } from '../core/match/text-config.ts';

/**
 * Filters an operator might write without a thought, each with a line that takes a backtracking
 * matcher for ever.
 */
const HOSTILE = {
  'a repeated repetition': ['failregex = ^\\s*user (?:\\w+)+ refused <HOST>$', `user ${'a'.repeat(60)}! refused !`],
  'many optional groups': [
    `failregex = ^\\s*user (?:${'(x)?'.repeat(12)}b)* refused <HOST>$`,
    `user ${'xxxb'.repeat(1000)} refused !`,
  ],
  'many wildcards on a long line': [
    'failregex = ^\\s*user .*a.*a.*a.*a.*a refused <HOST>$',
    `user ${'a'.repeat(16_000)} refused !`,
  ],
  'a prefregex that never ends': [
    'prefregex = ^\\s*user (?:\\w+)+ <F-CONTENT>.+</F-CONTENT>\nfailregex = ^refused <HOST>$',
    `user ${'a'.repeat(60)}! refused !`,
  ],
  'an ignoreregex that never ends': [
    'failregex = ^\\s*user .* refused <HOST>$\nignoreregex = (?:\\w+)+\\?$',
    `user ${'a'.repeat(60)} refused 192.0.2.9`,
  ],
  'a datepattern that never ends': [
    'failregex = ^\\s*user .* refused <HOST>$\ndatepattern = ^(?:[0-9a-f]+)+ %%Y\n  {DEFAULT}',
    `${'a'.repeat(60)} user a refused 192.0.2.9`,
  ],
  'a session': [
    [
      'prefregex = ^\\s*<F-MLFID>user</F-MLFID> <F-CONTENT>.+</F-CONTENT>$',
      'failregex = ^<F-NOFAIL>(?:\\w+)+ called</F-NOFAIL> from <HOST>$\n   ^\\S+ refused <HOST>$',
    ].join('\n'),
    `user ${'a'.repeat(60)}! refused !`,
  ],
  'a buffer of lines': [
    'maxlines = 3\nfailregex = ^\\s*user (?:\\w+)+ refused <HOST>$',
    `user ${'a'.repeat(60)}! refused !`,
  ],
} as const;

const START = Date.UTC(2025, 5, 1);
const good = (i: number): string => `user a${i}a refused 192.0.2.${i}`;
const GOOD_IDS = [1, 2, 3, 4].map((i) => `192.0.2.${i}`);

function events(messages: readonly string[]): readonly LogEvent[] {
  return messages.map((message, i) => ({ id: String(i), timestampMs: START + i * 1000, message }));
}

/** Budgets are 1 s for the batch and 0.1 s a hostile line; the machine may be busy. */
const MOST_MS = 8000;

describe.each(Object.entries(HOSTILE))('%s', (_, [definition, hostile]) => {
  const match: CompiledMatch = compileDefinition(definition);
  const matches = definition.includes('.*a.*a') ? (i: number) => `user aaaaaa${i}a refused 192.0.2.${i}` : good;
  const goods = definition.includes('(x)?') ? (i: number) => `user xb refused 192.0.2.${i}` : matches;
  const batch = events([goods(1), hostile, goods(2), goods(3), hostile, goods(4)]);

  it('costs a delivery the hostile lines, in time, with a count', () => {
    const start = performance.now();
    const { failures, left } = matchAlone(batch, match, { watch: vmWatch() });
    expect(failures.map(({ failure }) => failure.id)).toEqual(GOOD_IDS);
    expect(left.givenUp).toBe(2);
    expect(performance.now() - start).toBeLessThan(MOST_MS);
  });

  it('costs a stream with sessions no more, and the lines are not asked about again', () => {
    const watch = vmWatch();
    const { failures, left, next } = matchInSession(batch, match, undefined, { watch });
    expect(failures.map(({ failure }) => failure.id)).toEqual(GOOD_IDS);
    expect(left.givenUp).toBe(2);
    const start = performance.now();
    const again = matchInSession(batch, match, next && { ...next, version: 1 }, { watch });
    expect(again).toMatchObject({ failures: [], left: { givenUp: 0 }, next: undefined });
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('the commands', () => {
  const { file, path } = temporaryFolder();
  const [definition, hostile] = HOSTILE['a repeated repetition'];
  file('config/jail.local', '[gate]\nenabled = true\nlogpath = /var/log/gate.log\nmaxretry = 4\n');
  file('config/filter.d/gate.conf', `[Definition]\n${definition}\n`);
  const time = (second: number): string => new Date(START + second * 1000).toISOString().slice(0, 19);
  const lines = [1, 2, 3, 4].flatMap((i) => [`${time(i)} ${good(9)}`, `${time(i)} ${hostile}`]);
  const log = file('gate.log', `${lines.join('\n')}\n`);

  it('replay: gives up the lines, reports how many, and makes the ban', async () => {
    const open = file('open.log', lines.join('\n').replaceAll('192.0.2.9', '9.9.9.9'));
    const { code, out, err } = await cloudjail('replay', '--config', path('config'), open);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/4 .*given up/);
    const json = jsonLines((await cloudjail('replay', '--json', '--config', path('config'), open)).out);
    expect(json).toContainEqual(expect.objectContaining({ event: 'ban', id: '9.9.9.9', attempts: 4 }));
    expect(json.at(-1)).toMatchObject({ event: 'summary', left: { gate: { givenUp: 4 } } });
  });

  it('regex: counts them as missed, and names them', async () => {
    const { code, out, err } = await cloudjail('regex', '--json', log, path('config/filter.d/gate.conf'));
    expect(code).toBe(0);
    expect(err.match(/^line \d+: given up/gm)).toEqual([2, 4, 6, 8].map((n) => `line ${n}: given up`));
    expect(jsonLines(out).at(-1)).toEqual({ summary: { lines: 8, ignored: 0, matched: 4, missed: 4 } });
    const { out: failures } = await cloudjail('regex', '-o', 'id', log, path('config/filter.d/gate.conf'));
    expect(failures).toBe('192.0.2.9\n'.repeat(4));
  });
});
