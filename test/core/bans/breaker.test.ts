import { describe, expect, it } from 'vitest';
import { type Breaker, breakerOf } from '../../../core/bans/breaker.ts';
import { countingRun } from '../../../core/bans/count-and-ban.ts';
import type { CountingRules } from '../../../core/bans/counting-rules.ts';
import { memoryBreakerStore } from '../../../core/memory/memory-breaker-store.ts';
import type { BreakerStore } from '../../../core/ports/breaker-store.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { memoryAttemptStore } from '../../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';

const NOW = 6000;

/** A store that notes its calls, and answers as late as a table does. */
function world() {
  const calls: string[] = [];
  const events: TelemetryEvent[] = [];
  const inner = memoryBreakerStore();
  const noted = async <T>(call: string, answer: () => Promise<T>): Promise<T> => {
    calls.push(call);
    await Promise.resolve();
    return await answer();
  };
  const breakers: BreakerStore = {
    trippedAt: (jail) => noted('trippedAt', () => inner.trippedAt(jail)),
    counted: (jail, minute) => noted('counted', () => inner.counted(jail, minute)),
    count: (jail, minute, bans) => noted(`count ${bans}`, () => inner.count(jail, minute, bans)),
    trip: (jail, now) => noted('trip', () => inner.trip(jail, now)),
    reset: (jail) => inner.reset(jail),
  };
  const ports = { breakers, telemetry: { emit: (event: TelemetryEvent) => events.push(event) } };
  return { calls, events, inner, ports, run: (maxbans: number) => breakerOf('sshd', maxbans, ports, NOW) };
}

/** So many who want to ban, some at a time; returns how many could. */
async function bans(breaker: Breaker, wanted: number): Promise<number> {
  let made = 0;
  const queue = Array.from({ length: wanted }).values();
  const worker = async (): Promise<void> => {
    for (const _ of queue) {
      if (!(await breaker.admits())) continue;
      made += 1;
      await breaker.made();
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  await breaker.settle();
  return made;
}

describe('a breaker', () => {
  it('is read once and written once in a run that bans, and untouched by one that does not', async () => {
    const { run, calls } = world();
    expect(await bans(run(1000), 0)).toBe(0);
    expect(calls).toEqual([]);
    expect(await bans(run(1000), 50)).toBe(50);
    expect(calls).toEqual(['trippedAt', 'counted', 'count 50']);
  });

  it('lets a flood in one run go one past maxbans, and trips', async () => {
    const { run, calls, events, inner } = world();
    expect(await bans(run(1000), 20_000)).toBe(1001);
    expect(await inner.trippedAt('sshd')).toBe(NOW);
    expect(events).toEqual([{ kind: 'breaker-tripped', jail: 'sshd', bans: 1001 }]);
    // One call in a hundred bans, and those of the end.
    expect(calls.length).toBeLessThan(30);
    expect(await bans(run(1000), 100)).toBe(0);
  });

  it('counts what others made in the minute, and trips at the same number however bans are cut into runs', async () => {
    for (const size of [1, 7, 99, 250]) {
      const { run, events } = world();
      let made = 0;
      for (let i = 0; i < 40; i++) made += await bans(run(230), size);
      expect(made).toBe(Math.min(231, 40 * size));
      expect(events).toHaveLength(made > 230 ? 1 : 0);
    }
  });

  it('lets runs at the same time each go past it by about a hundred, and no further', async () => {
    const { run, events } = world();
    const made = await Promise.all([1, 2, 3, 4].map(() => bans(run(500), 5000)));
    const total = made.reduce((sum, one) => sum + one, 0);
    expect(total).toBeGreaterThan(500);
    expect(total).toBeLessThan(501 + 4 * 116);
    expect(events).toHaveLength(1);
  });

  it('gives back a place that was not used', async () => {
    const breaker = world().run(1);
    expect([await breaker.admits(), await breaker.admits(), await breaker.admits()]).toEqual([true, true, false]);
    breaker.notMade();
    expect([await breaker.admits(), await breaker.admits()]).toEqual([true, false]);
  });

  it('lets one ban through after a reset in the same minute, and trips again', async () => {
    const { run, inner, events } = world();
    await bans(run(3), 10);
    await inner.reset('sshd');
    expect(await bans(run(3), 10)).toBe(1);
    expect(events).toHaveLength(2);
  });

  it('is none with maxbans 0', async () => {
    const { run, calls } = world();
    expect(await bans(run(0), 5000)).toBe(5000);
    expect(calls).toEqual([]);
  });
});

describe('a counting run', () => {
  const rules: CountingRules = {
    maxretry: 1,
    findtime: 100,
    maxmatches: 0,
    banTime: () => 600,
    overalljails: false,
    dbpurgeage: 86_400,
    maxbans: 5,
  };

  async function count(changes: Partial<CountingRules>, now = NOW) {
    const { ports, events, calls } = world();
    const all = { ...ports, attempts: memoryAttemptStore(), bans: memoryBanStore() };
    const run = countingRun({ jail: 'sshd', rules: { ...rules, ...changes }, now }, all);
    for (let i = 0; i < 10; i++) {
      const attempts = [{ time: NOW, event: `e${i}`, text: '' }];
      await run.count({ key: { id: `9.0.0.${i}`, jail: 'sshd' }, attempts });
    }
    await run.settle();
    const made = (await Promise.all([...Array(10).keys()].map((i) => all.bans.ofId(`9.0.0.${i}`)))).flat().length;
    const heldBack = events.flatMap((event) => (event.kind === 'ban-held-back' ? [event.reason] : []));
    return { made, heldBack, calls };
  }

  it('stops at its breaker and reports why each ban was held back', async () => {
    expect(await count({})).toMatchObject({ made: 6, heldBack: Array(4).fill('breaker') });
  });

  it('makes none while the jail is held back, and asks no breaker', async () => {
    const { made, heldBack, calls } = await count({ heldBack: 'not yet' });
    expect({ made, heldBack, calls }).toEqual({ made: 0, heldBack: Array(10).fill('not yet'), calls: [] });
  });

  it('takes no place of the minute for bans that were over before they were made', async () => {
    expect(await count({}, NOW + 10_000)).toMatchObject({ made: 10, heldBack: [] });
  });
});
