import type { BanNotice, Notifier } from '../../core/ports/notifier.ts';

/** A Notifier that keeps what it is given, for tests and local runs. */
export interface MemoryNotifier extends Notifier {
  /** In the order they came, duplicates too. */
  readonly notices: readonly BanNotice[];
}

export function memoryNotifier(): MemoryNotifier {
  const notices: BanNotice[] = [];
  return {
    notices,
    async notify(notice) {
      notices.push(notice);
    },
  };
}
