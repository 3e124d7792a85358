import type { SessionStore } from '../../core/ports/session-store.ts';
import type { Session, SessionKey } from '../../core/records/session.ts';
import { fitting } from './item-limit.ts';

/** SessionStore in memory, for replays and tests. */
export function memorySessionStore(): SessionStore {
  const sessions = new Map<string, Session>();
  const keyText = (key: SessionKey): string => JSON.stringify([key.jail, key.logGroup, key.logStream]);
  return {
    async read(key) {
      return sessions.get(keyText(key));
    },
    async write(key, session) {
      if ((sessions.get(keyText(key))?.version ?? 0) !== session.version - 1) return 'conflict';
      sessions.set(keyText(key), fitting(session));
      return 'written';
    },
  };
}
