import { describe, expect, it } from 'vitest';
import { createLineMatcher, type LineMatcherOptions, type LogLine } from '../../../core/match/line-matcher.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';
import { compileDefinition } from './text-config.ts';

/** 2024-05-06T07:08:09Z */
const T = 1_714_979_289;
const DOOR = compileDefinition('failregex = ^\\s*door: wrong code for <F-USER>\\w*</F-USER> from <HOST>$\n');

function event(text: string, eventTime: number | undefined = T): LogLine {
  return { text, eventTime, eventId: 'e' };
}

function feed(match: CompiledMatch, lines: readonly LogLine[], options: LineMatcherOptions = { clock: 'event' }) {
  const matcher = createLineMatcher(match, options);
  return { found: lines.map((line) => matcher.feed(line)), counts: matcher.counts(), state: matcher.state() };
}

describe('a failure', () => {
  it('has the ban key, the time, the line and the groups', () => {
    const text = '2024-05-06 07:08:00 door: wrong code for ann from 2001:DB8::1';
    expect(feed(DOOR, [event(text)]).found).toEqual([
      [
        {
          id: '2001:db8::1',
          kind: 'address',
          time: T - 9,
          eventId: 'e',
          matches: [text],
          groups: { user: 'ann', ip6: '2001:DB8::1' },
        },
      ],
    ]);
  });

  it('is not made of names or of what only looks like an address, which are counted', () => {
    const lines = ['host.example.org', '999.1.1.1', '192.0.2.07', '192.0.2.7'].map((host) =>
      event(`door: wrong code for ann from ${host}`),
    );
    const { found, counts } = feed(DOOR, lines);
    expect(found.flat().map(({ id }) => id)).toEqual(['192.0.2.7']);
    expect(counts).toEqual({ names: 1, notAddresses: 2, tooLong: 0, givenUp: 0, outOfTime: 0 });
  });

  it('counts what is no address under the text of F-ID', () => {
    const match = compileDefinition('failregex = ^badge <F-ID>\\w+</F-ID> refused at <ADDR>$\n');
    expect(feed(match, [event('badge 77 refused at 192.0.2.7')]).found[0]).toMatchObject([
      { id: '77', kind: 'other', groups: { fid: '77', ip: '192.0.2.7' } },
    ]);
  });
});

describe('the time of a failure by the clock of events', () => {
  const timeOf = (date: string, eventTime = T) =>
    feed(DOOR, [event(`${date} door: wrong code for ann from 192.0.2.7`, eventTime)]).found[0]?.[0]?.time;

  it('is the date of the line, up to 60 s from the time of the event', () => {
    expect(timeOf('2024-05-06 07:08:30')).toBe(T + 21);
    expect(timeOf('2024-05-06 07:09:09.9', T)).toBe(T + 60);
    expect(timeOf('2024-05-06 07:07:09', T + 0.9)).toBe(T - 60);
  });

  it('is the time of the event when the date is further off', () => {
    expect(timeOf('2024-05-06 07:09:10')).toBe(T);
    expect(timeOf('2024-05-06 05:08:09')).toBe(T);
  });

  it('is the time of the event when there is no date, or one that does not exist', () => {
    expect(timeOf('')).toBe(T);
    expect(timeOf('2024-02-31 07:08:09')).toBe(T);
  });

  it('takes the year of a date without one from the event', () => {
    expect(timeOf('May  6 07:08:08')).toBe(T - 1);
  });

  it('depends on no other line', () => {
    const lines = ['07:07:30 door: open', 'door: wrong code for ann from 192.0.2.7'].map((text) =>
      event(`2024-05-06 ${text}`.replace('2024-05-06 door', 'door')),
    );
    expect(feed(DOOR, lines)).toMatchObject({ found: [[], [{ time: T }]], state: undefined });
  });
});

describe('the time of a failure in a replay', () => {
  const replay = (texts: readonly string[], reference?: number) =>
    feed(
      DOOR,
      texts.map((text) => event(text, undefined)),
      { clock: 'line', ...(reference && { reference }) },
    )
      .found.flat()
      .map(({ time }) => time);
  const wrong = 'door: wrong code for ann from 192.0.2.7';

  it('is the date of the line, however long ago', () => {
    expect(replay([`2004-05-06 07:08:09 ${wrong}`])).toEqual([Date.UTC(2004, 4, 6, 7, 8, 9) / 1000]);
  });

  it('is the last date seen when the line has none, whatever lines had it', () => {
    expect(replay(['2024-05-06 07:08:09 nothing', 'no date', wrong])).toEqual([T]);
    expect(replay([`2024-05-06 07:08:08 ${wrong}`, '2024-05-06 07:08:09 nothing', wrong])).toEqual([T - 1, T]);
  });

  it('finds the last date behind thousands of lines without one', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `no date ${index}`);
    expect(replay(['2024-05-06 07:08:09 nothing', ...many, wrong])).toEqual([T]);
  });

  it('drops a failure before the first date', () => {
    expect(replay([wrong])).toEqual([]);
  });

  it('puts dates without a year before the reference', () => {
    expect(replay([`Dec 31 23:59:59 ${wrong}`, `Jan  1 00:00:01 ${wrong}`], T)).toEqual([
      Date.UTC(2023, 11, 31, 23, 59, 59) / 1000,
      Date.UTC(2024, 0, 1, 0, 0, 1) / 1000,
    ]);
    expect(replay([`Feb 29 00:00:00 ${wrong}`])).toEqual([Date.UTC(2000, 1, 29) / 1000]);
  });
});

describe('lines', () => {
  const wrong = 'door: wrong code for ann from 192.0.2.7';

  it('may keep their line ends', () => {
    expect(feed(DOOR, [event(`${wrong}\r\n`), event(`${wrong}\n`)]).found.flat()).toHaveLength(2);
  });

  it('may be several in one event, each with an id of its own', () => {
    const { found } = feed(DOOR, [event(`${wrong}\r\nnothing\n${wrong}`)]);
    expect(found[0]?.map(({ eventId }) => eventId)).toEqual(['e', 'e/2']);
  });

  it('are matched whole, or not at all: those of more than 262,144 characters', () => {
    const fits = ' '.repeat(262_144 - wrong.length) + wrong;
    const { found, counts } = feed(DOOR, [event(fits), event(` ${fits}`)]);
    expect(found.map(({ length }) => length)).toEqual([1, 0]);
    expect(counts.tooLong).toBe(1);
  });
});

describe('ignoreregex', () => {
  const failregexes = (count: number) =>
    Array.from({ length: count }, (_, index) => `^\\s*no${index} from <HOST>`).join('\n  ');
  const filter = (count: number) =>
    compileDefinition(
      `prefregex = ^\\s*srv: <F-CONTENT>.+</F-CONTENT>$\nfailregex = ${failregexes(count)}\nignoreregex = ^\\s*srv:.*trusted\n`,
    );
  const line = event('srv: no0 from 192.0.2.7 trusted');

  it('sees only F-CONTENT after a match', () => {
    expect(feed(filter(1), [line]).found[0]).toHaveLength(1);
  });

  it('sees the whole line first where there are fewer of them than failregexes but two', () => {
    expect(feed(filter(3), [line]).found[0]).toHaveLength(1);
    expect(feed(filter(4), [line]).found[0]).toHaveLength(0);
  });
});

describe('sessions', () => {
  const match = compileDefinition(
    [
      'prefregex = ^\\s*<F-MLFID>lift\\[\\d+\\]: </F-MLFID><F-CONTENT>.+</F-CONTENT>$',
      'failregex = ^<F-NOFAIL>called</F-NOFAIL> from <HOST>$',
      '            ^wrong floor$',
      '            ^<F-MLFFORGET><F-MLFGAINED>arrived</F-MLFGAINED></F-MLFFORGET>$',
    ].join('\n'),
  );

  it('carry the address from line to line, and over batches', () => {
    const first = createLineMatcher(match, { clock: 'event' });
    expect(first.feed(event('lift[1]: called from 192.0.2.7'))).toEqual([]);
    const second = createLineMatcher(match, { clock: 'event' }, JSON.parse(JSON.stringify(first.state())));
    expect(second.feed(event('lift[2]: wrong floor'))).toEqual([]);
    expect(second.feed(event('lift[1]: wrong floor'))).toMatchObject([
      { id: '192.0.2.7', matches: ['lift[1]: called from 192.0.2.7', 'lift[1]: wrong floor'] },
    ]);
  });

  it('leave nothing behind when they are over', () => {
    const { state } = feed(match, [event('lift[1]: called from 192.0.2.7'), event('lift[1]: arrived')]);
    expect(state).toBeUndefined();
  });
});

describe('a filter of several lines', () => {
  const match = compileDefinition('maxlines = 3\nfailregex = ^\\s*open <HOST>$<SKIPLINES>^\\s*slam$\n');

  it('matches over lines and over batches, and keeps what it skipped', () => {
    const matcher = createLineMatcher(match, { clock: 'event' });
    expect(matcher.feed(event('open 192.0.2.7'))).toEqual([]);
    expect(matcher.feed(event('a draught'))).toEqual([]);
    const next = createLineMatcher(match, { clock: 'event' }, JSON.parse(JSON.stringify(matcher.state())));
    expect(next.feed(event('slam'))).toMatchObject([{ id: '192.0.2.7', matches: ['open 192.0.2.7', 'slam'] }]);
    expect(next.state()).toMatchObject({ finder: { lines: [{ text: 'a draught' }] } });
  });

  it('forgets lines beyond maxlines', () => {
    const lines = ['open 192.0.2.7', 'x', 'y', 'slam'].map((text) => event(text));
    expect(feed(match, lines).found.flat()).toEqual([]);
  });
});
