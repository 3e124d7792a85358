import type { Diagnostic } from './diagnostic.ts';

/** Where a reading step puts what it finds wrong. */
export interface Collector {
  add(diagnostic: Diagnostic): void;
  /** What was added so far, in order, each mistake once. */
  all(): readonly Diagnostic[];
}

/**
 * A collector that keeps each diagnostic once, told by code, place and message: a mistake in [DEFAULT] shows in every jail but is one
 * mistake. So what differs from jail to jail belongs in the help, not in the message.
 */
export function createCollector(): Collector {
  const kept = new Map<string, Diagnostic>();
  return {
    add(diagnostic) {
      const { at, code, message } = diagnostic;
      const key = [code, at?.file, at?.line, at?.column, message].join('\n');
      if (!kept.has(key)) kept.set(key, diagnostic);
    },
    all: () => [...kept.values()],
  };
}

/** Forgets everything: for values that are read for display only, such as those of a disabled jail. */
export const SILENT: Collector = { add() {}, all: () => [] };
