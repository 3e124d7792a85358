import type { LeakStore } from '../../core/ports/leak-store.ts';
import type { BanKey } from '../../core/records/ban.ts';
import type { Leak } from '../../core/records/leak.ts';

/** LeakStore in memory, for tests and local runs. */
export function memoryLeakStore(): LeakStore {
  const leaks = new Map<string, Leak>();
  const keyText = ({ id, jail }: BanKey): string => JSON.stringify([jail, id]);
  return {
    async note(leak) {
      leaks.set(keyText(leak), leak);
    },
    async of(keys) {
      return [...new Set(keys.map(keyText))].flatMap((key) => leaks.get(key) ?? []);
    },
  };
}
