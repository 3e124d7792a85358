import { describe, expect, it } from 'vitest';
import type { Confirmation, ConfirmationStore } from '../../core/ports/confirmation-store.ts';

/** What every ConfirmationStore must do. @param create a store with nothing in it */
export function confirmationStoreContract(name: string, create: () => Promise<ConfirmationStore>): void {
  const one: Confirmation = {
    target: 'waf',
    id: '2001:db8::/64',
    bans: [
      { jail: 'sshd', bannedAt: 1000, since: 1002.25 },
      { jail: 'web "x"', bannedAt: 1500, since: 1501 },
    ],
    keepUntil: 9_999_999_999,
    missingSince: undefined,
  };
  const forGood: Confirmation = { ...one, target: 'network-acl', keepUntil: undefined, bans: one.bans.slice(0, 1) };

  describe(`ConfirmationStore contract: ${name}`, () => {
    it('returns what was put of each (target, id), whole', async () => {
      const store = await create();
      expect(await store.get([one, forGood])).toEqual([]);
      await store.put([one, forGood]);
      expect(await store.get([one])).toEqual([one]);
      expect(await store.get([forGood, forGood])).toEqual([forGood]);
      expect(await store.get([{ target: 'waf', id: '2001:db8::' }])).toEqual([]);
      expect(await store.get([{ target: 'wa', id: one.id }])).toEqual([]);
      expect(await store.get([])).toEqual([]);
    });

    it('replaces what was there; of two of one key the last counts', async () => {
      const store = await create();
      await store.put([one]);
      await store.put([forGood, { ...one, bans: [] }, { ...one, keepUntil: undefined }]);
      expect(await store.get([one])).toEqual([{ ...one, keepUntil: undefined }]);
      await store.put([]);
    });

    it('deletes, and passes over what is not there', async () => {
      const store = await create();
      await store.put([one, forGood]);
      await store.delete([one, one, { target: 'waf', id: '192.0.2.1' }]);
      await store.delete([one]);
      await store.delete([]);
      expect(await store.get([one, forGood])).toEqual([forGood]);
    });

    it('notes since when an entry is gone, but not of one that is not confirmed', async () => {
      const store = await create();
      await store.noteMissing(one, 2000.5);
      expect(await store.get([one])).toEqual([]);
      await store.put([one]);
      await store.noteMissing(one, 2000.5);
      expect(await store.get([one])).toEqual([{ ...one, missingSince: 2000.5 }]);
      await store.put([one]);
      expect(await store.get([one])).toEqual([one]);
    });

    it('knows when each target was last unsettled', async () => {
      const store = await create();
      expect(await store.unsettledAt('waf')).toBeUndefined();
      await store.unsettle('waf', 1000.5);
      expect(await store.unsettledAt('waf')).toBe(1000.5);
      await store.unsettle('waf', 2000);
      expect(await store.unsettledAt('waf')).toBe(2000);
      expect(await store.unsettledAt('network-acl')).toBeUndefined();
    });

    it('takes more at once than one call of the service does', async () => {
      const store = await create();
      const many = Array.from({ length: 233 }, (_, i): Confirmation => ({ ...one, id: `9.0.0.${i}` }));
      await store.put(many);
      expect(sorted(await store.get(many))).toEqual(sorted(many));
      await store.delete(many.slice(0, 101));
      expect(sorted(await store.get(many))).toEqual(sorted(many.slice(101)));
    });
  });
}

function sorted(all: readonly Confirmation[]): readonly Confirmation[] {
  return [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
}
