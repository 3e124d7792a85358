import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createLineMatcher,
  type Failure,
  type LineMatcherOptions,
  type LogLine,
} from '../../../core/match/line-matcher.ts';
import { LONGEST_LINE } from '../../../core/match/longest-line.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';
import type { StreamState } from '../../../core/records/session.ts';
import { compileDefinition } from './text-config.ts';

/**
 * One filter for each thing that lines may share: nothing, sessions, a buffer of lines, an
 * ignoreregex, several dates.
 */
const FILTERS: Readonly<Record<string, CompiledMatch>> = {
  plain: compileDefinition('failregex = ^(?:\\[\\])?\\s*gate: refused <HOST>(?: user <F-USER>\\S*</F-USER>)?$'),
  'tied to the start': compileDefinition(
    'failregex = ^\\s*gate: refused <HOST>(?: user \\S*)?$\ndatepattern = {^LN-BEG}',
  ),
  sessions: compileDefinition(
    [
      'prefregex = ^(?:\\[\\])?\\s*<F-MLFID>gate(?:\\[\\d+\\])?: </F-MLFID><F-CONTENT>.+</F-CONTENT>$',
      'failregex = ^<F-NOFAIL>call</F-NOFAIL> <HOST>',
      '            ^refused <HOST>(?: user <F-USER>\\S*</F-USER>)?$',
      '            ^refused user <F-USER>\\S*</F-USER>$',
      '            ^<F-NOFAIL>asked</F-NOFAIL> user <F-USER>\\S*</F-USER>$',
      '            ^<F-NOFAIL><F-MLFFORGET>left</F-MLFFORGET></F-NOFAIL> <HOST>$',
      '            ^<F-MLFFORGET><F-MLFGAINED>opened</F-MLFGAINED></F-MLFFORGET> user <F-USER>\\S*</F-USER>$',
      'ignoreregex = user friend$',
    ].join('\n'),
  ),
  'several lines': compileDefinition(
    'maxlines = 4\nfailregex = ^\\s*gate: call <HOST>$<SKIPLINES>^\\s*gate: refused\n ^\\s*gate: refused <HOST>$\nignoreregex = 192\\.0\\.2\\.9',
  ),
};

const TODAY = Date.UTC(2024, 4, 6) / 1000;

const dates = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 900 }).map((second) => ({ second, form: 'iso' as const })) },
  { weight: 2, arbitrary: fc.nat({ max: 900 }).map((second) => ({ second, form: 'brackets' as const })) },
  { weight: 1, arbitrary: fc.nat({ max: 900 }).map((second) => ({ second, form: 'american' as const })) },
  { weight: 3, arbitrary: fc.constant({ second: 0, form: 'none' as const }) },
);

function dated({ second, form }: { second: number; form: 'iso' | 'brackets' | 'american' | 'none' }): string {
  const [day = '', time = ''] = new Date((TODAY + second) * 1000).toISOString().slice(0, 19).split('T');
  const [year, month, dayOfMonth] = day.split('-');
  if (form === 'none') return '';
  if (form === 'american') return `${month}-${dayOfMonth}-${year} ${time} `;
  return form === 'iso' ? `${day} ${time} ` : `[${day} ${time}] `;
}

const hosts = fc.constantFrom('192.0.2.7', '192.0.2.8', '192.0.2.9', '2001:db8::1', 'host.example', '999.0.0.1');
const users = fc.constantFrom('ann', 'bob', 'friend', '');
const messages = fc.oneof(
  hosts.map((host) => `refused ${host}`),
  fc.tuple(hosts, users).map(([host, user]) => `refused ${host} user ${user}`),
  users.map((user) => `refused user ${user}`),
  users.map((user) => `asked user ${user}`),
  users.map((user) => `opened user ${user}`),
  hosts.map((host) => `call ${host}`),
  hosts.map((host) => `left ${host}`),
  fc.constantFrom('refused', 'nothing of note', 'refused\ncall 192.0.2.7', ''),
);
const texts = fc
  .tuple(dates, fc.constantFrom('gate: ', 'gate: ', 'gate: ', 'gate[1]: ', 'hall: '), messages)
  .map(([date, prefix, message]) => dated(date) + prefix + message);
const logs = fc
  .array(texts, { maxLength: 40, size: 'max' })
  .map((lines) => lines.map((text, index): LogLine => ({ text, eventTime: TODAY + 20 * index, eventId: `e${index}` })));

const CLOCKS: readonly LineMatcherOptions[] = [{ clock: 'event' }, { clock: 'line', reference: TODAY }];
const cases = Object.entries(FILTERS).flatMap(([name, match]) =>
  CLOCKS.map((options) => [name, options.clock, match, options] as const),
);

function feedAll(match: CompiledMatch, options: LineMatcherOptions, lines: readonly LogLine[]): readonly Failure[] {
  const matcher = createLineMatcher(match, options);
  return lines.flatMap((line) => matcher.feed(line));
}

describe.each(cases)('%s, clock %s', (_name, _clock, match, options) => {
  it('finds the same however a log is cut into batches', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.nat({ max: 40 })), (lines, cuts) => {
        let state: StreamState | undefined;
        let matcher = createLineMatcher(match, options);
        const found = lines.flatMap((line, index) => {
          if (cuts.includes(index)) {
            state = matcher.state();
            matcher = createLineMatcher(match, options, state && JSON.parse(JSON.stringify(state)));
          }
          return matcher.feed(line);
        });
        expect(found).toEqual(feedAll(match, options, lines));
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('finds the same without the prefilter', () => {
    fc.assert(
      fc.property(logs, (lines) => {
        const unfiltered = { ...match, prefilter: undefined };
        expect(feedAll(match, options, lines)).toEqual(feedAll(unfiltered, options, lines));
      }),
      { numRuns: 150, seed: 2 },
    );
  });

  it('finds something at all in such logs', () => {
    const found = fc.sample(logs, { numRuns: 200, seed: 3 }).flatMap((lines) => feedAll(match, options, lines));
    expect(found.length).toBeGreaterThan(20);
  });

  it('takes any text', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(fc.nat({ max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
      fc
        .tuple(texts, fc.constantFrom('\0', '\ud800', '\udc00', '\u2028', '\x1b', '\r'))
        .map(([text, odd]) => odd + text + odd),
    );
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 20 }), (lines) => {
        const matcher = createLineMatcher(match, options);
        for (const text of lines) {
          for (const failure of matcher.feed({ text, eventTime: TODAY, eventId: 'e' })) {
            expect(JSON.stringify(failure)).not.toMatch(/\\ud[89a-f]/);
          }
        }
        JSON.stringify(matcher.state());
      }),
      { numRuns: 150, seed: 4 },
    );
  });

  it('takes the longest line of anything in no time to speak of, and leaves a megabyte', () => {
    const matcher = createLineMatcher(match, options);
    let before = 0;
    let tooLong = 0;
    for (const piece of ['gate: refused ', 'a', '192.0.2.7 ', ':', '\0', '\ud800', ' ', '[', '2024-05-06 ']) {
      const megabyte = piece.repeat(1_000_000 / piece.length);
      for (const text of [megabyte, `gate: refused 192.0.2.7 user ${megabyte}`]) {
        matcher.feed({ text: text.slice(0, LONGEST_LINE), eventTime: TODAY, eventId: 'e' });
        expect(matcher.counts().tooLong).toBe(tooLong);
        matcher.feed({ text, eventTime: TODAY, eventId: 'e' });
        tooLong = matcher.counts().tooLong;
      }
      expect(tooLong).toBeGreaterThan(before);
      before = tooLong;
    }
  });
});
