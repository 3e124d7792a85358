import type { LogReader, StoredEvent } from '../ports/log-reader.ts';

export interface MemoryLogReader extends LogReader {
  /** Adds events to the log group and creates it if missing. */
  put(logGroup: string, events: readonly StoredEvent[]): void;
}

/**
 * LogReader in memory, for tests and local runs.
 *
 * @param pageSize events a page; a span's last page is empty when the events fill whole pages
 */
export function memoryLogReader(pageSize = 10_000): MemoryLogReader {
  const groups = new Map<string, StoredEvent[]>();
  return {
    put(logGroup, events) {
      const all = [...(groups.get(logGroup) ?? []), ...events];
      groups.set(
        logGroup,
        all.sort((a, b) => a.timestamp - b.timestamp),
      );
    },
    async page(logGroup, { fromMs, toMs }, next) {
      const all = groups.get(logGroup);
      if (all === undefined) return 'no-such-group';
      const start = Number(next ?? 0);
      const found = all.filter(({ timestamp }) => timestamp >= fromMs && timestamp <= toMs);
      const events = found.slice(start, start + pageSize);
      return { events, next: events.length === pageSize ? String(start + pageSize) : undefined };
    },
  };
}
