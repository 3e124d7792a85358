import { latencies } from '../events/latencies.ts';
import type { BanTarget } from '../ports/ban-target.ts';
import type { Clock } from '../ports/clock.ts';
import type { Confirmation } from '../ports/confirmation-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { TargetReport } from '../records/target-report.ts';
import type { ConfirmedEntries } from './confirmed-entries.ts';
import type { WantedBans } from './wanted-bans.ts';

export interface Confirming {
  /** Lives as long as a warm container. */
  readonly entries: ConfirmedEntries;
  readonly clock: Pick<Clock, 'now'>;
  /**
   * The effect of removing an entry of ours from a firewall by hand during its ban. `reban`: the
   * entry is put back; `unban`: its ban is lifted, as by `cloudjail unban`.
   */
  readonly onManualRemoval: 'reban' | 'unban';
}

/** What a plan asked of a target. */
export interface Asked {
  /** True when the plan named every ban there is. */
  readonly whole: boolean;
  /** All bans that hold, wherever they are to be enforced; known when `whole`. */
  readonly active?: number | undefined;
  /** What the target held before. */
  readonly held: ReadonlySet<string>;
  readonly wanted: WantedBans;
  /** Looked at, and not wanted. */
  readonly unwanted: readonly string[];
  /** When the last ban of some of these ended, epoch seconds. */
  readonly ended: ReadonlyMap<string, number>;
  /** Held, and not known to be ours. */
  readonly strangers: readonly string[];
  /** Removed by hand, it seems: neither put back nor given up yet. */
  readonly leftOut: ReadonlySet<string>;
}

/**
 * A confirmation outlives its ban by this long: an entry left over in a target that could not be
 * changed all the while is known to be ours even when the ban's record is gone.
 */
const KEPT_FOR = 90 * 86_400;

/**
 * Records which of our entries a target holds after it was written: new entries, removed ones, and
 * those that an earlier run died before recording.
 *
 * @throws when the store fails; the next run records the rest
 */
export async function confirm(
  target: BanTarget,
  asked: Asked,
  report: TargetReport,
  { entries, clock }: Confirming,
  telemetry: Telemetry,
): Promise<void> {
  const { name } = target;
  const now = clock.now();
  const enforced = enforcedOf(target, asked, report);
  // What has changed, others may have recorded too.
  entries.forget(name, [...report.added, ...report.removed]);
  const suspects = [
    ...asked.unwanted,
    ...report.removed,
    ...report.overflow,
    ...(asked.whole ? entries.ids(name) : []),
  ];
  const gone = new Set(suspects.filter((id) => !enforced.has(id) && !asked.leftOut.has(id)));
  await entries.learn(name, [...enforced, ...gone, ...asked.strangers]);
  reportPutBack(target, asked, report, { entries, telemetry });
  const forced = agesOfNews(name, enforced, asked.wanted, { entries, now });
  const added = new Set(report.added);
  const news = [...enforced].flatMap((id) => {
    // What was gone has not been held since it was first seen.
    const known = added.has(id) ? undefined : entries.get(name, id);
    const next = confirmation(name, id, asked.wanted, known, now);
    return known && says(known, next) ? [] : [next];
  });
  await entries.put(name, news);
  const out = [...gone].filter((id) => entries.get(name, id) !== undefined);
  await entries.delete(name, out);
  const lifted = out.flatMap((id) => (asked.ended.has(id) ? [now - (asked.ended.get(id) ?? now)] : []));
  if (forced.length + lifted.length === 0) return;
  // The time counts even for a ban that ends late, because an address was blocked for so long.
  const ends = latencies(lifted, Number.POSITIVE_INFINITY);
  telemetry.emit({ kind: 'changes-confirmed', target: name, enforced: latencies(forced), ended: ends });
}

/** Seconds since the bans that the target holds for the first time were put on record. */
function agesOfNews(
  target: string,
  enforced: ReadonlySet<string>,
  wanted: WantedBans,
  { entries, now }: { readonly entries: ConfirmedEntries; readonly now: number },
): readonly number[] {
  return [...enforced].flatMap((id) => {
    const known = entries.get(target, id)?.bans ?? [];
    const isKnown = (ban: { readonly jail: string; readonly bannedAt: number }): boolean =>
      known.some(({ jail, bannedAt }) => jail === ban.jail && bannedAt === ban.bannedAt);
    return wanted.bansOf(id).flatMap((ban) => (ban.madeAt === undefined || isKnown(ban) ? [] : [now - ban.madeAt]));
  });
}

/** The wanted ids that the target is known to hold now. */
function enforcedOf({ indirect }: BanTarget, asked: Asked, report: TargetReport): ReadonlySet<string> {
  if (indirect) return new Set(report.enforced?.filter((id) => asked.wanted.has(id)));
  const [added, out] = [new Set(report.added), new Set([...report.removed, ...report.overflow])];
  const isHeld = (id: string): boolean => (added.has(id) || asked.held.has(id)) && !out.has(id);
  return new Set([...asked.wanted.ids()].filter(isHeld));
}

function confirmation(
  target: string,
  id: string,
  wanted: WantedBans,
  known: Confirmation | undefined,
  now: number,
): Confirmation {
  const bans = wanted.bansOf(id);
  const ends = bans.map(({ expiresAt }) => expiresAt ?? Number.POSITIVE_INFINITY);
  const end = Math.max(...ends);
  return {
    target,
    id,
    bans: bans.map(({ jail, bannedAt }) => {
      const before = known?.bans.find((ban) => ban.jail === jail && ban.bannedAt === bannedAt);
      return { jail, bannedAt, since: before?.since ?? now };
    }),
    keepUntil: Number.isFinite(end) ? end + KEPT_FOR : undefined,
    missingSince: undefined,
  };
}

/** Whether the confirmation already holds everything. */
function says(known: Confirmation, next: Confirmation): boolean {
  const isKnown = ({ jail, bannedAt }: Confirmation['bans'][number]): boolean =>
    known.bans.some((ban) => ban.jail === jail && ban.bannedAt === bannedAt);
  const isKept = (known.keepUntil ?? Number.POSITIVE_INFINITY) >= (next.keepUntil ?? Number.POSITIVE_INFINITY);
  return isKept && known.missingSince === undefined && next.bans.every(isKnown);
}

/** Added though they had been seen there for the same bans, so another party removed them. */
function reportPutBack(
  { name }: BanTarget,
  { wanted }: Asked,
  { added }: TargetReport,
  { entries, telemetry }: { readonly entries: ConfirmedEntries; readonly telemetry: Telemetry },
): void {
  const ids = added.filter((id) => {
    const bans = wanted.bansOf(id);
    const known = entries.get(name, id)?.bans ?? [];
    return known.some((one) => bans.some((ban) => ban.jail === one.jail && ban.bannedAt === one.bannedAt));
  });
  if (ids.length > 0) telemetry.emit({ kind: 'entries-put-back', target: name, ids });
}
