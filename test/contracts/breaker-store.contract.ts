import { describe, expect, it } from 'vitest';
import type { BreakerStore } from '../../core/ports/breaker-store.ts';

/** What every BreakerStore must do. @param create a store with nothing in it */
export function breakerStoreContract(name: string, create: () => Promise<BreakerStore>): void {
  describe(`BreakerStore contract: ${name}`, () => {
    it('counts the bans of each minute of each jail, for all callers', async () => {
      const store = await create();
      expect(await store.counted('sshd', 100)).toBe(0);
      expect(await store.count('sshd', 100, 1)).toBe(1);
      expect(await store.count('sshd', 100, 7)).toBe(8);
      expect(await store.count('sshd', 101, 2)).toBe(2);
      expect(await store.count('ftp', 100, 3)).toBe(3);
      expect(await store.counted('sshd', 100)).toBe(8);
    });

    it('loses none when counted at the same time', async () => {
      const store = await create();
      const totals = await Promise.all([1, 2, 3, 4].map((bans) => store.count('sshd', 100, bans)));
      expect(Math.max(...totals)).toBe(10);
      expect(await store.counted('sshd', 100)).toBe(10);
    });

    it('trips once, stays tripped, and is reset once', async () => {
      const store = await create();
      expect(await store.trippedAt('sshd')).toBeUndefined();
      const trips = await Promise.all([1, 2, 3].map(() => store.trip('sshd', 1000.5)));
      expect(trips.filter(Boolean)).toHaveLength(1);
      expect(Math.floor((await store.trippedAt('sshd')) ?? 0)).toBe(1000);
      expect(await store.trippedAt('ftp')).toBeUndefined();
      expect(await store.reset('sshd')).toBe(true);
      expect(await store.reset('sshd')).toBe(false);
      expect(await store.trippedAt('sshd')).toBeUndefined();
    });
  });
}
