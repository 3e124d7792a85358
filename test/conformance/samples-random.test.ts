import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compileMatch } from '../../core/compile/compile-match.ts';
import { readFilter } from '../../core/config/read-filter.ts';
import { createLineMatcher } from '../../core/match/line-matcher.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { askFail2ban, type ToldFailure } from './python-filter/ask-fail2ban.ts';
import { corpusInstalled } from './sample-corpus.ts';

const installed = corpusInstalled();
if (!installed) console.warn('SKIPPED test/conformance/samples-random.test.ts: the fail2ban package is not installed');

it.runIf(process.env['CI'] === 'true')('has fail2ban at hand where it must run', () => {
  expect(installed).toBe(true);
});

/** Filters that use every construct whose order or memory matters. */
const FILTERS: Readonly<Record<string, string>> = {
  sessions: [
    'prefregex = ^\\s*<F-MLFID>gate(?:\\[\\d+\\])?: </F-MLFID><F-CONTENT>.+</F-CONTENT>$',
    'failregex = ^<F-NOFAIL>call</F-NOFAIL> <HOST>$',
    '            ^refused <HOST>(?: user <F-USER>\\S*</F-USER>)?$',
    '            ^refused user <F-ALT_USER_1>\\S*</F-ALT_USER_1>$',
    '            ^<F-NOFAIL>asked</F-NOFAIL> user <F-USER>\\S*</F-USER>$',
    '            ^<F-NOFAIL><F-MLFFORGET>left</F-MLFFORGET></F-NOFAIL> <HOST>$',
    '            ^<F-MLFFORGET>(?:cut|closed)</F-MLFFORGET>$',
    '            ^<F-MLFFORGET><F-MLFGAINED>opened</F-MLFGAINED></F-MLFFORGET> user <F-USER>\\S*</F-USER>$',
    '            ^<F-MLFGAINED>known</F-MLFGAINED> user <F-USER>\\S*</F-USER>$',
    'ignoreregex = user friend$',
  ].join('\n'),
  lines: [
    'maxlines = 4',
    'failregex = ^\\s*gate: call <HOST>$<SKIPLINES>^\\s*gate: refused',
    '            ^\\s*gate(?:\\[\\d\\])?: refused <HOST>$',
    '            ^\\s*gate: (?:left|call) <HOST>\\n\\s*gate: cut$',
    'ignoreregex = 192\\.0\\.2\\.9',
  ].join('\n'),
  'lines-in-content': [
    'maxlines = 3',
    'prefregex = ^\\s*gate(?:\\[\\d\\])?: <F-CONTENT>(?:.|\\n)+</F-CONTENT>$',
    'failregex = ^refused <HOST>$',
    '            ^call <HOST>$<SKIPLINES>^\\s*gate: left',
  ].join('\n'),
  ignoring: [
    'failregex = ^\\s*gate: refused <HOST>(?: user <F-USER>.*</F-USER>)?$',
    '            ^\\s*gate: call <F-ID>\\S+</F-ID>$',
    '            ^\\s*gate: left <ADDR>$',
    '            (?:refused|gate: asked user)( <HOST>)?',
    '            ^\\s*gate\\[1\\]: .* <F-ID>\\S+</F-ID>$',
    'ignoreregex = user friend$',
    '              ^\\s*gate: call 192\\.0\\.2\\.8\\s*$',
  ].join('\n'),
};

/** 2024-05-06; the log's own dates are the only clock. */
const START = Date.UTC(2024, 4, 6) / 1000;
const LOGS = 250;

// No address that is none: fail2ban would count it under its text.
const hosts = fc.constantFrom('192.0.2.7', '192.0.2.8', '192.0.2.9', '2001:db8::1', 'host.example');
const users = fc.constantFrom('ann', 'bob', 'friend', '');
const messages = fc.oneof(
  fc.tuple(fc.constantFrom('refused', 'call', 'left'), hosts).map(([verb, host]) => `${verb} ${host}`),
  fc.tuple(hosts, users).map(([host, user]) => `refused ${host} user ${user}`),
  fc.tuple(fc.constantFrom('refused', 'asked', 'opened', 'known'), users).map(([verb, user]) => `${verb} user ${user}`),
  fc.constantFrom('refused', 'cut', 'closed', 'nothing of note'),
);
const entries = fc.record({
  after: fc.nat({ max: 120 }),
  dated: fc.nat({ max: 9 }).map((chance) => chance > 0),
  from: fc.constantFrom('gate: ', 'gate: ', 'gate[1]: ', 'gate[2]: ', 'hall: '),
  message: messages,
});
const logs = fc.array(entries, { minLength: 10, maxLength: 60, size: 'max' }).map((log) => {
  let time = START;
  return log.map(({ after, dated, from, message }, index) => {
    time += after;
    const date = new Date(time * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return `${dated || index === 0 ? date : ''} ${from}${message}`;
  });
});

describe.skipIf(!installed)('random logs', () => {
  const config = mkdtempSync(join(tmpdir(), 'cloudjail-'));
  mkdirSync(join(config, 'filter.d'));
  for (const [name, definition] of Object.entries(FILTERS)) {
    writeFileSync(join(config, 'filter.d', `${name}.conf`), `[Definition]\n${definition}\n`);
  }
  afterAll(() => rmSync(config, { recursive: true }));

  it.each(Object.keys(FILTERS))('have the failures that fail2ban finds: %s', (filter) => {
    const jobs = fc
      .sample(logs, { numRuns: LOGS, seed: 11 })
      .map((lines) => ({ config, filter, options: {}, now: START + 86_400, lines }));
    const told = askFail2ban(jobs);
    const reading = readFilter(configDirectory(config), filter);
    const { match } = reading.filter ? compileMatch(reading.filter, { usedns: 'raw', logtimezone: undefined }) : {};
    if (!match) throw new Error(`${filter} does not compile`);
    for (const [index, { lines }] of jobs.entries()) {
      const matcher = createLineMatcher(match, { clock: 'line', reference: START + 86_400 });
      const found = lines.map((text) =>
        matcher
          .feed({ text, eventTime: undefined, eventId: '' })
          .map(({ id, time, matches }): ToldFailure => [id, time, matches.length]),
      );
      expect(lines.map((line, at) => [line, found[at]])).toEqual(lines.map((line, at) => [line, told[index]?.[at]]));
    }
    expect(told.flat(2).length).toBeGreaterThan(LOGS / 2);
  });
});
