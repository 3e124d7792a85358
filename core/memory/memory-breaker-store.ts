import type { BreakerStore } from '../ports/breaker-store.ts';

/** BreakerStore in memory, for replays and tests. */
export function memoryBreakerStore(): BreakerStore {
  const tripped = new Map<string, number>();
  const counts = new Map<string, number>();
  return {
    async trippedAt(jail) {
      return tripped.get(jail);
    },
    async counted(jail, minute) {
      return counts.get(`${jail} ${minute}`) ?? 0;
    },
    async count(jail, minute, bans) {
      const next = (counts.get(`${jail} ${minute}`) ?? 0) + bans;
      counts.set(`${jail} ${minute}`, next);
      return next;
    },
    async trip(jail, now) {
      if (tripped.has(jail)) return false;
      tripped.set(jail, now);
      return true;
    },
    async reset(jail) {
      return tripped.delete(jail);
    },
  };
}
