import type { Diagnostic } from './diagnostic.ts';

/** Collects the diagnostics of a reading step. */
export interface Collector {
  /** @param distinct distinguishes it from another with the same code and place */
  add(diagnostic: Diagnostic, distinct?: string): void;
  /** The diagnostics so far, in order, each mistake once. */
  all(): readonly Diagnostic[];
}

/**
 * A collector that keeps one diagnostic a (code, place): a mistake in [DEFAULT] shows in every
 * jail, and in every option that interpolates it, but is one mistake. Without a place, the message
 * distinguishes them.
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
