import type { BanStore } from '../ports/ban-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { NoticeEntry, NoticeLedger, ToldChange } from '../ports/notice-ledger.ts';
import type { BanNotice, Notifier } from '../ports/notifier.ts';
import type { Ban, BanChange } from '../records/ban.ts';

export interface TellingPorts {
  readonly bans: BanStore;
  readonly ledger: NoticeLedger;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/**
 * Seconds one run has for the notices of one record before another may take over; many times what
 * they take.
 */
const LEASE = 30;
/**
 * Seconds, more than DynamoDB's TTL may be late: the ledger must know the reported changes for
 * longer than the record lives.
 */
const MARGIN = 30 * 86_400;

/**
 * Reports every unreported change that these ids' records hold, even where the run that made the
 * change died. Once it returns, all of them have been sent, by this run or by another one at the
 * same time.
 *
 * Any number of parallel runs report each change once. Exactly once is impossible when a run dies
 * between sending a notice and recording that: such a notice is repeated, under the same name, when
 * its lease is over.
 *
 * @throws when a store or the notifier fails: the ids must then be passed again
 */
export async function reportChanges(ids: readonly string[], ports: TellingPorts): Promise<void> {
  for (const id of new Set(ids)) {
    for (const record of await ports.bans.ofId(id)) await tellOf(record, ports);
  }
}

async function tellOf(record: Ban, ports: TellingPorts): Promise<void> {
  const { ledger, clock } = ports;
  for (;;) {
    const entry = await ledger.read(record);
    const notices = untold(record, entry?.told);
    if (notices.length === 0) return;
    const now = clock.now();
    if (entry !== undefined && entry.leasedUntil > now) {
      // Another run holds the lease. If it died, perhaps only this run comes back for it.
      await clock.sleep(Math.ceil((entry.leasedUntil - now) * 1000));
      continue;
    }
    const lease: NoticeEntry = {
      told: entry?.told,
      leasedUntil: now + LEASE,
      keepUntil: keepUntil(record),
      version: (entry?.version ?? 0) + 1,
    };
    if ((await ledger.write(record, lease)) === 'written') await tell(notices, record, lease, ports);
  }
}

/**
 * Hands the notices on under the lease, and notes how far it came, whether or not it came to the
 * end.
 */
async function tell(
  notices: readonly BanNotice[],
  record: Ban,
  lease: NoticeEntry,
  ports: TellingPorts,
): Promise<void> {
  let { told } = lease;
  try {
    for (const notice of notices) {
      await ports.notifier.notify(notice);
      const { version, bannedAt } = notice.change;
      told = { version, bannedAt: Math.max(bannedAt, told?.bannedAt ?? 0) };
    }
  } finally {
    // A conflict means that the lease ran out and another run took over; its record is as good.
    await ports.ledger.write(record, { ...lease, told, leasedUntil: 0, version: lease.version + 1 });
  }
}

/** Notices of the changes later than `told`, the last reported one, oldest first. */
function untold({ id, jail, changes = [] }: Ban, told: ToldChange | undefined): readonly BanNotice[] {
  const isTold = ({ version, bannedAt }: BanChange): boolean =>
    told !== undefined && version <= told.version && bannedAt <= told.bannedAt;
  const later = changes.filter((change) => !isTold(change));
  // Only where every change on record is untold may earlier ones be gone.
  const first = later.length === changes.length ? later[0] : undefined;
  const known = told !== undefined && first !== undefined && first.version > told.version ? told.version : 0;
  return later.map((change) => ({
    name: `${jail}#${id}#${change.bannedAt}#${change.version}`,
    id,
    jail,
    change,
    missing: change === first ? first.version - known - 1 : 0,
  }));
}

function keepUntil({ state, expiresAt, liftedAt, bannedAt, keptFor }: Ban): number | undefined {
  if (state === 'active' && expiresAt === undefined) return undefined;
  return Math.max(liftedAt ?? 0, expiresAt ?? 0, bannedAt) + keptFor + MARGIN;
}
