import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplayEvent } from '../../../cli/replay/replay.ts';
import { replayGroups } from '../../../cli/replay/replay-groups.ts';
import { memoryLogReader } from '../../../core/memory/memory-log-reader.ts';
import type { StoredEvent } from '../../../core/ports/log-reader.ts';
import type { CompiledJail } from '../../../core/records/compiled-jail.ts';
import { compileDefinition } from '../../core/match/text-config.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { STATEFUL } from '../../support/stateful-jail.ts';

const START = Date.UTC(2025, 5, 1) / 1000;
const RULES = { maxretry: 3, findtime: 100, bantime: 150 };

/**
 * Log lines of several streams, some with a date that is off by up to a minute and a
 * half.
 */
function logOf(said: fc.Arbitrary<string>, dated: boolean): fc.Arbitrary<readonly StoredEvent[]> {
  const gap = fc.oneof({ weight: 9, arbitrary: fc.nat(20_000) }, { weight: 1, arbitrary: fc.nat(900_000) });
  const off = dated ? fc.oneof(fc.constant(0), fc.integer({ min: -90, max: 90 })) : fc.constant(0);
  const stream = fc.constantFrom('web-1', 'web-2');
  return fc.array(fc.tuple(gap, said, off, stream), { maxLength: 80, size: 'max' }).map((lines) => {
    let timestamp = START * 1000;
    return lines.map(([pause, text, seconds, logStream], index) => {
      timestamp += pause;
      const date = new Date(timestamp + seconds * 1000).toISOString().slice(0, 19);
      return { id: `${index}`, timestamp, message: dated ? `${date} ${text}` : text, logStream };
    });
  });
}

/**
 * Bans as the stack makes them, each event delivered on its own, in the order of the timestamps.
 */
async function live(jails: readonly CompiledJail[], events: readonly StoredEvent[]): Promise<readonly string[]> {
  const system = intakeSystem(jails);
  for (const { id, timestamp, message, logStream } of events) {
    await system.feed([{ id, timestampMs: timestamp, message }], {}, 0, logStream);
  }
  return system.bans();
}

async function replayed(jails: readonly CompiledJail[], events: readonly StoredEvent[], pageSize: number) {
  const reader = memoryLogReader(pageSize);
  reader.put('/log', events);
  const shown: ReplayEvent[] = [];
  const show = (event: ReplayEvent): void => {
    shown.push(event);
  };
  const span = { fromMs: START * 1000, toMs: events.at(-1)?.timestamp ?? START * 1000 };
  const groups = ['/log'];
  const progress = () => undefined;
  const result = await replayGroups({ jails, groups, span, reader, found: false, show, progress });
  const bans = shown.flatMap((event) => (event.event === 'ban' ? [`${event.jail} ${event.id} ${event.time}`] : []));
  return { result, bans: bans.sort() };
}

const plain = fc
  .tuple(fc.constantFrom('9.0.0.1', '9.0.0.2', '2001:db8:0:1::7'), fc.constantFrom('no', 'no', 'yes'))
  .map(([id, word]) => `${word} ${id}`);
const DATED = compileDefinition('failregex = ^ no <HOST>$');

const CASES = [
  { name: 'lines without a date', match: plainJail({}).match, log: logOf(plain, false) },
  { name: 'dates that are not quite those of the events', match: DATED, log: logOf(plain, true) },
  ...STATEFUL.map(({ name, match, line }) => ({ name, match, log: logOf(line, false) })),
];

describe.each(CASES)('of $name', ({ match, log }) => {
  const jails = [
    plainJail({ name: 'a', match, ...RULES }),
    plainJail({ name: 'b', match, ...RULES, maxretry: 2, bantime: 400 }),
    plainJail({ name: 'elsewhere', match, ...RULES, maxretry: 1, loggroups: ['/other'] }),
    plainJail({ name: 'again', loggroups: [], recidive: true, maxretry: 2, findtime: 4_000, bantime: 9_000 }),
  ];

  it('makes the bans that live delivery makes, recidive ones included, whatever the pages are', async () => {
    let seen = 0;
    let again = 0;
    await fc.assert(
      fc.asyncProperty(log, fc.integer({ min: 1, max: 30 }), async (events, pageSize) => {
        const { result, bans } = await replayed(jails, events, pageSize);
        expect(bans).toEqual(await live(jails, events));
        expect(result.summary).toMatchObject({ lines: events.length, bans: bans.length, unbans: bans.length });
        seen += bans.length;
        again += bans.filter((ban) => ban.startsWith('again')).length;
      }),
      { numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(100);
    expect(again).toBeGreaterThan(5);
  });
});

describe('several log groups', () => {
  it('are played in the order of time, each by the jails that read it', async () => {
    const jail = plainJail({ name: 'both', loggroups: ['/one', '/two'], maxretry: 4, findtime: 1_000 });
    const only = plainJail({ name: 'one', loggroups: ['/one'], maxretry: 2, findtime: 1_000 });
    const reader = memoryLogReader(3);
    const at = (second: number) => ({ timestamp: (START + second) * 1000, message: 'no 9.0.0.1', logStream: 's' });
    reader.put(
      '/one',
      [0, 20, 40, 60, 80].map((second) => ({ id: `1 ${second}`, ...at(second) })),
    );
    reader.put(
      '/two',
      [10, 30, 50, 70, 90].map((second) => ({ id: `2 ${second}`, ...at(second) })),
    );
    const shown: ReplayEvent[] = [];
    const reached: number[] = [];
    await replayGroups({
      jails: [jail, only],
      groups: ['/one', '/two'],
      span: { fromMs: START * 1000, toMs: (START + 100) * 1000 },
      reader,
      found: true,
      show: (event) => {
        shown.push(event);
      },
      progress: ({ done }) => {
        if (done !== undefined) reached.push(done);
        return undefined;
      },
    });
    const bans = shown.filter(({ event }) => event === 'ban');
    expect(bans).toMatchObject([
      { jail: 'one', time: START + 20 },
      { jail: 'both', time: START + 30 },
    ]);
    expect(shown[0]).toEqual({
      event: 'found',
      jail: 'both',
      id: '9.0.0.1',
      time: START,
      logGroup: '/one',
      logStream: 's',
      eventId: '1 0',
    });
    const times = shown.flatMap((event) => (event.event === 'found' && event.jail === 'both' ? [event.time] : []));
    expect(times).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90].map((second) => START + second));
    expect(reached).toEqual([...reached].sort((a, b) => a - b));
    expect(reached.at(-1)).toBeCloseTo(0.9);
  });
});
