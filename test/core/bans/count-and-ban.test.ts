import { describe, expect, it } from 'vitest';
import { countAndBan } from '../../../core/bans/count-and-ban.ts';
import type { CountingRules } from '../../../core/bans/counting-rules.ts';
import { KnownBans } from '../../../core/bans/known-bans.ts';
import { banned } from '../../../core/bans/transitions.ts';
import { memoryBreakerStore } from '../../../core/memory/memory-breaker-store.ts';
import type { AttemptStore } from '../../../core/ports/attempt-store.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import type { EvidenceLine } from '../../../core/records/attempt.ts';
import { memoryAttemptStore } from '../../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';

const RULES: CountingRules = {
  maxretry: 3,
  findtime: 100,
  maxmatches: 3,
  banTime: () => 600,
  overalljails: false,
  dbpurgeage: 86_400,
  maxbans: 0,
};
const key = { id: '9.0.0.1', jail: 'sshd' };

function system(rules: Partial<CountingRules> = {}) {
  const adds: number[] = [];
  const inner = memoryAttemptStore();
  const attempts: AttemptStore = {
    ...inner,
    add: (id, added, keepUntil) => {
      adds.push(added.attempts.length);
      return inner.add(id, added, keepUntil);
    },
  };
  const bans = memoryBanStore();
  const events: TelemetryEvent[] = [];
  const breakers = memoryBreakerStore();
  const ports = {
    attempts,
    bans,
    breakers,
    telemetry: { emit: (e: TelemetryEvent) => events.push(e) },
  };
  const known = new KnownBans();
  const count = (list: readonly EvidenceLine[], now = 0) =>
    countAndBan({ key, attempts: list }, { jail: key.jail, rules: { ...RULES, ...rules }, now, known }, ports);
  const held = async () => await inner.read(key);
  return { count, bans, breakers, ports, adds, events, held };
}

const at = (time: number): EvidenceLine => ({ time, event: `e${time}`, text: `line of ${time}` });
const range = (from: number, to: number): EvidenceLine[] => Array.from({ length: to - from }, (_, i) => at(from + i));

describe('countAndBan', () => {
  it('keeps the lines that led to the ban, those of earlier batches too, and none that came after', async () => {
    const { count, bans } = system();
    await count([at(1)]);
    await count([at(50)]);
    await count([at(60), at(70)]);
    expect(await bans.read(key)).toMatchObject({
      bannedAt: 60,
      attempts: 3,
      evidence: ['line of 1', 'line of 50', 'line of 60'],
    });
  });

  it('keeps no line that lies before the window, at most maxmatches, and none when maxmatches is 0', async () => {
    const early = system({ maxmatches: 10 });
    await early.count([at(1), at(150), at(160), at(170)]);
    expect((await early.bans.read(key))?.evidence).toEqual(['line of 150', 'line of 160', 'line of 170']);
    const two = system({ maxmatches: 2 });
    await two.count(range(1, 4));
    expect((await two.bans.read(key))?.evidence).toEqual(['line of 2', 'line of 3']);
    const none = system({ maxmatches: 0 });
    await none.count(range(1, 4));
    expect((await none.bans.read(key))?.evidence).toEqual([]);
    expect((await none.held()).lines).toEqual([]);
  });

  it('adds a flood in slices, so that no item outgrows the table, and stops adding at the ban', async () => {
    const { count, adds, bans, events } = system();
    await count(range(0, 100_000));
    expect(adds.length).toBeLessThanOrEqual(100);
    expect(Math.max(...adds)).toBe(1000);
    expect((await bans.read(key))?.banCount).toBe(166);
    expect(events.filter((event) => event.kind === 'attempts-late')).not.toEqual([]);
    const forGood = system({ banTime: () => -1 });
    await forGood.count(range(0, 100_000));
    expect(forGood.adds).toEqual([1000]);
  });

  it('holds few attempts and lines, however long an id stays below the threshold', async () => {
    const { count, held, bans } = system({ maxmatches: 50 });
    for (let time = 0; time < 20_000; time += 51) await count([at(time)]);
    expect(await bans.read(key)).toBeUndefined();
    expect((await held()).attempts.length).toBeLessThanOrEqual(7);
    expect((await held()).lines.length).toBeLessThanOrEqual(7);
  });

  it('bounds the set at maxretry 1,000', async () => {
    const { count, held, bans } = system({ maxretry: 1000, findtime: 1000, maxmatches: 1000 });
    for (let time = 0; time < 20_000; time += 3) await count([at(time)]);
    expect(await bans.read(key)).toBeUndefined();
    expect((await held()).attempts.length).toBeLessThanOrEqual(2001);
    expect((await held()).lines.length).toBeLessThanOrEqual(41);
  });

  it('records, without enforcing, a ban that is over by the time it is found', async () => {
    const { count, bans, events } = system();
    await count(range(0, 3), 10_000);
    expect(await bans.read(key)).toMatchObject({ state: 'lifted', bannedAt: 2, liftedAt: 602 });
    expect(events.map((event) => event.kind)).toContain('ban-missed');
    await count(range(3, 50), 10_000);
    expect(await bans.read(key)).toMatchObject({ banCount: 1 });
  });

  it('lengthens the bans of those who come back, and forgets after dbpurgeage', async () => {
    const { count, bans } = system({ banTime: (earlier) => 600 * 2 ** earlier });
    const lengths: number[] = [];
    let time = 1000;
    for (let round = 0; round < 3; round++) {
      await count(range(time, time + 3), time);
      const ban = await bans.read(key);
      lengths.push(ban?.bantime ?? 0);
      time = (ban?.expiresAt ?? 0) + 1;
    }
    time += 10 * 86_400;
    await count(range(time, time + 3), time);
    expect([...lengths, (await bans.read(key))?.bantime]).toEqual([600, 1200, 2400, 600]);
    expect(await bans.read(key)).toMatchObject({ banCount: 1 });
  });

  it('counts the bans of all jails on request', async () => {
    const { count, bans } = system({ banTime: (earlier) => 100 + earlier, overalljails: true });
    const elsewhere = { bannedAt: 0, bantime: 60, attempts: 1, origin: 'jail', evidence: [], keptFor: 0 } as const;
    const { ban } = banned({ ...key, jail: 'ftp' }, undefined, { ...elsewhere, earlier: 4 }, 0);
    await bans.write(ban);
    await count(range(1000, 1003), 1000);
    expect(await bans.read(key)).toMatchObject({ bantime: 105, banCount: 1 });
  });

  it('lets chance fall the same way when the same ban is computed again', async () => {
    const lengths = await Promise.all(
      [1, 2].map(async () => {
        const { count, bans } = system({ banTime: (_, luck) => Math.floor(luck * 1e9) });
        await count(range(1000, 1003), 1000);
        return (await bans.read(key))?.bantime;
      }),
    );
    expect(lengths[0]).toBe(lengths[1]);
    expect(lengths[0]).toBeGreaterThan(0);
  });

  it('stops banning, and reports it once, when a jail makes more bans in a minute than maxbans; goes on when reset', async () => {
    const { ports, breakers, bans, events } = system();
    const rules = { ...RULES, maxbans: 2 };
    const attack = async (n: number, time: number): Promise<boolean> => {
      const victim = { id: `9.0.1.${n}`, jail: 'sshd' };
      await countAndBan({ key: victim, attempts: range(time, time + 3) }, { jail: 'sshd', rules, now: time }, ports);
      return (await bans.read(victim)) !== undefined;
    };
    const banned: boolean[] = [];
    for (const n of [1, 2, 3, 4, 5]) banned.push(await attack(n, 6000 + n));
    expect(banned).toEqual([true, true, true, false, false]);
    expect(events.filter((event) => event.kind === 'breaker-tripped')).toEqual([
      { kind: 'breaker-tripped', jail: 'sshd', bans: 3 },
    ]);
    expect(events.filter((event) => event.kind === 'ban-held-back')).toHaveLength(2);
    expect(await attack(6, 9000)).toBe(false);
    await breakers.reset('sshd');
    // What was held back is made at the next attempt, while the window is still full.
    expect(await attack(6, 9001)).toBe(true);
  });

  it('does not trip on as many bans spread over minutes', async () => {
    const { ports, events } = system();
    const rules = { ...RULES, maxbans: 2 };
    for (let n = 0; n < 20; n++) {
      const time = 6000 + n * 31;
      await countAndBan(
        { key: { id: `9.0.1.${n}`, jail: 'sshd' }, attempts: range(time, time + 3) },
        { jail: 'sshd', rules, now: time },
        ports,
      );
    }
    expect(events.filter((event) => event.kind === 'breaker-tripped')).toEqual([]);
  });
});
