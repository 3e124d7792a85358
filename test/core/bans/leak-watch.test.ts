import { describe, expect, it } from 'vitest';
import { type CountingPorts, countAndBan } from '../../../core/bans/count-and-ban.ts';
import { KnownBans } from '../../../core/bans/known-bans.ts';
import { LeakWatch } from '../../../core/bans/leak-watch.ts';
import { lifted } from '../../../core/bans/transitions.ts';
import { memoryBreakerStore } from '../../../core/memory/memory-breaker-store.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import type { Ban } from '../../../core/records/ban.ts';
import { memoryAttemptStore } from '../../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';
import { memoryConfirmationStore } from '../../memory/memory-confirmation-store.ts';
import { memoryLeakStore } from '../../memory/memory-leak-store.ts';

const ID = '9.0.0.1';

/**
 * A matcher's container that knows of a ban made at 1000 in each of these jails; its clock is that
 * of the latest attempt.
 */
async function system({ id = ID, jails = ['sshd'], bantime = 10_000 } = {}) {
  const time = { now: 1000 };
  const clock = { now: () => time.now };
  const confirmations = memoryConfirmationStore();
  const leaks = memoryLeakStore();
  const calls = { reads: 0, notes: 0, writes: 0 };
  const events: TelemetryEvent[] = [];
  const bans = memoryBanStore();
  const known = new KnownBans();
  const attempts = memoryAttemptStore();
  const ports: CountingPorts = {
    bans,
    attempts: {
      ...attempts,
      add: (...args) => {
        calls.writes++;
        return attempts.add(...args);
      },
    },
    breakers: memoryBreakerStore(),
    telemetry: { emit: (event) => events.push(event) },
    leaks: new LeakWatch({
      confirmations: {
        get: (keys) => {
          calls.reads++;
          return confirmations.get(keys);
        },
      },
      leaks: {
        note: (leak) => {
          calls.notes++;
          return leaks.note(leak);
        },
      },
      clock,
      targets: ['waf', 'network-acl', 'blocklist'],
      reaches: (jail, target) => jail !== 'dry' && target !== 'blocklist',
    }),
  };
  for (const jail of jails) {
    const ban: Ban = {
      id,
      jail,
      state: 'active',
      bannedAt: 1000,
      expiresAt: 1000 + bantime,
      liftedAt: undefined,
      bantime,
      banCount: 1,
      attempts: 3,
      origin: 'jail',
      evidence: [],
      keptFor: 86_400,
      version: 1,
    };
    await bans.write(ban);
    known.keep({ id, jail }, ban);
  }
  const rules = { maxretry: 3, findtime: 100, maxmatches: 3, maxbans: 0, dbpurgeage: 86_400, overalljails: false };
  return {
    calls,
    events,
    bans,
    leaks: (jail = 'sshd') => leaks.of([{ id, jail }]),
    confirm: (target: string, since: number, bannedAt = 1000, jail = 'sshd') =>
      confirmations.put([
        { target, id, bans: [{ jail, bannedAt, since }], keepUntil: undefined, missingSince: undefined },
      ]),
    async attempt(times: readonly number[], jail = 'sshd'): Promise<void> {
      time.now = Math.max(time.now, ...times);
      const lines = times.map((at, i) => ({ time: at, event: `${at}-${i}`, text: 'line' }));
      const counting = { jail, rules: { ...rules, banTime: () => 600 }, now: time.now, known };
      await countAndBan({ key: { id, jail }, attempts: lines }, counting, ports);
    },
    kinds: () => events.map(({ kind }) => kind),
  };
}

describe('attempts of a banned id', () => {
  it('leak when they come more than a minute after a target confirmed the ban; the jail and the targets are notified', async () => {
    const { attempt, confirm, events, leaks } = await system();
    await confirm('waf', 1003);
    await confirm('network-acl', 1020);
    await attempt([1001, 1062, 1063, 1064, 1070]);
    expect(events).toEqual([
      { kind: 'attempts-while-banned', jail: 'sshd', id: ID, attempts: 2, targets: ['waf'] },
      { kind: 'attempts-late', jail: 'sshd', id: ID, attempts: 3 },
    ]);
    await attempt([1081]);
    expect(events.at(-1)).toMatchObject({ attempts: 1, targets: ['waf', 'network-acl'] });
    expect(await leaks()).toMatchObject([
      { bannedAt: 1000, at: 1070, targets: ['waf'], keepUntil: 11_000 + 30 * 86_400 },
    ]);
  });

  it.each([
    ['before any target has confirmed the ban', async () => undefined],
    ['where a target has confirmed an earlier ban only', ({ confirm }) => confirm('waf', 1003, 900)],
    ['where a target has confirmed the ban of another jail only', ({ confirm }) => confirm('waf', 1003, 1000, 'ftp')],
    ['where the jail does not ban in the target', ({ confirm }) => confirm('blocklist', 1003)],
    ['within a minute of the confirmation', ({ confirm }) => confirm('waf', 1940)],
    [
      'when the ban has been lifted since',
      async ({ confirm, bans }) => {
        await confirm('waf', 1003);
        const record = await bans.read({ id: ID, jail: 'sshd' });
        if (record) await bans.write(lifted(record, 2500));
      },
    ],
  ] satisfies [string, (under: Awaited<ReturnType<typeof system>>) => Promise<void>][])(
    'are no leak %s',
    async (_, prepare) => {
      const under = await system();
      await prepare(under);
      await under.attempt([1500, 2000]);
      expect(under.events).toEqual([{ kind: 'attempts-late', jail: 'sshd', id: ID, attempts: 2 }]);
      expect(await under.leaks()).toEqual([]);
    },
  );

  it('raise nothing in a dry run, nor where the id is no address, and cost no read', async () => {
    for (const options of [{ jails: ['dry'] }, { id: 'alice' }]) {
      const { attempt, confirm, kinds, calls } = await system(options);
      const [jail = 'sshd'] = options.jails ?? [];
      await confirm('waf', 1003, 1000, jail);
      await attempt([2000], jail);
      expect(kinds()).toEqual(['attempts-late']);
      expect(calls.reads).toBe(0);
    }
  });

  it('cost, flooding, one read a minute and one note, and no attempt is written', async () => {
    const { attempt, confirm, calls, events } = await system({ jails: ['sshd', 'ftp'] });
    await confirm('waf', 1003);
    for (let now = 2000; now < 2600; now += 0.5) {
      await attempt(Array.from({ length: 20 }, () => Math.floor(now)));
      await attempt([Math.floor(now)], 'ftp');
    }
    expect(calls).toEqual({ reads: 10, notes: 10, writes: 0 });
    const leaked = events.filter((event) => event.kind === 'attempts-while-banned');
    expect(leaked.reduce((sum, event) => sum + ('attempts' in event ? Number(event.attempts) : 0), 0)).toBe(24_000);
  });

  it('are read of again within a minute of the confirmation', async () => {
    const { attempt, confirm, kinds } = await system();
    await attempt([2000]);
    await confirm('waf', 2010);
    await attempt([2071]);
    expect(kinds()).toEqual(['attempts-late', 'attempts-while-banned']);
  });
});
