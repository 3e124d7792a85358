import { type Attempt, byTime, formatAttempt } from '../attempts/attempt.ts';
import type { AttemptKey, AttemptStore } from '../ports/attempt-store.ts';

/** AttemptStore in memory, for replays and tests. */
export function memoryAttemptStore(): AttemptStore {
  const sets = new Map<string, Map<string, Attempt>>();
  return {
    async add(key, attempts) {
      const set = sets.get(keyText(key)) ?? new Map<string, Attempt>();
      sets.set(keyText(key), set);
      for (const attempt of attempts) set.set(formatAttempt(attempt), attempt);
      return [...set.values()].sort(byTime);
    },
    async remove(key, attempts) {
      const set = sets.get(keyText(key));
      for (const attempt of attempts) set?.delete(formatAttempt(attempt));
    },
  };
}

function keyText(key: AttemptKey): string {
  return `${key.jail}#${key.id}`;
}
