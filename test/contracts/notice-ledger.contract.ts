import { describe, expect, it } from 'vitest';
import type { NoticeEntry, NoticeLedger } from '../../core/ports/notice-ledger.ts';

/** What every NoticeLedger must do. @param create a ledger with nothing in it */
export function noticeLedgerContract(name: string, create: () => Promise<NoticeLedger>): void {
  const key = { jail: 'sshd', id: '2001:db8::/64' };
  const lease: NoticeEntry = { told: undefined, leasedUntil: 1030.5, keepUntil: undefined, version: 1 };
  const told: NoticeEntry = {
    told: { version: 3, bannedAt: 1000 },
    leasedUntil: 0,
    keepUntil: 9_999_999_999,
    version: 2,
  };

  describe(`NoticeLedger contract: ${name}`, () => {
    it('returns what was written of each (jail, id), whole', async () => {
      const ledger = await create();
      expect(await ledger.read(key)).toBeUndefined();
      for (const entry of [lease, told]) {
        expect(await ledger.write(key, entry)).toBe('written');
        expect(await ledger.read(key)).toEqual(entry);
      }
      expect(await ledger.read({ ...key, jail: 'ftp' })).toBeUndefined();
      expect(await ledger.read({ ...key, id: '2001:db8::' })).toBeUndefined();
    });

    it('gives a lease to one of many who ask at once', async () => {
      const ledger = await create();
      const answers = await Promise.all(Array.from({ length: 8 }, () => ledger.write(key, lease)));
      expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
    });

    it('writes only over the version it was computed from', async () => {
      const ledger = await create();
      expect(await ledger.write(key, told)).toBe('conflict');
      await ledger.write(key, lease);
      expect(await ledger.write(key, lease)).toBe('conflict');
      expect(await ledger.write(key, told)).toBe('written');
      expect(await ledger.read(key)).toEqual(told);
    });
  });
}
