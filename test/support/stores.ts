import { memoryBreakerStore } from '../../core/memory/memory-breaker-store.ts';
import type { AttemptStore } from '../../core/ports/attempt-store.ts';
import type { BanStore } from '../../core/ports/ban-store.ts';
import type { BreakerStore } from '../../core/ports/breaker-store.ts';
import type { NoticeLedger } from '../../core/ports/notice-ledger.ts';
import type { SessionStore } from '../../core/ports/session-store.ts';
import { memoryAttemptStore } from '../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../memory/memory-ban-store.ts';
import { memoryNoticeLedger } from '../memory/memory-notice-ledger.ts';
import { memorySessionStore } from '../memory/memory-session-store.ts';

/** Everything the functions share. */
export interface Stores {
  readonly attempts: AttemptStore;
  readonly bans: BanStore;
  readonly breakers: BreakerStore;
  readonly sessions: SessionStore;
  readonly ledger: NoticeLedger;
}

export function memoryStores(): Stores {
  return {
    attempts: memoryAttemptStore(),
    bans: memoryBanStore(),
    breakers: memoryBreakerStore(),
    sessions: memorySessionStore(),
    ledger: memoryNoticeLedger(),
  };
}

/** Makes a call to a store. A client may repeat a `write` whose answer it has lost. */
export type Caller = <T>(work: () => Promise<T>, kind: 'read' | 'write') => Promise<T>;

/** The same stores, every call to which goes through `call`. */
export function storesThrough(stores: Stores, call: Caller): Stores {
  const { attempts, bans, breakers, sessions, ledger } = stores;
  async function* pages<T>(all: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = all[Symbol.asyncIterator]();
    for (;;) {
      const page = await call(() => iterator.next(), 'read');
      if (page.done) return;
      yield page.value;
    }
  }
  return {
    attempts: {
      add: (...args) => call(() => attempts.add(...args), 'write'),
      read: (key) => call(() => attempts.read(key), 'read'),
      remove: (...args) => call(() => attempts.remove(...args), 'write'),
    },
    bans: {
      read: (key) => call(() => bans.read(key), 'read'),
      write: (ban) => call(() => bans.write(ban), 'write'),
      ofId: (id) => call(() => bans.ofId(id), 'read'),
      due: (now) => pages(bans.due(now)),
      active: () => pages(bans.active()),
    },
    breakers: {
      trippedAt: (jail) => call(() => breakers.trippedAt(jail), 'read'),
      counted: (...args) => call(() => breakers.counted(...args), 'read'),
      count: (...args) => call(() => breakers.count(...args), 'write'),
      trip: (jail, now) => call(() => breakers.trip(jail, now), 'write'),
      reset: (jail) => call(() => breakers.reset(jail), 'write'),
    },
    sessions: {
      read: (key) => call(() => sessions.read(key), 'read'),
      write: (key, session) => call(() => sessions.write(key, session), 'write'),
    },
    ledger: {
      read: (key) => call(() => ledger.read(key), 'read'),
      write: (key, entry) => call(() => ledger.write(key, entry), 'write'),
    },
  };
}
