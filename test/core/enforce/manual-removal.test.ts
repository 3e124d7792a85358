import { describe, expect, it } from 'vitest';
import { banned, lifted } from '../../../core/bans/transitions.ts';
import { ConfirmedEntries } from '../../../core/enforce/confirmed-entries.ts';
import { type EnforcementPorts, enforceChanged, reconcile } from '../../../core/enforce/enforce.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';
import { memoryBanTarget } from '../../memory/memory-ban-target.ts';
import { memoryConfirmationStore } from '../../memory/memory-confirmation-store.ts';

function system(onManualRemoval: 'reban' | 'unban' = 'unban', capacity = 100) {
  const time = { now: 100_000 };
  const clock = { now: () => time.now };
  const bans = memoryBanStore();
  const store = memoryConfirmationStore();
  const target = memoryBanTarget(capacity);
  const events: TelemetryEvent[] = [];
  const spared = new Set<string>();
  /** A cold container each minute: nothing may rest on what one remembers. */
  const ports = (): EnforcementPorts => ({
    bans,
    targets: [target],
    exempt: () => (id) => (spared.has(id) ? 'spared' : undefined),
    reaches: (jail) => jail !== 'elsewhere',
    portsOf: () => 'all',
    telemetry: { emit: (event) => events.push(event) },
    confirming: { entries: new ConfirmedEntries(store, clock), clock, onManualRemoval },
  });
  const under = {
    time,
    bans,
    store,
    target,
    events,
    spared,
    ports,
    async ban(id: string, jail = 'sshd', bantime = -1): Promise<void> {
      const record = await bans.read({ id, jail });
      const request = { bannedAt: Math.floor(time.now), bantime, attempts: 5, origin: 'jail', evidence: [] } as const;
      await bans.write(banned({ id, jail }, record, { ...request, earlier: 2, keptFor: 0 }, time.now).ban);
    },
    async minutes(count: number): Promise<void> {
      for (let i = 0; i < count; i++) {
        time.now += 60;
        await reconcile(ports());
      }
    },
    state: async (id: string, jail = 'sshd') => (await bans.read({ id, jail }))?.state,
    async standing(...ids: readonly string[]): Promise<void> {
      for (const id of ids) await under.ban(id);
      await under.minutes(5);
      expect([...target.entries]).toEqual(expect.arrayContaining([...ids]));
    },
  };
  return under;
}
const many = (count: number) => Array.from({ length: count }, (_, i) => `9.0.0.${i}`);

describe('an entry that was removed by hand', () => {
  it('is an unban in every jail that bans in the target, and in no other, when it is still gone a minute later', async () => {
    const under = system();
    await under.ban('9.0.0.1', 'ftp');
    await under.ban('9.0.0.1', 'elsewhere');
    await under.ban('9.0.0.0/24');
    await under.standing('9.0.0.1', '9.0.0.2');
    under.target.entries.delete('9.0.0.1');
    await under.minutes(1);
    expect(await under.state('9.0.0.1')).toBe('active');
    expect(under.target.entries.has('9.0.0.1')).toBe(false);
    await under.minutes(1);
    expect(await Promise.all(['sshd', 'ftp', 'elsewhere'].map((jail) => under.state('9.0.0.1', jail)))).toEqual([
      'lifted',
      'lifted',
      'active',
    ]);
    expect((await under.bans.read({ id: '9.0.0.1', jail: 'sshd' }))?.banCount).toBe(0);
    expect(under.events.filter(({ kind }) => kind === 'unbanned-in-target')).toHaveLength(2);
    expect(under.events.filter(({ kind }) => kind === 'ban-lifted')).toHaveLength(2);
    await under.minutes(3);
    expect([...under.target.entries].sort()).toEqual(['9.0.0.0/24', '9.0.0.2']);
    expect(await under.state('9.0.0.0/24')).toBe('active');
    expect(await under.store.get([{ target: 'memory', id: '9.0.0.1' }])).toEqual([]);
  });

  it('of a range is no unban of the addresses in it', async () => {
    const under = system();
    await under.standing('9.0.0.0/24', '9.0.0.1', '9.0.0.2');
    under.target.entries.delete('9.0.0.0/24');
    await under.minutes(3);
    expect(await under.state('9.0.0.0/24')).toBe('lifted');
    expect(await under.state('9.0.0.1')).toBe('active');
  });

  it('is put back with onManualRemoval = reban', async () => {
    const under = system('reban');
    await under.standing('9.0.0.1', '9.0.0.2');
    under.target.entries.delete('9.0.0.1');
    await under.minutes(1);
    expect([...under.target.entries].sort()).toEqual(['9.0.0.1', '9.0.0.2']);
    await under.minutes(5);
    expect(await under.state('9.0.0.1')).toBe('active');
  });

  it('is no unban when the operator puts it back before the second look, and is one when they remove it again', async () => {
    const under = system();
    await under.standing('9.0.0.1', '9.0.0.2');
    under.target.entries.delete('9.0.0.1');
    await under.minutes(1);
    under.target.entries.add('9.0.0.1');
    await under.minutes(3);
    expect(await under.state('9.0.0.1')).toBe('active');
    under.target.entries.delete('9.0.0.1');
    await under.minutes(1);
    expect(await under.state('9.0.0.1')).toBe('active');
    await under.minutes(1);
    expect(await under.state('9.0.0.1')).toBe('lifted');
  });

  it('is put back when a new ban, or a longer one, wants it there', async () => {
    const under = system();
    await under.standing('9.0.0.1', '9.0.0.2');
    under.target.entries.delete('9.0.0.1');
    await under.minutes(1);
    await under.ban('9.0.0.1', 'ftp');
    await under.minutes(3);
    expect(under.target.entries.has('9.0.0.1')).toBe(true);
    expect(await under.state('9.0.0.1')).toBe('active');
  });

  it('is an unban for a banner that names only some ids, too', async () => {
    const under = system();
    await under.standing('9.0.0.1', '9.0.0.2');
    const ports = under.ports();
    under.target.entries.delete('9.0.0.1');
    await under.minutes(1);
    await under.ban('9.0.0.3');
    await enforceChanged(['9.0.0.3'], ports);
    await under.minutes(1);
    expect(await under.state('9.0.0.1')).toBe('lifted');
    expect([...under.target.entries].sort()).toEqual(['9.0.0.2', '9.0.0.3']);
  });
});

describe('an entry that is gone for another reason is put back', () => {
  it.each([
    ['all were wiped out, few as they were', 3, 0],
    ['the only one was', 1, 0],
    ['more vanished at once than one person removes', 30, 19],
  ])('%s', async (_, count, left) => {
    const under = system();
    const ids = many(count);
    await under.standing(...ids);
    for (const id of ids.slice(left)) under.target.entries.delete(id);
    await under.minutes(1);
    expect([...under.target.entries].sort()).toEqual([...ids].sort());
    await under.minutes(20);
    for (const id of ids) expect(await under.state(id)).toBe('active');
  });

  it('the wipe was seen half done first', async () => {
    const under = system();
    const ids = many(12);
    await under.standing(...ids);
    for (const id of ids.slice(0, 5)) under.target.entries.delete(id);
    await under.minutes(1);
    under.target.entries.clear();
    await under.minutes(1);
    expect([...under.target.entries].sort()).toEqual([...ids].sort());
    await under.minutes(20);
    for (const id of ids) expect(await under.state(id)).toBe('active');
  });

  it('the run that put back wiped entries died half way', async () => {
    const under = system();
    const ids = many(8);
    await under.standing(...ids);
    under.target.entries.clear();
    under.time.now += 60;
    await reconcile({
      ...under.ports(),
      targets: [
        {
          ...under.target,
          converge: async (_ids, plan) => {
            const { present } = await plan(new Set());
            for (const { id } of present.slice(0, 4)) under.target.entries.add(id);
            throw new Error('killed');
          },
        },
      ],
    }).catch(() => undefined);
    expect(under.target.entries.size).toBe(4);
    await under.minutes(30);
    for (const id of ids) expect(await under.state(id)).toBe('active');
    expect(under.target.entries.size).toBe(8);
  });

  it('it was displaced in a full target, and that run died before it was recorded', async () => {
    const under = system('unban', 2);
    await under.standing('9.0.0.1', '9.0.0.2');
    await under.ban('9.0.0.3', 'sshd', 3600);
    under.time.now += 1;
    await under.ban('9.0.0.3');
    await under.ban('9.0.0.4');
    const nothing = async () => undefined;
    const entries = new ConfirmedEntries(
      { ...under.store, put: nothing, delete: nothing },
      { now: () => under.time.now },
    );
    const ports = under.ports();
    await reconcile({ ...ports, confirming: ports.confirming && { ...ports.confirming, entries } });
    expect([...under.target.entries].sort()).toEqual(['9.0.0.3', '9.0.0.4']);
    // Room again.
    for (const id of ['9.0.0.3', '9.0.0.4']) {
      const record = await under.bans.read({ id, jail: 'sshd' });
      if (record)
        await under.bans.write({ ...record, state: 'lifted', liftedAt: under.time.now, version: record.version + 1 });
    }
    under.target.entries.delete('9.0.0.4');
    await under.minutes(30);
    expect([...under.target.entries].sort()).toEqual(['9.0.0.1', '9.0.0.2']);
  });

  it('we took it out ourselves while it was spared', async () => {
    const under = system();
    await under.standing('9.0.0.1', '9.0.0.2', '9.0.0.3');
    under.spared.add('9.0.0.1');
    const nothing = async () => undefined;
    const entries = new ConfirmedEntries(
      { ...under.store, put: nothing, delete: nothing },
      { now: () => under.time.now },
    );
    const ports = under.ports();
    // The run that removed it did not record that.
    await reconcile({ ...ports, confirming: ports.confirming && { ...ports.confirming, entries } });
    expect(under.target.entries.has('9.0.0.1')).toBe(false);
    under.spared.clear();
    await under.minutes(30);
    expect(await under.state('9.0.0.1')).toBe('active');
    expect(under.target.entries.has('9.0.0.1')).toBe(true);
  });

  it('it has stood there for a moment only, or for another ban', async () => {
    const under = system();
    await under.standing('9.0.0.1', '9.0.0.2');
    await under.ban('9.0.0.3');
    await under.minutes(1);
    under.target.entries.delete('9.0.0.3');
    await under.minutes(1);
    expect(under.target.entries.has('9.0.0.3')).toBe(true);
    const record = await under.bans.read({ id: '9.0.0.1', jail: 'sshd' });
    if (record)
      await under.bans.write({ ...record, state: 'lifted', liftedAt: under.time.now, version: record.version + 1 });
    await under.ban('9.0.0.1');
    under.target.entries.delete('9.0.0.1');
    await under.minutes(5);
    expect(under.target.entries.has('9.0.0.1')).toBe(true);
  });

  it('it stood there for a ban that was lifted and made anew within the same second', async () => {
    const under = system();
    await under.standing('9.0.0.2');
    await under.ban('9.0.0.1');
    await reconcile(under.ports());
    const record = await under.bans.read({ id: '9.0.0.1', jail: 'sshd' });
    if (record) await under.bans.write(lifted(record, under.time.now));
    // The run that removed it died, and no run followed for a while.
    under.target.entries.delete('9.0.0.1');
    await under.ban('9.0.0.1');
    under.time.now += 200;
    await under.minutes(5);
    expect(await under.state('9.0.0.1')).toBe('active');
    expect(under.target.entries.has('9.0.0.1')).toBe(true);
  });
});
