import { eachAtOnce, throwAll } from '../at-once.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { OverdueBans } from '../ports/overdue-bans.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type BanKey, isDue } from '../records/ban.ts';
import type { ExpiryRun } from '../records/expiry-run.ts';
import { lifted } from './transitions.ts';

export interface ExpiryPorts {
  readonly bans: BanStore;
  readonly overdue: OverdueBans;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

/** Lifts in flight at once: hides the table's latency without flooding its connection pool. */
const CONCURRENT_LIFTS = 16;
/**
 * One record that can't be read must not keep all the others in force; so many mean that it is the
 * table.
 */
const MOST_FAILURES = 32;

/**
 * Lifts every ban whose time is over, the most overdue first. Two runs at once do no harm: each
 * lift is conditional, and the loser moves on. A run that is cut off leaves the rest to the next,
 * which finds them where they were.
 *
 * @param deadline epoch seconds at which to stop
 * @throws when bans could not be lifted, after the others were: see {@link throwAll}
 */
export async function liftDueBans(ports: ExpiryPorts, deadline: number): Promise<ExpiryRun> {
  const now = ports.clock.now();
  const failures: unknown[] = [];
  const late: number[] = [];
  let finished = true;
  const lift = async (key: BanKey): Promise<void> => {
    try {
      const overdue = await liftIfDue(key, ports, now);
      if (overdue !== undefined) late.push(overdue);
    } catch (cause) {
      failures.push(cause);
    }
  };
  const goOn = (): boolean => {
    finished &&= ports.clock.now() < deadline && failures.length < MOST_FAILURES;
    return finished;
  };
  for await (const page of ports.bans.due(now)) {
    await eachAtOnce(page, lift, { atOnce: CONCURRENT_LIFTS, goOn });
    if (!finished) break;
  }
  const left = finished && failures.length === 0 ? undefined : await ports.overdue.count(now);
  const run: ExpiryRun = {
    lifted: late.length,
    oldestOverdue: late.reduce((oldest, seconds) => Math.max(oldest, seconds), 0),
    finished,
    left: left?.bans ?? 0,
    oldestLeft: now - (left?.earliestEnd ?? now),
  };
  ports.telemetry.emit({ kind: 'expiry-run', ...run });
  throwAll(failures);
  return run;
}

/** @returns seconds by which the ban was overdue, when it was this call that lifted it */
async function liftIfDue(key: BanKey, ports: ExpiryPorts, now: number): Promise<number | undefined> {
  // The index may lag behind; only the record itself shows whether the ban is due.
  const ban = await ports.bans.read(key);
  if (!ban || !isDue(ban, now)) return undefined;
  const after = lifted(ban, Math.floor(now));
  if ((await ports.bans.write(after)) === 'conflict') return undefined;
  ports.telemetry.emit({ kind: 'ban-lifted', ban: after });
  return now - (ban.expiresAt ?? now);
}
