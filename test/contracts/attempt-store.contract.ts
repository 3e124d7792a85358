import { describe, expect, it } from 'vitest';
import type { AttemptStore } from '../../core/ports/attempt-store.ts';

/** What every AttemptStore must do. @param create a store with nothing in it */
export function attemptStoreContract(name: string, create: () => Promise<AttemptStore>): void {
  const key = { jail: 'sshd', id: '198.51.100.1' };
  const [a, b, c] = [
    { time: 1000, event: 'a' },
    { time: 1001, event: 'b' },
    { time: 1001, event: 'c' },
  ] as const;

  describe(`AttemptStore contract: ${name}`, () => {
    it('adds by union and answers with everything, oldest first', async () => {
      const store = await create();
      expect(await store.add(key, [c, a], 2000)).toEqual([a, c]);
      expect(await store.add(key, [a, b, b], 2000)).toEqual([a, b, c]);
      expect(await store.add(key, [a], 2000)).toEqual([a, b, c]);
    });

    it('keeps ids and jails apart', async () => {
      const store = await create();
      await store.add(key, [a], 2000);
      expect(await store.add({ ...key, jail: 'ftp' }, [b], 2000)).toEqual([b]);
      expect(await store.add({ ...key, id: '198.51.100.2' }, [c], 2000)).toEqual([c]);
    });

    it('removes what it is told to and nothing else', async () => {
      const store = await create();
      await store.add(key, [a, b], 2000);
      await store.remove(key, [a, c]);
      await store.remove(key, []);
      expect(await store.add(key, [c], 2000)).toEqual([b, c]);
    });

    it('loses none of the attempts that many add at once', async () => {
      const store = await create();
      const all = Array.from({ length: 50 }, (_, i) => ({ time: 1000 + i, event: `e${i}` }));
      await Promise.all(all.map((attempt) => store.add(key, [attempt], 2000)));
      expect(await store.add(key, [a], 2000)).toHaveLength(51);
    });
  });
}
