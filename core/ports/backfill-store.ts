import type { BackfillLedger, BackfillProgress } from '../records/backfill.ts';

/**
 * Stores backfill orders and their progress. The backfiller writes it, and so do the commands that
 * order or cancel. Reads are strongly consistent.
 */
export interface BackfillStore {
  /** `undefined` before the backfiller has first run. */
  ledger(): Promise<BackfillLedger | undefined>;
  /**
   * Writes if the record still has the version before it (0: no record). `conflict`: another writer
   * wrote; read again and decide again.
   */
  writeLedger(ledger: BackfillLedger): Promise<'written' | 'conflict'>;
  /** By id of the order; orders not begun yet are left out. */
  progress(ids: readonly number[]): Promise<ReadonlyMap<number, BackfillProgress>>;
  /** Writes on the same condition. */
  writeProgress(id: number, progress: BackfillProgress): Promise<'written' | 'conflict'>;
}
