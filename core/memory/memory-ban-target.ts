import type { BanTarget } from '../ports/ban-target.ts';

/** A BanTarget in memory, for tests and dry runs; whoever holds it may edit `entries` as a console would. */
export interface MemoryBanTarget extends BanTarget {
  readonly entries: Set<string>;
}

export function memoryBanTarget(capacity = Number.POSITIVE_INFINITY): MemoryBanTarget {
  const entries = new Set<string>();
  return {
    name: 'memory',
    entries,
    async converge(_ids, plan) {
      for (;;) {
        const read = [...entries];
        const change = await plan(new Set(read));
        // Somebody edited while the plan was made: what it rests on is no longer so.
        if (read.length !== entries.size || !read.every((id) => entries.has(id))) continue;
        const removed = change.absent.filter((id) => entries.delete(id));
        const fresh = change.present.filter((id) => !entries.has(id));
        const added = fresh.slice(0, Math.max(0, capacity - entries.size));
        for (const id of added) entries.add(id);
        return { added, removed, overflow: fresh.slice(added.length), held: entries.size, capacity };
      }
    },
  };
}
