import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExpiryPorts, liftDueBans } from '../../../core/bans/expire.ts';
import { banned } from '../../../core/bans/transitions.ts';
import type { BanStore } from '../../../core/ports/ban-store.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';
import { memoryOverdueBans } from '../../memory/memory-overdue-bans.ts';

const NO_DEADLINE = 9e9;

async function withBans(bantimes: readonly number[]) {
  const bans = memoryBanStore();
  const keys = bantimes.map((_, i) => ({ id: `9.0.0.${i}`, jail: 'sshd' }));
  for (const [i, bantime] of bantimes.entries()) {
    const request = {
      bannedAt: 1000,
      bantime,
      attempts: 5,
      origin: 'jail',
      evidence: [],
      earlier: 0,
      keptFor: 0,
    } as const;
    const transition = banned(keys[i] ?? { id: '', jail: '' }, undefined, request, 1000);
    await bans.write(transition.ban);
  }
  const events: TelemetryEvent[] = [];
  let now = 1000;
  /** Seconds that pass with each look at the clock. */
  let pace = 0;
  const clock = {
    now: () => {
      now += pace;
      return now;
    },
    sleep: async () => undefined,
  };
  const telemetry = { emit: (event: TelemetryEvent) => events.push(event) };
  const ports: ExpiryPorts = { bans, overdue: memoryOverdueBans(bans), clock, telemetry };
  const at = (time: number, secondsEachLook = 0) => {
    now = time;
    pace = secondsEachLook;
  };
  const states = async () => (await Promise.all(keys.map((key) => bans.read(key)))).map((ban) => ban?.state);
  const told = () => events.flatMap((event) => (event.kind === 'ban-lifted' ? [event.ban.id] : []));
  return { ports, bans, events, at, states, told };
}

/** A store that hands out due bans in small pages, as a table does. */
function inPages(bans: BanStore, size: number): BanStore {
  return {
    ...bans,
    async *due(now) {
      for await (const page of bans.due(now)) {
        for (let from = 0; from < page.length; from += size) yield page.slice(from, from + size);
      }
    },
  };
}

/** A store whose k-th write, done or not, is the last thing the run does. */
function dyingAt(k: number, done: boolean, bans: BanStore): BanStore {
  let writes = 0;
  const unlessDead = async <T>(call: () => Promise<T>): Promise<T> => {
    if (writes >= k) throw new Error('killed');
    return await call();
  };
  return {
    ...bans,
    read: (key) => unlessDead(() => bans.read(key)),
    write: (ban) =>
      unlessDead(async () => {
        writes += 1;
        if (writes < k) return await bans.write(ban);
        if (done) await bans.write(ban);
        throw new Error('killed');
      }),
  };
}

describe('liftDueBans', () => {
  it('lifts what is over, nothing early, permanent bans never', async () => {
    const { ports, states, told, at } = await withBans([600, 601, -1]);
    at(1600);
    expect(await liftDueBans(ports, NO_DEADLINE)).toMatchObject({ lifted: 0 });
    at(1601);
    const run = await liftDueBans(ports, NO_DEADLINE);
    expect(run).toEqual({ lifted: 1, oldestOverdue: 1, finished: true, left: 0, oldestLeft: 0 });
    at(4e9);
    await liftDueBans(ports, NO_DEADLINE);
    expect(await states()).toEqual(['lifted', 'lifted', 'active']);
    expect(told()).toHaveLength(2);
  });

  it('lifts and reports each ban once when two run at the same time', async () => {
    const { ports, told, at } = await withBans(Array(50).fill(600));
    at(2000);
    const runs = await Promise.all([liftDueBans(ports, NO_DEADLINE), liftDueBans(ports, NO_DEADLINE)]);
    expect(runs.reduce((sum, run) => sum + run.lifted, 0)).toBe(50);
    expect(told()).toHaveLength(50);
    expect(runs.map((run) => run.left)).toEqual([0, 0]);
  });

  it('stops when its time is up, in the middle of a page, reports what is left, and continues there the next time', async () => {
    // The later in the list, the longer overdue.
    const { ports, states, told, at, events } = await withBans(Array.from({ length: 200 }, (_, i) => 800 - i));
    const paged = { ...ports, bans: inPages(ports.bans, 80) };
    at(2000, 0.5);
    const first = await liftDueBans(paged, 2050);
    // One page is done, and of the next one a part. What is left is the head of the list, its last
    // entry the most overdue.
    expect(first.lifted).toBeGreaterThan(80);
    expect(first.lifted).toBeLessThan(120);
    expect(first).toMatchObject({ finished: false, left: 200 - first.lifted });
    expect(first.oldestOverdue).toBeCloseTo(2000.5 - (1000 + 800 - 199));
    expect(first.oldestLeft).toBeCloseTo(2000.5 - (1000 + 800 - (199 - first.lifted)));
    expect(events.at(-1)).toEqual({ kind: 'expiry-run', ...first });
    expect((await states()).indexOf('lifted')).toBe(200 - first.lifted);
    at(2060, 0.5);
    expect(await liftDueBans(paged, 2110)).toMatchObject({ lifted: first.lifted, finished: false });
    at(2120, 0.5);
    expect(await liftDueBans(paged, 2170)).toMatchObject({ left: 0, oldestLeft: 0, finished: true });
    expect(new Set(told()).size).toBe(200);
    expect(told()).toHaveLength(200);
  });

  it('reads no page that it has no time for', async () => {
    const { ports, at, bans } = await withBans(Array(200).fill(600));
    let pages = 0;
    const paged = inPages(bans, 10);
    const counting: BanStore = {
      ...paged,
      async *due(now) {
        for await (const page of paged.due(now)) {
          pages += 1;
          yield page;
        }
      },
    };
    at(2000, 1);
    await liftDueBans({ ...ports, bans: counting }, 2025);
    expect(pages).toBeLessThanOrEqual(3);
  });

  it('does nothing with no time at all, and reports what waits', async () => {
    const { ports, at } = await withBans([600, 700]);
    at(2000);
    const run = await liftDueBans(ports, 2000);
    expect(run).toEqual({ lifted: 0, oldestOverdue: 0, finished: false, left: 2, oldestLeft: 400 });
  });

  it('ends with every due ban lifted once when a run is killed at any write, alone or beside another run', async () => {
    const bantimes = fc.array(fc.constantFrom(-1, 500, 600, 700, 5000), { minLength: 20, maxLength: 60, size: 'max' });
    const death = fc.record({ at: fc.integer({ min: 1, max: 12 }), done: fc.boolean(), beside: fc.boolean() });
    let killed = 0;
    await fc.assert(
      fc.asyncProperty(bantimes, fc.array(death, { maxLength: 5, size: 'max' }), async (times, deaths) => {
        const { ports, states, at, bans } = await withBans(times);
        at(2000);
        for (const { at: k, done, beside } of deaths) {
          const dying = liftDueBans({ ...ports, bans: dyingAt(k, done, inPages(bans, 7)) }, NO_DEADLINE);
          const other = beside ? liftDueBans({ ...ports, bans: inPages(bans, 7) }, NO_DEADLINE) : undefined;
          await dying.catch(() => {
            killed += 1;
          });
          await other;
        }
        await liftDueBans(ports, NO_DEADLINE);
        expect(await states()).toEqual(times.map((time) => (time > 0 && time < 1000 ? 'lifted' : 'active')));
        for (const [i] of times.entries()) {
          const ban = await bans.read({ id: `9.0.0.${i}`, jail: 'sshd' });
          expect(ban?.version).toBe(ban?.state === 'lifted' ? 2 : 1);
        }
      }),
      { numRuns: 150 },
    );
    expect(killed).toBeGreaterThan(100);
  });

  it('does not let a record that cannot be read keep the others in force', async () => {
    const { ports, states, at, bans } = await withBans(Array(30).fill(600));
    at(2000);
    const read: BanStore['read'] = async (key) => {
      if (key.id === '9.0.0.3') throw new Error('not a ban');
      return await bans.read(key);
    };
    const broken = { ...ports, bans: { ...bans, read } };
    await expect(liftDueBans(broken, NO_DEADLINE)).rejects.toThrow('not a ban');
    expect((await states()).filter((state) => state === 'active')).toHaveLength(1);
  });

  it('gives up early on a store that never answers, and reports all that is left', async () => {
    const { ports, at, bans, events } = await withBans(Array(500).fill(600));
    at(2000);
    let asked = 0;
    const read: BanStore['read'] = () => {
      asked += 1;
      return Promise.reject(new Error('no answer'));
    };
    await expect(liftDueBans({ ...ports, bans: { ...bans, read } }, NO_DEADLINE)).rejects.toThrow('no answer');
    expect(asked).toBeLessThan(60);
    expect(events).toEqual([expect.objectContaining({ kind: 'expiry-run', lifted: 0, finished: false, left: 500 })]);
  });
});
