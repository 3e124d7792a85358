import type { AttemptKey, AttemptStore } from '../../core/ports/attempt-store.ts';
import { type Attempt, byTime, type EvidenceLine, formatAttempt, formatLine } from '../../core/records/attempt.ts';

interface Held {
  readonly attempts: Map<string, Attempt>;
  readonly lines: Map<string, EvidenceLine>;
}

/** AttemptStore in memory, for replays and tests. */
export function memoryAttemptStore(): AttemptStore {
  const sets = new Map<string, Held>();
  return {
    async add(key, added) {
      const held = sets.get(keyText(key)) ?? { attempts: new Map(), lines: new Map() };
      sets.set(keyText(key), held);
      for (const attempt of added.attempts) held.attempts.set(formatAttempt(attempt), attempt);
      for (const line of added.lines) held.lines.set(formatLine(line), line);
      return { attempts: [...held.attempts.values()].sort(byTime), lines: [...held.lines.values()].sort(byTime) };
    },
    async remove(key, removed) {
      const held = sets.get(keyText(key));
      for (const attempt of removed.attempts) held?.attempts.delete(formatAttempt(attempt));
      for (const line of removed.lines) held?.lines.delete(formatLine(line));
    },
  };
}

function keyText(key: AttemptKey): string {
  return `${key.jail}#${key.id}`;
}
