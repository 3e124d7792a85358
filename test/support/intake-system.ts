import { KnownBans } from '../../core/bans/known-bans.ts';
import type { LogBatch, LogEvent } from '../../core/intake/log-batch.ts';
import { matchingJail } from '../../core/intake/matching-jail.ts';
import { type IntakePorts, processBatch } from '../../core/intake/process-batch.ts';
import { memoryBreakerStore } from '../../core/memory/memory-breaker-store.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { memoryAttemptStore } from '../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../memory/memory-ban-store.ts';
import { memorySessionStore } from '../memory/memory-session-store.ts';
import { unwatched } from './unwatched.ts';

/**
 * Log intake in memory: jails, stores, and all that was reported and written. Its clock is that of
 * the latest event.
 */
export function intakeSystem(compiled: readonly CompiledJail[]) {
  const told: TelemetryEvent[] = [];
  const attempts = new Set<string>();
  const bans = new Set<string>();
  const store = memoryAttemptStore();
  const banStore = memoryBanStore();
  let now = 0;
  const ports: IntakePorts = {
    attempts: {
      ...store,
      async add(key, added, keepUntil) {
        const held = await store.add(key, added, keepUntil);
        for (const { time, event } of added.attempts) attempts.add(`${key.jail} ${key.id} ${time} ${event}`);
        return held;
      },
    },
    bans: {
      ...banStore,
      async write(ban) {
        const answer = await banStore.write(ban);
        if (answer === 'written') bans.add(`${ban.jail} ${ban.id} ${ban.bannedAt}`);
        return answer;
      },
    },
    breakers: memoryBreakerStore(),
    watch: unwatched,
    sessions: memorySessionStore(),
    known: new KnownBans(),
    telemetry: { emit: (event) => told.push(event) },
    clock: { now: () => now, sleep: async () => undefined },
  };
  const jails = compiled.map(matchingJail);
  return {
    ports,
    told,
    /** Every attempt ever written: `jail id time event`. */
    attempts: () => [...attempts].sort(),
    /** Every ban ever written, those made too late included: `jail id time`. */
    bans: () => [...bans].sort(),
    /** The same as they were reported. */
    bansTold: () =>
      told
        .flatMap((event) => (event.kind === 'ban-made' || event.kind === 'ban-missed' ? [event.ban] : []))
        .map((ban) => `${ban.jail} ${ban.id} ${ban.bannedAt}`)
        .sort(),
    /** The clock never goes back. @param late seconds by which it is ahead of the last event */
    async feed(events: readonly LogEvent[], through: Partial<IntakePorts> = {}, late = 0, logStream = 'host') {
      const batch: LogBatch = { logGroup: '/log', logStream, events };
      now = Math.max(now, ...events.map((event) => event.timestampMs / 1000 + late));
      await processBatch(batch, jails, { ...ports, ...through });
    },
  };
}

/**
 * Stores whose k-th write fails, done or not, and every one after it: what a killed function leaves
 * behind.
 */
export function dyingAt(k: number, done: boolean, ports: IntakePorts): IntakePorts {
  let writes = 0;
  const unlessDead = async <T>(write: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes < k) return await write();
    if (writes === k && done) await write();
    throw new Error('killed');
  };
  const { attempts, bans, sessions } = ports;
  return {
    ...ports,
    known: new KnownBans(),
    attempts: {
      ...attempts,
      add: (...args) => unlessDead(() => attempts.add(...args)),
      remove: (...args) => unlessDead(() => attempts.remove(...args)),
    },
    bans: { ...bans, write: (ban) => unlessDead(() => bans.write(ban)) },
    sessions: { ...sessions, write: (...args) => unlessDead(() => sessions.write(...args)) },
  };
}
