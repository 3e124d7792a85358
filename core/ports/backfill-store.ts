import type { BackfillLedger, BackfillProgress } from '../records/backfill.ts';

/**
 * Where it is kept what is to be read back and how far that has come: written by the backfiller and
 * by whoever orders or cancels. Reads are strongly consistent.
 */
export interface BackfillStore {
  /** `undefined` before the backfiller has first run. */
  ledger(): Promise<BackfillLedger | undefined>;
  /**
   * Writes if the record still has the version before it (0: no record). `conflict`: somebody else
   * wrote; read again and decide again.
   */
  writeLedger(ledger: BackfillLedger): Promise<'written' | 'conflict'>;
  /** By id of the order; those not begun yet are left out. */
  progress(ids: readonly number[]): Promise<ReadonlyMap<number, BackfillProgress>>;
  /** Writes on the same condition. */
  writeProgress(id: number, progress: BackfillProgress): Promise<'written' | 'conflict'>;
}
