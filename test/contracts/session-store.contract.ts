import { describe, expect, it } from 'vitest';
import type { SessionStore } from '../../core/ports/session-store.ts';

/** What every SessionStore must do. @param create a store with nothing in it */
export function sessionStoreContract(name: string, create: () => Promise<SessionStore>): void {
  const key = { jail: 'sshd', logGroup: '/var/log', logStream: 'host' };
  const first = { state: { pending: ['x'] }, consumed: ['batch 1'], keepUntil: 1300, version: 1 };

  describe(`SessionStore contract: ${name}`, () => {
    it('returns what was written to each stream of each jail', async () => {
      const store = await create();
      expect(await store.read(key, 1000)).toBeUndefined();
      expect(await store.write(key, first)).toBe('written');
      expect(await store.read(key, 1300)).toEqual(first);
      expect(await store.read({ ...key, logStream: 'other' }, 1000)).toBeUndefined();
      expect(await store.read({ ...key, jail: 'other' }, 1000)).toBeUndefined();
      const nothingCarried = { ...first, state: undefined, version: 2 };
      await store.write(key, nothingCarried);
      expect(await store.read(key, 1300)).toEqual(nothingCarried);
    });

    it('forgets the content, not the version, of a session past its time', async () => {
      const store = await create();
      await store.write(key, first);
      expect(await store.read(key, 1301)).toEqual({ state: undefined, consumed: [], keepUntil: 1300, version: 1 });
      expect(await store.write(key, { ...first, version: 2, keepUntil: 1900 })).toBe('written');
    });

    it('writes only over the version it was computed from', async () => {
      const store = await create();
      await store.write(key, first);
      expect(await store.write(key, first)).toBe('conflict');
      expect(await store.write(key, { ...first, version: 2 })).toBe('written');
      expect(await store.write(key, { ...first, version: 2 })).toBe('conflict');
    });
  });
}
