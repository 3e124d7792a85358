import type { Diagnostic } from './diagnostic.ts';

/** Where a reading step puts what it finds wrong. */
export interface Collector {
  add(diagnostic: Diagnostic): void;
  /** What was added so far, in order, each mistake once. */
  all(): readonly Diagnostic[];
}

/**
 * A collector that keeps one diagnostic a (code, place): a mistake in [DEFAULT] shows in every jail but is one mistake.
 * Diagnostics without a place count as the same when their message is.
 */
export function createCollector(): Collector {
  const kept = new Map<string, Diagnostic>();
  return {
    add(diagnostic) {
      const { at, code, message } = diagnostic;
      const key = at === undefined ? `${code}\n${message}` : `${code}\n${at.file}:${at.line}:${at.column}`;
      if (!kept.has(key)) kept.set(key, diagnostic);
    },
    all: () => [...kept.values()],
  };
}

/** Forgets everything: for values that are read for display only, such as those of a disabled jail. */
export const SILENT: Collector = { add() {}, all: () => [] };
