import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import type { BackfillLedger, BackfillProgress } from '../../core/records/backfill.ts';
import { fitting } from './item-limit.ts';

/** BackfillStore in memory, for tests. */
export function memoryBackfillStore(): BackfillStore {
  let held: BackfillLedger | undefined;
  const begun = new Map<number, BackfillProgress>();
  return {
    async ledger() {
      return held;
    },
    async writeLedger(ledger) {
      if ((held?.version ?? 0) !== ledger.version - 1) return 'conflict';
      held = fitting(ledger);
      return 'written';
    },
    async progress(ids) {
      return new Map([...begun].filter(([id]) => ids.includes(id)));
    },
    async writeProgress(id, progress) {
      if ((begun.get(id)?.version ?? 0) !== progress.version - 1) return 'conflict';
      begun.set(id, fitting(progress));
      return 'written';
    },
  };
}
