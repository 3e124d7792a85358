import { liftedByHand } from '../bans/by-hand.ts';
import { parseCidr } from '../net/address.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { TargetParts } from '../ports/ban-target.ts';
import type { Confirmation } from '../ports/confirmation-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Ban } from '../records/ban.ts';
import type { Confirming } from './confirm.ts';

/** What a plan finds when it compares a target with the bans. */
export interface Comparison {
  readonly target: string;
  /** Wanted ids that the target does not hold, with their bans from the table itself. */
  readonly missing: ReadonlyMap<string, readonly Ban[]>;
  /** Wanted ids that it holds, with their bans. */
  readonly standing: ReadonlyMap<string, readonly BanName[]>;
  readonly parts: TargetParts | undefined;
}

type BanName = Pick<Ban, 'jail' | 'bannedAt'>;

export interface RemovalPorts {
  readonly bans: Pick<BanStore, 'write'>;
  readonly telemetry: Telemetry;
  readonly confirming: Confirming;
}

/**
 * Seconds an entry must have stood, and a target been settled: longer than any run of a banner
 * takes, and services take to show a change.
 */
const STOOD = 120;
const SETTLED = 900;
/**
 * Seconds between the two looks that must both find an entry gone: the first may fall into the
 * middle of a change of the whole target.
 */
const LOOKED_TWICE = 45;
/** An older first look no longer counts. */
const FORGOTTEN = 600;
/** More entries that vanish from a part of a target at once are not one person's doing. */
const MOST_AT_ONCE = 10;

/**
 * Distinguishes the entries that an operator removed from a target from those missing for other
 * reasons, and lifts the bans of the former.
 *
 * A ban that is wrongly taken for lifted would be lost, so every doubtful entry is put back:
 * - an entry that was never confirmed for each of the bans it is wanted for: they may be new, or
 *   their banner may have died;
 * - one confirmed too short a while ago to be sure that all have seen it;
 * - one that vanished with more than {@link MOST_AT_ONCE} others, or with all others of its part
 *   that had stood there as long: CloudFormation rewrites the addresses of an IP set with any of
 *   its properties;
 * - any that was confirmed before we last took entries of active bans out ourselves, for want of
 *   room or because they are spared now, or began to put back what had been wiped out: a run that
 *   died on the way leaves the same picture. Each such run first leaves a mark.
 *
 * What remains must be gone at two looks. Both the confirmation and the mark are read after the
 * target has been, so what another banner has put back or taken out by then is known.
 *
 * @returns ids that must neither be put back nor be given up: their bans have been lifted just now,
 *   or wait for the second look
 * @throws when a store fails: nothing may then be put back either, lest it be left half done
 *   without a mark
 */
export async function judgeMissing(seen: Comparison, ports: RemovalPorts): Promise<ReadonlySet<string>> {
  const { entries, clock } = ports.confirming;
  const { target, missing } = seen;
  // What this container remembers may be old: others may have taken the confirmation back.
  entries.forget(
    target,
    [...missing.keys()].filter((id) => entries.get(target, id)),
  );
  await entries.learn(target, missing.keys());
  const gone = [...missing].flatMap(([id, bans]) => {
    const confirmation = entries.get(target, id);
    const since = bans.every(isOnlyOne) ? confirmedSince(confirmation, bans) : undefined;
    return confirmation && since !== undefined ? [{ id, bans, confirmation, since }] : [];
  });
  if (gone.length === 0) return new Set();
  const now = clock.now();
  const settledAt = ((await entries.store.unsettledAt(target)) ?? Number.NEGATIVE_INFINITY) + SETTLED;
  const hasStood = (since: number | undefined): boolean =>
    since !== undefined && since > settledAt && since + STOOD < now;
  await entries.learn(target, seen.standing.keys());
  const stood = [...seen.standing].filter(([id, bans]) => hasStood(confirmedSince(entries.get(target, id), bans)));
  const ids = gone.map(({ id }) => id);
  const wiped = wipedParts(
    ids,
    stood.map(([id]) => id),
    seen.parts,
  );
  if (wiped.size > 0) await entries.unsettle(target);
  const removed = gone.filter(({ id, since }) => hasStood(since) && !wiped.has(partOf(id, seen.parts)));
  for (const { id, bans, confirmation } of removed) {
    const first = confirmation.missingSince ?? Number.NEGATIVE_INFINITY;
    if (now > first + FORGOTTEN) {
      await entries.store.noteMissing({ target, id }, now);
      entries.forget(target, [id]);
    } else if (now >= first + LOOKED_TWICE) {
      const lifted = await Promise.all(bans.map((ban) => lift(ban, target, ports, now)));
      if (lifted.every(Boolean)) await entries.delete(target, [id]);
    }
  }
  return new Set(removed.map(({ id }) => id));
}

/** Since when the entry has been known to stand for all of these bans; `undefined`: it has not. */
function confirmedSince(confirmation: Confirmation | undefined, bans: readonly BanName[]): number | undefined {
  const times = bans.flatMap((ban) => {
    const isThis = (one: BanName): boolean => one.jail === ban.jail && one.bannedAt === ban.bannedAt;
    return confirmation?.bans.find(isThis)?.since ?? [];
  });
  return bans.length > 0 && times.length === bans.length ? Math.max(...times) : undefined;
}

/**
 * False where another ban of the record may have begun in the same second, and be what was
 * confirmed: by hand that can be.
 */
function isOnlyOne({ bannedAt, changes = [] }: Ban): boolean {
  const index = changes.findLastIndex(({ kind }) => kind === 'banned');
  const [made, before] = [changes[index], changes[index - 1]];
  if (made?.bannedAt !== bannedAt) return false;
  return made.version === 1 || (before !== undefined && before.bannedAt !== bannedAt);
}

/** @param stood what has not vanished, of the same age */
function wipedParts(
  gone: readonly string[],
  stood: readonly string[],
  parts: TargetParts | undefined,
): ReadonlySet<string> {
  const alive = new Set(stood.map((id) => partOf(id, parts)));
  const counts = new Map<string, number>();
  for (const id of gone) counts.set(partOf(id, parts), (counts.get(partOf(id, parts)) ?? 0) + 1);
  return new Set([...counts].flatMap(([part, count]) => (count > MOST_AT_ONCE || !alive.has(part) ? [part] : [])));
}

function partOf(id: string, parts: TargetParts | undefined): string {
  return parts ? parts.of(id) : `IPv${parseCidr(id)?.family}`;
}

/** @returns false for a ban that was changed meanwhile: the next run looks at it again */
async function lift(ban: Ban, target: string, { bans, telemetry }: RemovalPorts, now: number): Promise<boolean> {
  const after = liftedByHand(ban, now);
  if ((await bans.write(after)) === 'conflict') return false;
  telemetry.emit({ kind: 'unbanned-in-target', target, id: ban.id, jail: ban.jail });
  telemetry.emit({ kind: 'ban-lifted', ban: after });
  return true;
}
