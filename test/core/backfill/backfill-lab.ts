import { withRequest } from '../../../core/backfill/backfill-ledger.ts';
import { type BackfillPorts, runBackfills } from '../../../core/backfill/backfill-run.ts';
import { KnownBans } from '../../../core/bans/known-bans.ts';
import { type MatchingJail, matchingJail } from '../../../core/intake/matching-jail.ts';
import { memoryLogReader } from '../../../core/memory/memory-log-reader.ts';
import type { LogReader, StoredEvent } from '../../../core/ports/log-reader.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import type { BackfillLedger, BackfillProgress } from '../../../core/records/backfill.ts';
import type { CompiledJail } from '../../../core/records/compiled-jail.ts';
import { memoryBackfillStore } from '../../memory/memory-backfill-store.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { memoryStores } from '../../support/stores.ts';
import { unwatched } from '../../support/unwatched.ts';

export const NOW = 10_000_000;
export const DAY = 86_400;

export interface Told {
  readonly jails?: readonly CompiledJail[];
  readonly pageSize?: number;
}

/** A backfiller in memory whose clock is put forward by hand. */
export function system({ jails = [plainJail({})], pageSize = 1000 }: Told = {}) {
  const told: TelemetryEvent[] = [];
  const store = memoryBackfillStore();
  const logs = memoryLogReader(pageSize);
  const state = { now: NOW, jails: jails.map(matchingJail) as readonly MatchingJail[], runs: 0 };
  const reader: LogReader = { page: (...args) => logs.page(...args) };
  const ports: BackfillPorts = {
    ...memoryStores(),
    known: new KnownBans(),
    telemetry: { emit: (event) => told.push(event) },
    clock: {
      now: () => state.now,
      async sleep(ms) {
        state.now += ms / 1000;
      },
    },
    watch: unwatched,
    reader,
    store,
    jailsNow: async () => state.jails,
  };
  return {
    told,
    store,
    logs,
    state,
    ports,
    of: <Kind extends TelemetryEvent['kind']>(kind: Kind) =>
      told.filter((event): event is Extract<TelemetryEvent, { kind: Kind }> => event.kind === kind),
    async run(changes: Partial<BackfillPorts> = {}) {
      const run = { holder: `run ${++state.runs}`, stopAt: state.now + 50, deadAt: state.now + 60 };
      await runBackfills(run, { ...ports, ...changes });
    },
    async ledger(): Promise<BackfillLedger> {
      const ledger = await store.ledger();
      if (!ledger) throw new Error('no ledger yet');
      return ledger;
    },
    async progress(): Promise<readonly BackfillProgress[]> {
      const ledger = await store.ledger();
      return [...(await store.progress(ledger?.orders.map(({ id }) => id) ?? [])).values()];
    },
    /** Orders a log group, once the jails have caught up. */
    async order(logGroup = '/log', fromMs = (NOW - DAY) * 1000, toMs = NOW * 1000, names = ['test']) {
      const ledger = await store.ledger();
      const settled = ledger ?? { reads: [{ logGroup, jails: names }], orders: [], ended: [], latest: 0, version: 0 };
      await store.writeLedger(ledger ? ledger : { ...settled, version: 1 });
      const current = (await store.ledger()) ?? settled;
      const next = withRequest(current, { logGroup, jails: names, fromMs, toMs }, state.now);
      await store.writeLedger(next.ledger);
      return next.order;
    },
  };
}

let count = 0;
export const tries = (ip: string, ...times: readonly number[]): readonly StoredEvent[] =>
  times.map((time) => ({ id: `event ${++count}`, timestamp: time * 1000, message: `no ${ip}`, logStream: 'host' }));
/** Enough for a ban. */
export const attack = (ip: string, time: number) => tries(ip, time, time, time);
