import { withDeployed, withRequest } from '../../core/backfill/backfill-ledger.ts';
import { type BackfillPorts, runBackfills } from '../../core/backfill/backfill-run.ts';
import { KnownBans } from '../../core/bans/known-bans.ts';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import { matchingJail } from '../../core/intake/matching-jail.ts';
import { memoryLogReader } from '../../core/memory/memory-log-reader.ts';
import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import type { LogReader, StoredEvent } from '../../core/ports/log-reader.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import type { Span } from '../../core/records/span.ts';
import type { Work } from './fleet.ts';
import type { Caller } from './stores.ts';
import { unwatched } from './unwatched.ts';

export const LOG_GROUP = '/log';

export function storedEvents(events: readonly LogEvent[], logStream = 'host'): readonly StoredEvent[] {
  return events.map(({ id, timestampMs, message }) => ({ id, timestamp: timestampMs, message, logStream }));
}

/** Someone orders the span for all these jails. */
export async function order(store: BackfillStore, compiled: readonly CompiledJail[], span: Span, now: number) {
  const jails = compiled.filter(({ loggroups }) => loggroups.includes(LOG_GROUP)).map(({ name }) => name);
  const deployed = withDeployed(undefined, compiled, now);
  if (!deployed) throw new Error('a first ledger is always new');
  const ledger = { ...deployed, orders: [] };
  await store.writeLedger(ledger);
  const { ledger: next, order } = withRequest(ledger, { ...span, logGroup: LOG_GROUP, jails }, now);
  await store.writeLedger({ ...next, version: 2 });
  return order;
}

/** Every call to the store through `call`. */
function storeThrough(store: BackfillStore, call: Caller): BackfillStore {
  return {
    ledger: () => call(() => store.ledger(), 'read'),
    writeLedger: (ledger) => call(() => store.writeLedger(ledger), 'write'),
    progress: (ids) => call(() => store.progress(ids), 'read'),
    writeProgress: (id, progress) => call(() => store.writeProgress(id, progress), 'write'),
  };
}

export interface Backfilling {
  /** A run of the backfiller, for a fleet. */
  readonly work: Work;
  /** To put events into. */
  readonly reader: ReturnType<typeof memoryLogReader>;
  readonly pages: () => number;
}

/**
 * Runs of a backfiller that reads small pages, each of which takes it a while.
 *
 * @param pageSeconds by its own clock; a run lives for a minute
 */
export function backfilling(
  compiled: readonly CompiledJail[],
  store: BackfillStore,
  telemetry: Telemetry,
  { pageSize, pageSeconds }: { readonly pageSize: number; readonly pageSeconds: number },
): Backfilling {
  const jails = compiled.map(matchingJail);
  const reader = memoryLogReader(pageSize);
  let runs = 0;
  let pages = 0;
  const work: Work = async (stores, call, clock) => {
    let spent = 0;
    const own = { ...clock, now: () => clock.now() + spent };
    const slow: LogReader = {
      page: async (...args) => {
        const page = await call(() => reader.page(...args), 'read');
        spent += pageSeconds;
        pages++;
        return page;
      },
    };
    const ports: BackfillPorts = {
      ...stores,
      known: new KnownBans(),
      telemetry,
      clock: own,
      watch: unwatched,
      reader: slow,
      store: storeThrough(store, call),
      jailsNow: async () => jails,
    };
    const now = clock.now();
    await runBackfills({ holder: `run ${++runs}`, stopAt: now + 50, deadAt: now + 60 }, ports);
  };
  return { work, reader, pages: () => pages };
}
