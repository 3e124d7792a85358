import type { BanStore } from '../../core/ports/ban-store.ts';
import type { OverdueBans } from '../../core/ports/overdue-bans.ts';

/** OverdueBans of a store that is in memory. */
export function memoryOverdueBans(bans: Pick<BanStore, 'active'>): OverdueBans {
  return {
    async count(now) {
      const ends: number[] = [];
      for await (const page of bans.active()) ends.push(...page.flatMap(({ expiresAt }) => expiresAt ?? []));
      const overdue = ends.filter((end) => end < now);
      return { bans: overdue.length, earliestEnd: overdue.length === 0 ? undefined : Math.min(...overdue) };
    },
  };
}
