import type { BanStore } from '../ports/ban-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { isDue } from './ban.ts';
import { lifted } from './transitions.ts';

export interface ExpiryPorts {
  readonly bans: BanStore;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

export interface ExpiryRun {
  readonly lifted: number;
  /** Seconds the most overdue of them was late; 0 when there was none. */
  readonly oldestOverdue: number;
  /** False when time ran out first; the next run goes on where this one stopped. */
  readonly finished: boolean;
}

/**
 * Lifts every ban whose time is over. Two runs at once do no harm: each lift is conditional, and the loser moves on.
 *
 * @param deadline epoch seconds at which to stop
 */
export async function liftDueBans(ports: ExpiryPorts, deadline: number): Promise<ExpiryRun> {
  const now = ports.clock.now();
  let count = 0;
  let oldestOverdue = 0;
  let finished = true;
  pages: for await (const page of ports.bans.due(now)) {
    for (const key of page) {
      if (ports.clock.now() >= deadline) {
        finished = false;
        break pages;
      }
      // The index may lag behind; only the record itself says whether the ban is due.
      const ban = await ports.bans.read(key);
      if (!ban || !isDue(ban, now)) continue;
      const after = lifted(ban, Math.floor(now));
      if ((await ports.bans.write(after)) === 'conflict') continue;
      count += 1;
      oldestOverdue = Math.max(oldestOverdue, now - (ban.expiresAt ?? now));
      ports.telemetry.emit({ kind: 'ban-lifted', ban: after });
    }
  }
  ports.telemetry.emit({ kind: 'expiry-run', lifted: count, oldestOverdue });
  return { lifted: count, oldestOverdue, finished };
}
