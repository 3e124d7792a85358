import { describe, expect, it } from 'vitest';
import { MOST_REMEMBERED } from '../../../core/intake/consumed-events.ts';
import type { LogEvent } from '../../../core/intake/log-batch.ts';
import { eventHash } from '../../../core/records/attempt.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { CONNECTIONS, SEVERAL_LINES } from '../../support/stateful-jail.ts';

const T = 1_000_000;

const at = (seconds: number, message: string, id = `${seconds} ${message}`): LogEvent => ({
  id,
  timestampMs: (T + seconds) * 1000,
  message,
});

const counting = (match: CompiledMatch) => intakeSystem([plainJail({ match, maxretry: 1000, findtime: 1_000_000 })]);

/** Names of the events that reported an attempt. */
const countedOf = (made: ReturnType<typeof counting>, events: readonly LogEvent[]) => {
  const counted = new Set(made.attempts().map((attempt) => attempt.split(' ')[3]));
  return events.filter(({ id }) => counted.has(eventHash(id))).map(({ id }) => id);
};

describe('what is carried from batch to batch', () => {
  it.each([
    { what: 'a session', match: CONNECTIONS, first: 'conn1: hello from 9.0.0.1', next: 'conn1: denied ann', last: 299 },
    { what: 'a multi-line buffer', match: SEVERAL_LINES, first: 'open from 9.0.0.1', next: 'refused', last: 420 },
  ])(
    '$what is forgotten when its time is past ($last s), in one batch as in two',
    async ({ match, first, next, last }) => {
      for (const [seconds, attempts] of [
        [last, 1],
        [last + 1, 0],
      ] as const) {
        const events = [at(0, first), at(seconds, next)];
        const once = counting(match);
        await once.feed(events);
        const twice = counting(match);
        for (const event of events) await twice.feed([event]);
        expect([once.attempts().length, twice.attempts().length]).toEqual([attempts, attempts]);
        expect(twice.attempts()).toEqual(once.attempts());
      }
    },
  );

  it('does not make a failure of an earlier line that comes again, in a batch of its own, after a second user came', async () => {
    const made = counting(CONNECTIONS);
    const [ann, bob] = [at(0, 'conn1: key of ann from 9.0.0.1'), at(1, 'conn1: key of bob from 9.0.0.1')];
    await made.feed([ann, bob]);
    await made.feed([ann]);
    expect(countedOf(made, [ann, bob])).toEqual([bob.id]);
  });

  it('remembers what was consumed when the session itself is past its time', async () => {
    const made = counting(CONNECTIONS);
    const denied = at(0, 'conn1: denied ann');
    await made.feed([denied]);
    await made.feed([at(1000, 'conn2: hello from 9.0.0.2')]);
    // Were it matched again it would be pending, and this harmless line a failure.
    await made.feed([denied]);
    await made.feed([at(1001, 'conn1: hello from 9.0.0.1')]);
    expect(made.attempts()).toEqual([]);
  });

  it('counts, of a first delivery that comes hours after later events, the lines that are failures by themselves', async () => {
    const made = counting(CONNECTIONS);
    await made.feed([at(-1, 'conn2: wrong ann from 9.0.0.2')]);
    await made.feed([at(8000, 'conn2: wrong ann from 9.0.0.2')]);
    const late = [
      at(-2, 'conn1: denied ann'),
      at(-2, 'conn1: wrong ann from 9.0.0.1'),
      at(-1, 'conn1: bye from 9.0.0.1'),
    ];
    await made.feed(late);
    expect(countedOf(made, late)).toEqual(['-2 conn1: wrong ann from 9.0.0.1']);
  });

  it('changes nothing when more events come again than it remembers', async () => {
    const made = counting(CONNECTIONS);
    const kinds = [
      'key of ann from 9.0.0.1',
      'denied bob',
      'key of bob from 9.0.0.1',
      'wrong ann from 9.0.0.2',
      'hello from 9.0.0.3',
    ];
    const events = Array.from({ length: 2 * MOST_REMEMBERED }, (_, i) =>
      at(i / 50, `conn${i % 7}: ${kinds[i % kinds.length]}`, `e${i}`),
    );
    for (let from = 0; from < events.length; from += 500) await made.feed(events.slice(from, from + 500));
    const before = made.attempts();
    expect(before.length).toBeGreaterThan(1000);
    for (let from = 0; from < events.length; from += 300) await made.feed(events.slice(from, from + 300));
    await made.feed(events);
    expect(made.attempts()).toEqual(before);
  });

  it('writes no session for lines that leave nothing behind', async () => {
    const made = counting(CONNECTIONS);
    const failing = { ...made.ports.sessions, write: async () => Promise.reject(new Error('written')) };
    await made.feed([at(0, 'nothing of note'), at(1, 'conn1: nothing of note')], { sessions: failing });
    await made.feed([at(2, 'conn1: hello from 9.0.0.1')]);
    await made.feed([at(2, 'conn1: hello from 9.0.0.1'), at(3, 'nothing of note')], { sessions: failing });
  });

  it('takes the events of a batch by their time, and those of one time as they came', async () => {
    const events = [at(1, 'conn1: denied ann'), at(0, 'conn1: hello from 9.0.0.1'), at(1, 'conn1: bye from 9.0.0.1')];
    const made = counting(CONNECTIONS);
    await made.feed(events);
    // In the order given the denial would be pending, and the last line the failure.
    expect(countedOf(made, events)).toEqual(['1 conn1: denied ann']);
  });
});
