import type { MatchingJail } from '../intake/matching-jail.ts';
import type { BackfillStore } from '../ports/backfill-store.ts';
import type { BackfillLedger } from '../records/backfill.ts';
import { withDeployed } from './backfill-ledger.ts';
import { BackfillReading, type BackfillRun, type ReadingPorts } from './backfill-reading.ts';

export interface BackfillPorts extends ReadingPorts {
  /** The deployed jails with the currently known addresses that they must not ban. */
  readonly jailsNow: () => Promise<readonly MatchingJail[]>;
}

/** Seconds after which a cancellation takes effect. */
const LOOK_AGAIN = 5;

/**
 * Reads the ordered spans back, a page of each log group in turn, so that none waits for another.
 * The next run does what this one has no time for. Several runs may work at once and die at any
 * point.
 *
 * @throws when an order can't be read or its progress can't be written, after all other orders had
 *   their turns
 */
export async function runBackfills(run: BackfillRun, ports: BackfillPorts): Promise<void> {
  const { store, clock, telemetry } = ports;
  const jails = await ports.jailsNow();
  const ledger = await currentLedger(jails, store, clock.now());
  if (ledger.orders.length === 0) return;
  const begun = await store.progress(ledger.orders.map(({ id }) => id));
  const readings = ledger.orders.map((order) => new BackfillReading(order, begun.get(order.id), run, ports));
  const failures = await takeTurns(readings, run, ports);
  const now = clock.now();
  const open = new Set((await store.ledger())?.orders.map(({ id }) => id));
  const waiting = readings.filter(({ order }) => open.has(order.id));
  const lag = waiting.reduce((most, reading) => Math.max(most, reading.lag(now)), 0);
  telemetry.emit({ kind: 'backfill-run', open: open.size, lag });
  if (failures.length > 0) throw failures[0];
}

async function takeTurns(
  readings: readonly BackfillReading[],
  run: BackfillRun,
  ports: BackfillPorts,
): Promise<readonly unknown[]> {
  const { clock, store } = ports;
  const failures: unknown[] = [];
  let turns = readings.filter((one) => one.canBegin(clock.now())).sort((a, b) => a.movedAt - b.movedAt);
  let lookAt = clock.now() + LOOK_AGAIN;
  while (turns.length > 0) {
    const left: BackfillReading[] = [];
    for (const reading of turns) {
      if (clock.now() >= run.stopAt) return failures;
      try {
        if ((await reading.turn(await ports.jailsNow())) === 'more') left.push(reading);
      } catch (error) {
        failures.push(error);
      }
    }
    turns = left;
    if (turns.length > 0 && clock.now() >= lookAt) {
      const open = new Set((await store.ledger())?.orders.map(({ id }) => id));
      turns = turns.filter(({ order }) => open.has(order.id));
      lookAt = clock.now() + LOOK_AGAIN;
    }
  }
  return failures;
}

/** The ledger that the deployed jails need. */
async function currentLedger(
  jails: readonly MatchingJail[],
  store: BackfillStore,
  now: number,
): Promise<BackfillLedger> {
  for (;;) {
    const ledger = await store.ledger();
    const compiled = jails.map(({ jail }) => jail);
    const next = withDeployed(ledger, compiled, now);
    if (next === undefined && ledger !== undefined) return ledger;
    if (next !== undefined && (await store.writeLedger(next)) === 'written') return next;
  }
}
