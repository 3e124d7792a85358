import type { BanTarget } from '../../core/ports/ban-target.ts';
import type { TargetReport } from '../../core/records/target-report.ts';

/**
 * A BanTarget in memory, for tests and dry runs; a test may edit `entries` as a console would.
 *
 */
export interface MemoryBanTarget extends BanTarget {
  readonly entries: Set<string>;
}

export function memoryBanTarget(capacity = Number.POSITIVE_INFINITY): MemoryBanTarget {
  const entries = new Set<string>();
  return {
    name: 'memory',
    whole: false,
    entries,
    async converge(ids, plan) {
      for (;;) {
        const read = [...entries];
        const change = await plan(new Set(read), capacity, { of: () => 'all', free: capacity - read.length });
        // Someone edited while the plan was made: what it rests on is no longer so.
        if (read.length !== entries.size || !read.every((id) => entries.has(id))) continue;
        const present = change.present.map(({ id }) => id);
        for (const id of change.absent) entries.delete(id);
        // Where the plan names every ban, the first ones get the places.
        if (ids === 'all') for (const id of present) entries.delete(id);
        const fresh = present.filter((id) => !entries.has(id));
        const added = fresh.slice(0, Math.max(0, capacity - entries.size));
        for (const id of added) entries.add(id);
        return report(read, entries, fresh.slice(added.length), capacity);
      }
    },
  };
}

function report(
  before: readonly string[],
  entries: ReadonlySet<string>,
  overflow: readonly string[],
  capacity: number,
): TargetReport {
  const held = new Set(before);
  return {
    added: [...entries].filter((id) => !held.has(id)),
    removed: before.filter((id) => !entries.has(id)),
    overflow,
    held: entries.size,
    capacity,
  };
}
