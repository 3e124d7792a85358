import { describe, expect, it } from 'vitest';
import type { AttemptStore } from '../../core/ports/attempt-store.ts';
import type { Attempt } from '../../core/records/attempt.ts';

/** What every AttemptStore must do. @param create a store with nothing in it */
export function attemptStoreContract(name: string, create: () => Promise<AttemptStore>): void {
  const key = { jail: 'sshd', id: '198.51.100.1' };
  const [a, b, c]: readonly [Attempt, Attempt, Attempt] = [
    { time: 1000, event: 'a' },
    { time: 1001, event: 'b' },
    { time: 1001, event: 'c' },
  ];

  const only = (...attempts: readonly (typeof a)[]) => ({ attempts, lines: [] });

  describe(`AttemptStore contract: ${name}`, () => {
    it('adds by union and answers with everything, oldest first', async () => {
      const store = await create();
      expect(await store.add(key, only(c, a), 2000)).toEqual(only(a, c));
      expect(await store.add(key, only(a, b, b), 2000)).toEqual(only(a, b, c));
      expect(await store.add(key, only(a), 2000)).toEqual(only(a, b, c));
    });

    it('keeps lines with the attempts, whatever stands in them', async () => {
      const store = await create();
      const lines = [
        { ...a, text: 'Failed password for # from #1#' },
        { ...b, text: 'ünïcode 🐟' },
        { ...c, text: '' },
      ];
      await store.add(key, { attempts: [a], lines: lines.slice(1) }, 2000);
      expect(await store.add(key, { attempts: [a], lines }, 2000)).toEqual({ attempts: [a], lines });
      await store.remove(key, { attempts: [], lines: lines.slice(0, 2) });
      expect(await store.add(key, only(b), 2000)).toEqual({ attempts: [a, b], lines: lines.slice(2) });
    });

    it('keeps ids and jails apart', async () => {
      const store = await create();
      await store.add(key, only(a), 2000);
      expect(await store.add({ ...key, jail: 'ftp' }, only(b), 2000)).toEqual(only(b));
      expect(await store.add({ ...key, id: '198.51.100.2' }, only(c), 2000)).toEqual(only(c));
    });

    it('removes the given elements and nothing else', async () => {
      const store = await create();
      await store.add(key, only(a, b), 2000);
      await store.remove(key, only(a, c));
      await store.remove(key, only());
      expect(await store.add(key, only(c), 2000)).toEqual(only(b, c));
    });

    it('loses none of the attempts that many add at once', async () => {
      const store = await create();
      const all = Array.from({ length: 50 }, (_, i) => ({ time: 1000 + i, event: `e${i}` }));
      await Promise.all(all.map((attempt) => store.add(key, only(attempt), 2000)));
      await store.add(key, only(a), 2000);
      expect((await store.read(key)).attempts).toHaveLength(51);
    });

    it('reads what is there, and nothing where nothing is', async () => {
      const store = await create();
      expect(await store.read(key)).toEqual(only());
      await store.add(key, { attempts: [a, b], lines: [{ ...a, text: 'x' }] }, 2000);
      expect(await store.read(key)).toEqual({ attempts: [a, b], lines: [{ ...a, text: 'x' }] });
    });

    it('adds nothing that would outgrow an item of 400 KB, and takes more once some is removed', async () => {
      const store = await create();
      const many = (from: number) => ({
        attempts: [],
        lines: Array.from({ length: 300 }, (_, i) => ({ time: from + i, event: 'a', text: 'x'.repeat(500) })),
      });
      for (const from of [1000, 1300]) await store.add(key, many(from), 2000);
      expect(await store.add(key, many(1600), 2000)).toBe('too-large');
      expect((await store.read(key)).lines).toHaveLength(600);
      await store.remove(key, many(1000));
      expect(await store.add(key, many(1600), 2000)).not.toBe('too-large');
      expect((await store.read(key)).lines[0]?.time).toBe(1300);
    });
  });
}
