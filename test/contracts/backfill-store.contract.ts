import { describe, expect, it } from 'vitest';
import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import {
  type BackfillLedger,
  type BackfillOrder,
  type BackfillProgress,
  NOTHING_YET,
} from '../../core/records/backfill.ts';

/** What every BackfillStore must do. @param create a store with nothing in it */
export function backfillStoreContract(name: string, create: () => Promise<BackfillStore>): void {
  const order: BackfillOrder = {
    id: 7,
    kind: 'request',
    logGroup: '/cloudjail/var/log/auth.log',
    jails: ['sshd', 'pam-generic'],
    fromMs: 1_000_000_001,
    toMs: 2_000_000_002,
    orderedAt: 2_000_000,
  };
  const tally = { events: 5, failures: 4, bans: 3, missed: 2, heldBack: 1 };
  const ledger: BackfillLedger = {
    reads: [{ logGroup: '/aws/ecs/web-*', jails: ['nginx-http-auth'] }],
    orders: [order, { ...order, id: 8, kind: 'catch-up' }],
    ended: [{ order, how: 'cancelled', reason: 'by hand', at: 2_000_100, cursorMs: 1_000_000_500, tally }],
    latest: 8,
    version: 1,
  };
  const progress: BackfillProgress = {
    cursorMs: 1_000_000_500,
    movedAt: 2_000_000.5,
    tally,
    page: { fromMs: 1_000_000_001, toMs: 1_000_900_000, next: 'token', since: 2_000_000.5 },
    lease: { holder: '11111111-2222-3333-4444-555555555555', until: 2_000_060.25 },
    problem: { text: 'ThrottlingException: Rate exceeded', since: 1_999_000, times: 3, retryAt: 2_000_500 },
    version: 1,
  };
  const fresh: BackfillProgress = {
    cursorMs: 0,
    page: undefined,
    movedAt: 0,
    tally: NOTHING_YET,
    lease: undefined,
    problem: undefined,
    version: 2,
  };

  describe(`BackfillStore contract: ${name}`, () => {
    it('returns the ledger that was written, whole', async () => {
      const store = await create();
      expect(await store.ledger()).toBeUndefined();
      const empty: BackfillLedger = { reads: [], orders: [], ended: [], latest: 0, version: 2 };
      for (const each of [ledger, empty]) {
        expect(await store.writeLedger(each)).toBe('written');
        expect(await store.ledger()).toEqual(each);
      }
    });

    it('returns the progress of each order that was begun, whole', async () => {
      const store = await create();
      expect(await store.progress([7, 8])).toEqual(new Map());
      expect(await store.progress([])).toEqual(new Map());
      for (const each of [progress, fresh]) {
        expect(await store.writeProgress(7, each)).toBe('written');
        expect(await store.progress([7, 8, 70])).toEqual(new Map([[7, each]]));
      }
      expect(await store.writeProgress(8, progress)).toBe('written');
      expect(await store.progress([8])).toEqual(new Map([[8, progress]]));
    });

    it('lets exactly one of many who started from the same record write', async () => {
      const store = await create();
      for (const version of [1, 2]) {
        const writes = [
          () => store.writeLedger({ ...ledger, version }),
          () => store.writeProgress(7, { ...progress, version }),
        ];
        for (const write of writes) {
          const outcomes = await Promise.all(Array.from({ length: 8 }, write));
          expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
        }
      }
      expect(await store.writeLedger({ ...ledger, version: 5 })).toBe('conflict');
      expect(await store.writeProgress(7, { ...progress, version: 2 })).toBe('conflict');
    });
  });
}
