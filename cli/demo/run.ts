import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import type { Ban } from '../../core/records/ban.ts';
import type { EmbeddedAws } from '../../local/embedded-aws.ts';
import { shareOf } from '../input/log-file.ts';
import type { RunEvent, Screen, Summary } from '../output/run-event.ts';
import { type FileDelivery, subscriptionEvent } from './deliveries.ts';
import { orderedIpSets } from './ordered-ip-sets.ts';

/** Seconds between two runs of the expirer, as the stack schedules it. */
const SCHEDULE_SECONDS = 60;

/**
 * Plays deliveries through the pipeline on their own clock: the matcher for each, the banner for
 * what changed in the bans table, the expirer at the minutes its schedule would run it, until no
 * temporary ban is left.
 *
 * @param totalBytes of the file, for progress; `undefined` where it is not known
 */
export async function run(
  aws: EmbeddedAws,
  feed: AsyncIterable<FileDelivery>,
  totalBytes: number | undefined,
  screen: Screen,
): Promise<Summary> {
  const tally = { lines: 0, attempts: 0, bans: 0, unbans: 0 };
  const active = new Map<string, Ban>();
  const output = orderedIpSets((event) => screen.show(event));
  let time = 0;
  let bansShown = 0;

  const onTelemetry = (event: TelemetryEvent): void => {
    if (event.kind === 'batch-matched') tally.attempts += event.failures;
    if (event.kind === 'ban-made') tally.bans += 1;
    if (event.kind === 'ban-lifted') tally.unbans += 1;
    track(event, active);
    for (const shown of describe(event, time)) output.show(shown);
  };
  const enforce = async (): Promise<void> => {
    await aws.enforceChanges(time);
    if (tally.bans === bansShown) return;
    bansShown = tally.bans;
    output.snapshot(await aws.ipSets());
  };
  const liftUntil = async (until: number): Promise<void> => {
    for (;;) {
      const due = nextRun(active);
      if (due === undefined || due > until) return;
      time = Math.max(time, due);
      await aws.runExpirer(due);
      await enforce();
    }
  };

  const stop = aws.listen(onTelemetry);
  try {
    for await (const { batch, bytesRead } of feed) {
      const start = (batch.events[0]?.timestampMs ?? 0) / 1000;
      await liftUntil(start);
      time = Math.max(time, start);
      await aws.runMatcher(subscriptionEvent(batch), start);
      await enforce();
      tally.lines += batch.events.length;
      screen.progress({ ...tally, done: shareOf(totalBytes, bytesRead), active: active.size, time });
    }
    await aws.reconcile(time);
    await liftUntil(Number.POSITIVE_INFINITY);
    output.snapshotLast(await aws.ipSets());
  } finally {
    stop();
  }
  const summary: Summary = { event: 'summary', ...tally };
  screen.show(summary);
  return summary;
}

function track(event: TelemetryEvent, active: Map<string, Ban>): void {
  if (event.kind === 'ban-made' || event.kind === 'ban-prolonged') active.set(keyOf(event.ban), event.ban);
  if (event.kind === 'ban-lifted') active.delete(keyOf(event.ban));
}

/** The first scheduled minute at which a ban on record is due. */
function nextRun(active: ReadonlyMap<string, Ban>): number | undefined {
  let earliest = Number.POSITIVE_INFINITY;
  for (const ban of active.values()) earliest = Math.min(earliest, ban.expiresAt ?? Number.POSITIVE_INFINITY);
  if (earliest === Number.POSITIVE_INFINITY) return undefined;
  return (Math.floor(earliest / SCHEDULE_SECONDS) + 1) * SCHEDULE_SECONDS;
}

function describe(event: TelemetryEvent, now: number): readonly RunEvent[] {
  if (event.kind === 'breaker-tripped') return [{ event: 'breaker', jail: event.jail, bans: event.bans, time: now }];
  if (event.kind === 'ban-made') {
    const { jail, id, bannedAt: time, expiresAt, attempts } = event.ban;
    return [{ event: 'ban', jail, id, time, ...(expiresAt === undefined ? {} : { until: expiresAt }), attempts }];
  }
  if (event.kind === 'ban-lifted') {
    const { jail, id, liftedAt } = event.ban;
    return [{ event: 'unban', jail, id, time: liftedAt ?? 0 }];
  }
  return [];
}

function keyOf(ban: Ban): string {
  return `${ban.id} ${ban.jail}`;
}
