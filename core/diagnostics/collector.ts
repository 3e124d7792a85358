import type { Diagnostic } from './diagnostic.ts';

/** Where a reading step puts what it finds wrong. */
export interface Collector {
  /** @param distinct told apart by this from another of the same code and place */
  add(diagnostic: Diagnostic, distinct?: string): void;
  /** What was added so far, in order, each mistake once. */
  all(): readonly Diagnostic[];
}

/**
 * A collector that keeps one diagnostic a (code, place): a mistake in [DEFAULT] shows in every
 * jail, and in every option that interpolates it, but is one mistake. Without a place, the message
 * tells them apart.
 */
export function createCollector(): Collector {
  const kept = new Map<string, Diagnostic>();
  return {
    add(diagnostic, distinct = '') {
      const { at, code, message } = diagnostic;
      const place = at === undefined ? message : `${at.file}:${at.line}:${at.column}`;
      const key = [code, place, distinct].join('\n');
      if (!kept.has(key)) kept.set(key, diagnostic);
    },
    all: () => [...kept.values()],
  };
}

/**
 * Forgets everything: for values that are read for display only, such as those of a disabled jail.
 */
export const SILENT: Collector = { add() {}, all: () => [] };
