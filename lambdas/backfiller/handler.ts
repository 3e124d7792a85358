import { type BackfillPorts, runBackfills } from '../../core/backfill/backfill-run.ts';
import type { LogReader } from '../../core/ports/log-reader.ts';
import type { Invocation } from '../shared/invocation.ts';

/** Milliseconds reserved for calls in flight when a run's time is over. */
const RESERVE_MS = 10_000;

/**
 * The backfiller: a scheduled event in, attempts and bans of events that log groups have already in
 * the tables. The content of the event does not matter.
 *
 * @param readerFor creates a reader that gives up after this many milliseconds
 */
export function backfillerHandler(ports: Omit<BackfillPorts, 'reader'>, readerFor: (ms: number) => LogReader) {
  return async (_event: unknown, invocation: Invocation): Promise<void> => {
    const left = invocation.getRemainingTimeInMillis();
    const now = ports.clock.now();
    const run = {
      holder: invocation.awsRequestId,
      stopAt: now + (left - RESERVE_MS) / 1000,
      deadAt: now + left / 1000,
    };
    await runBackfills(run, { ...ports, reader: readerFor(left - RESERVE_MS) });
  };
}
