import type { NoticeEntry, NoticeLedger } from '../../core/ports/notice-ledger.ts';
import type { BanKey } from '../../core/records/ban.ts';
import { fitting } from './item-limit.ts';

/** NoticeLedger in memory, for tests. */
export function memoryNoticeLedger(): NoticeLedger {
  const entries = new Map<string, NoticeEntry>();
  const keyText = ({ id, jail }: BanKey): string => JSON.stringify([jail, id]);
  return {
    async read(key) {
      return entries.get(keyText(key));
    },
    async write(key, entry) {
      if ((entries.get(keyText(key))?.version ?? 0) !== entry.version - 1) return 'conflict';
      entries.set(keyText(key), fitting(entry));
      return 'written';
    },
  };
}
