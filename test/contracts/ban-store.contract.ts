import { describe, expect, it } from 'vitest';
import { lifted } from '../../core/bans/transitions.ts';
import type { BanStore } from '../../core/ports/ban-store.ts';
import type { Ban } from '../../core/records/ban.ts';

/** What every BanStore must do. @param create a store with nothing in it */
export function banStoreContract(name: string, create: () => Promise<BanStore>): void {
  describe(`BanStore contract: ${name}`, () => {
    it('returns what was written, whole', async () => {
      const store = await create();
      const permanent = aBan({ jail: 'permanent', expiresAt: undefined, bantime: -1, evidence: [] });
      const changed = lifted(lifted({ ...permanent, jail: 'changed' }, 1200), 1300);
      for (const ban of [aBan({}), permanent, { ...changed, version: 1 }]) {
        expect(await store.write(ban)).toBe('written');
        expect(await store.read(ban)).toEqual(ban);
      }
      expect(await store.read({ id: '198.51.100.1', jail: 'other' })).toBeUndefined();
    });

    it('writes a change only over the version it was computed from', async () => {
      const store = await create();
      const first = aBan({});
      expect(await store.write(lifted(first, 1601))).toBe('conflict');
      await store.write(first);
      expect(await store.write(first)).toBe('conflict');
      const second = lifted(first, 1601);
      expect(await store.write(second)).toBe('written');
      expect(await store.write(lifted(first, 1700))).toBe('conflict');
      expect(await store.read(first)).toEqual(second);
    });

    it('lets exactly one of many concurrent writers win', async () => {
      const store = await create();
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => store.write(aBan({}))));
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    });

    it('knows the records of one id in every jail', async () => {
      const store = await create();
      const bans = [aBan({ jail: 'a' }), aBan({ jail: 'b' })];
      for (const ban of [...bans, aBan({ id: '198.51.100.10' })]) await store.write(ban);
      expect(sorted(await store.ofId('198.51.100.1'))).toEqual(bans);
      expect(await store.ofId('198.51.100.2')).toEqual([]);
    });

    it('finds due bans strictly after their end, and no lifted or permanent ones', async () => {
      const store = await create();
      await store.write(aBan({ id: '198.51.100.1', expiresAt: 1600 }));
      await store.write(aBan({ id: '198.51.100.2', expiresAt: 1601 }));
      await store.write(aBan({ id: '198.51.100.3', expiresAt: undefined, bantime: -1 }));
      const ended = aBan({ id: '198.51.100.4', expiresAt: 1000 });
      await store.write(ended);
      await store.write(lifted(ended, 1001));
      const due = async (now: number) => (await gather(store.due(now))).map((key) => key.id).sort();
      expect(await due(1600)).toEqual([]);
      expect(await due(1601)).toEqual(['198.51.100.1']);
      expect(await due(9e9)).toEqual(['198.51.100.1', '198.51.100.2']);
    });

    it('lists every active ban, however many pages that takes', async () => {
      const store = await create();
      const ids = Array.from({ length: 300 }, (_, i) => `198.51.${Math.floor(i / 250)}.${i % 250}`);
      // Evidence of the longest kind, so that a page of the table's API cannot hold them all.
      const evidence = Array.from({ length: 10 }, () => 'x'.repeat(500));
      await Promise.all(ids.map((id) => store.write(aBan({ id, evidence }))));
      await store.write(aBan({ id: '198.51.9.1', expiresAt: undefined, bantime: -1 }));
      await store.write({ ...aBan({ id: '198.51.9.2' }), state: 'lifted', liftedAt: 1601 });
      const active = await gather(store.active());
      expect(active.map((ban) => ban.id).sort()).toEqual([...ids, '198.51.9.1'].sort());
      expect(active.find((ban) => ban.id === '198.51.9.1')).toMatchObject({ jail: 'sshd', expiresAt: undefined });
    });
  });
}

function aBan(changes: Partial<Ban>): Ban {
  return {
    id: '198.51.100.1',
    jail: 'sshd',
    state: 'active',
    bannedAt: 1000,
    madeAt: 1002.125,
    expiresAt: 1600,
    liftedAt: undefined,
    bantime: 600,
    banCount: 1,
    attempts: 5,
    origin: 'jail',
    evidence: ['Failed password for root', 'ünïcode 🐟'],
    keptFor: 86_400,
    version: 1,
    ...changes,
  };
}

async function gather<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

function sorted(bans: readonly Ban[]): Ban[] {
  return [...bans].sort((a, b) => (a.jail < b.jail ? -1 : 1));
}
