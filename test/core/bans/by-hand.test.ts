import { describe, expect, it } from 'vitest';
import { banByHand, unbanByHand } from '../../../core/bans/by-hand.ts';
import { banned } from '../../../core/bans/transitions.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';

function system() {
  const events: TelemetryEvent[] = [];
  const bans = memoryBanStore();
  return { ports: { bans, telemetry: { emit: (event: TelemetryEvent) => events.push(event) } }, bans, events };
}

describe('banByHand', () => {
  it('bans an address, a range or any id, from now on', async () => {
    const { ports, bans, events } = system();
    expect(await banByHand('9.0.0.1', 'sshd', 600, ports, 1000.7)).toMatchObject({ kind: 'banned' });
    await banByHand('9.0.1.77/24', 'sshd', -1, ports, 1000);
    await banByHand('alice', 'sshd', 600, ports, 1000);
    expect(await bans.read({ id: '9.0.0.1', jail: 'sshd' })).toMatchObject({
      bannedAt: 1000,
      expiresAt: 1600,
      origin: 'manual',
      attempts: 0,
    });
    expect(await bans.read({ id: '9.0.1.0/24', jail: 'sshd' })).toMatchObject({ expiresAt: undefined });
    expect(await bans.read({ id: 'alice', jail: 'sshd' })).toMatchObject({ state: 'active' });
    expect(events.map((event) => event.kind)).toEqual(['ban-made', 'ban-made', 'ban-made']);
  });

  it('prolongs a ban that would end earlier, and leaves a longer one', async () => {
    const { ports } = system();
    await banByHand('9.0.0.1', 'sshd', 600, ports, 1000);
    expect(await banByHand('9.0.0.1', 'sshd', 60, ports, 1001)).toMatchObject({ kind: 'unchanged' });
    expect(await banByHand('9.0.0.1', 'sshd', 600, ports, 1100)).toMatchObject({
      kind: 'prolonged',
      ban: { expiresAt: 1700, banCount: 1 },
    });
    expect(await banByHand('9.0.0.1', 'sshd', -1, ports, 1100)).toMatchObject({ ban: { expiresAt: undefined } });
  });

  it("makes a jail's ban the operator's, so that it holds even against ignoreip", async () => {
    const { ports, bans } = system();
    const key = { id: '9.0.0.1', jail: 'sshd' };
    const request = {
      bannedAt: 900,
      bantime: 600,
      attempts: 5,
      origin: 'jail',
      evidence: [],
      earlier: 0,
      keptFor: 0,
    } as const;
    const made = banned(key, undefined, request, 900);
    await bans.write(made.ban);
    await banByHand('9.0.0.1', 'sshd', 60, ports, 1000);
    expect(await bans.read(key)).toMatchObject({ origin: 'manual', expiresAt: 1500, bantime: 600, version: 2 });
    expect(await banByHand('9.0.0.1', 'sshd', 60, ports, 1000)).toMatchObject({ kind: 'unchanged' });
  });

  it('refuses what would cut off half the internet', async () => {
    const { ports } = system();
    expect(await banByHand('0.0.0.0/0', 'sshd', 600, ports, 1000)).toEqual({
      kind: 'refused',
      reason: 'wider than /16',
    });
    expect(await banByHand('2600::/16', 'sshd', 600, ports, 1000)).toEqual({
      kind: 'refused',
      reason: 'wider than /32',
    });
  });
});

describe('unbanByHand', () => {
  it('lifts in one jail or in all, and returns what it lifted', async () => {
    const { ports } = system();
    for (const jail of ['a', 'b', 'c']) await banByHand('9.0.0.1', jail, 600, ports, 1000);
    expect((await unbanByHand('9.0.0.1', 'a', ports, 1100)).map((ban) => ban.jail)).toEqual(['a']);
    expect((await unbanByHand('9.0.0.1', undefined, ports, 1100)).map((ban) => ban.jail)).toEqual(['b', 'c']);
    expect(await unbanByHand('9.0.0.1', undefined, ports, 1100)).toEqual([]);
  });

  it('lifts every single address of a range, and the range', async () => {
    const { ports } = system();
    for (const id of ['9.0.0.1', '9.0.0.2', '9.0.0.0/24', '9.0.1.1', '2600::1', 'alice']) {
      await banByHand(id, 'sshd', 600, ports, 1000);
    }
    const ids = (await unbanByHand('9.0.0.0/24', undefined, ports, 1100)).map((ban) => ban.id).sort();
    expect(ids).toEqual(['9.0.0.0/24', '9.0.0.1', '9.0.0.2']);
  });

  it('forgets the history, so that the next ban is as short as the first', async () => {
    const { ports, bans } = system();
    await banByHand('9.0.0.1', 'sshd', 600, ports, 1000);
    await unbanByHand('9.0.0.1', 'sshd', ports, 1100);
    expect(await bans.read({ id: '9.0.0.1', jail: 'sshd' })).toMatchObject({
      state: 'lifted',
      liftedAt: 1100,
      banCount: 0,
    });
    expect(await banByHand('9.0.0.1', 'sshd', 600, ports, 1200)).toMatchObject({ ban: { banCount: 1 } });
  });
});
