import { describe, expect, it } from 'vitest';
import type { LeakStore } from '../../core/ports/leak-store.ts';
import type { Leak } from '../../core/records/leak.ts';

/** What every LeakStore must do. @param create a store with nothing in it */
export function leakStoreContract(name: string, create: () => Promise<LeakStore>): void {
  const key = { jail: 'sshd', id: '2001:db8::/64' };
  const leak: Leak = { ...key, bannedAt: 1000, at: 1100.5, targets: ['waf'], keepUntil: 9_999_999_999 };

  describe(`LeakStore contract: ${name}`, () => {
    it('returns what was last noted of each (id, jail), whole', async () => {
      const store = await create();
      expect(await store.of([key])).toEqual([]);
      const later = { ...leak, at: 1200, targets: ['waf', 'network-acl'], keepUntil: undefined };
      for (const each of [leak, later]) {
        await store.note(each);
        expect(await store.of([key, { ...key, jail: 'ftp' }, { ...key, id: '2001:db8::' }])).toEqual([each]);
      }
      expect(await store.of([])).toEqual([]);
    });

    it('is asked of many at once', async () => {
      const store = await create();
      const many = Array.from({ length: 130 }, (_, i): Leak => ({ ...leak, id: `9.0.0.${i}` }));
      await Promise.all(many.map((each) => store.note(each)));
      expect((await store.of(many)).map(({ id }) => id).sort()).toEqual(many.map(({ id }) => id).sort());
    });
  });
}
