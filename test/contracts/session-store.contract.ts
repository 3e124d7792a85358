import { describe, expect, it } from 'vitest';
import type { SessionStore } from '../../core/ports/session-store.ts';

/** What every SessionStore must do. @param create a store with nothing in it */
export function sessionStoreContract(name: string, create: () => Promise<SessionStore>): void {
  const key = { jail: 'sshd', logGroup: '/var/log', logStream: 'host' };
  const first = {
    state: { pending: ['x'] },
    consumed: { runs: [{ untilMs: 1_000_500, names: '0000000a0000000b' }], forgottenUntilMs: 999_000 },
    keepUntil: 1300,
    version: 1,
  };

  describe(`SessionStore contract: ${name}`, () => {
    it('returns what was written to each stream of each jail', async () => {
      const store = await create();
      expect(await store.read(key)).toBeUndefined();
      expect(await store.write(key, first)).toBe('written');
      expect(await store.read(key)).toEqual(first);
      expect(await store.read({ ...key, logStream: 'other' })).toBeUndefined();
      expect(await store.read({ ...key, jail: 'other' })).toBeUndefined();
      const nothingCarried = { ...first, state: undefined, version: 2 };
      await store.write(key, nothingCarried);
      expect(await store.read(key)).toEqual(nothingCarried);
    });

    it('keeps a session whose time is past for what it consumed', async () => {
      const store = await create();
      await store.write(key, first);
      expect(await store.read(key)).toEqual(first);
      const next = { ...first, version: 2, keepUntil: 1_000_000_000 };
      expect(await store.write(key, next)).toBe('written');
      expect(await store.read(key)).toEqual(next);
    });

    it('lets one of several writers at once through', async () => {
      const store = await create();
      await store.write(key, first);
      const answers = await Promise.all([2, 2, 2, 2].map((version) => store.write(key, { ...first, version })));
      expect(answers.sort()).toEqual(['conflict', 'conflict', 'conflict', 'written']);
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
