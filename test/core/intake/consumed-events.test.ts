import { describe, expect, it } from 'vitest';
import { eventMemory, MOST_REMEMBERED, REMEMBERED_MS } from '../../../core/intake/consumed-events.ts';
import type { LogEvent } from '../../../core/intake/log-batch.ts';
import { eventHash } from '../../../core/records/attempt.ts';
import type { ConsumedEvents } from '../../../core/records/session.ts';

const NOTHING: ConsumedEvents = { runs: [], forgottenUntilMs: 0 };
const HOUR = 3_600_000;

const event = (name: string | number, timestampMs: number): LogEvent => ({ id: `e${name}`, timestampMs, message: '' });

function consume(events: readonly LogEvent[], carried = NOTHING): ConsumedEvents {
  const memory = eventMemory(carried);
  for (const one of events) memory.add(one, eventHash(one.id));
  return JSON.parse(JSON.stringify(memory.state(events.at(-1)?.timestampMs ?? 0)));
}

describe('the memory of consumed events', () => {
  it('knows an event at once and after it was carried', () => {
    const memory = eventMemory(NOTHING);
    expect(memory.standing(event(1, 1000))).toBe('new');
    memory.add(event(1, 1000), eventHash('e1'));
    expect(memory.standing(event(1, 1000))).toBe('consumed');
    expect(eventMemory(memory.state(1000)).standing(event(1, 1000))).toBe('consumed');
    expect(eventMemory(memory.state(1000)).standing(event(2, 1000))).toBe('new');
  });

  it('knows carried events whatever order they come in, and one that is as old as a run', () => {
    const events = Array.from({ length: 300 }, (_, i) => event(i, 1000 + ((i * 7919) % 300)));
    const memory = eventMemory(consume(events));
    const late = [event('new', 1299), event('newer', 5000), ...events.toReversed(), event('old', 1000)];
    const standings = late.map((one) => memory.standing(one));
    expect(standings).toEqual(['new', 'new', ...events.map(() => 'consumed'), 'new']);
  });

  it(`holds ${MOST_REMEMBERED} events in under 20 KB, and returns up to when it has forgotten the others`, () => {
    const events = Array.from({ length: 10_000 }, (_, i) => event(i, 1_000_000 + i));
    const carried = consume(events);
    expect(JSON.stringify(carried).length).toBeLessThan(20_000);
    const memory = eventMemory(carried);
    const standings = events.map((one) => memory.standing(one));
    expect(standings.filter((standing) => standing === 'new')).toEqual([]);
    expect(standings.filter((standing) => standing === 'consumed').length).toBeGreaterThan(MOST_REMEMBERED - 64);
    expect(standings.lastIndexOf('forgotten')).toBeLessThan(standings.indexOf('consumed'));
    expect(memory.standing(event('late', 1_000_000))).toBe('forgotten');
    expect(memory.standing(event('next', 1_010_000))).toBe('new');
  });

  it('forgets after an hour of the log, so that a quiet stream costs little', () => {
    const carried = consume([event('b', REMEMBERED_MS + 2)], consume([event('a', 1)]));
    expect(carried.runs).toHaveLength(1);
    expect(eventMemory(carried).standing(event('a', 1))).toBe('forgotten');
    expect(eventMemory(carried).standing(event('late', 2))).toBe('new');
  });

  it('is not emptied by an event dated in the future', () => {
    const ahead = consume([event('a', HOUR), event('ahead', 3 * HOUR)]);
    const carried = consume([event('b', HOUR + 1)], ahead);
    expect(eventMemory(carried).standing(event('b', HOUR + 1))).toBe('consumed');
    expect(eventMemory(carried).standing(event('c', HOUR + 2))).toBe('new');
  });
});
