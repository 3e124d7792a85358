import { reads } from '../compile/log-group-readers.ts';
import type { BackfillStore } from '../ports/backfill-store.ts';
import {
  type BackfillLedger,
  type BackfillOrder,
  type BackfillProgress,
  type EndedBackfill,
  NOTHING_YET,
  type ReadLogGroup,
} from '../records/backfill.ts';
import type { CompiledJail } from '../records/compiled-jail.ts';
import type { Span } from '../records/span.ts';

/**
 * Seconds for which a log group is followed after its jails were first seen. A deployment creates
 * functions, schedules and subscriptions in any order, and only the backfill delivers events
 * written before the subscription exists.
 */
const FOLLOWED_FOR = 900;
/** The same for a log group whose subscription is about to be created. */
const FOLLOWED_ONCE_SUBSCRIBED = 120;
/**
 * UTF-16 units of JSON that open orders may take: with the rest of the record they stay below the
 * limit of a DynamoDB item.
 */
const MOST_ORDERED = 200_000;
/** Ended orders that are remembered. */
const MOST_ENDED = 20;

const EMPTY: BackfillLedger = { reads: [], orders: [], ended: [], latest: 0, version: 0 };

/**
 * The ledger after these jails are deployed. New pairs of jail and log group are read back by
 * findtime, as fail2ban does with a file that it sees for the first time
 * (fail2ban/server/filter.py: FileFilter.getFailures). Jails of one log group with the same
 * findtime share an order, because reading takes the time. A jail that is gone is forgotten; if it
 * returns, it catches up again.
 *
 * @param now epoch seconds
 * @returns `undefined`: nothing is new
 */
export function withDeployed(
  ledger: BackfillLedger | undefined,
  jails: readonly CompiledJail[],
  now: number,
): BackfillLedger | undefined {
  const before = ledger ?? EMPTY;
  const readNow = readBy(jails);
  if (ledger && JSON.stringify(readNow) === JSON.stringify(ledger.reads)) return undefined;
  const known = new Map(before.reads.map(({ logGroup, jails: names }) => [logGroup, new Set(names)]));
  const findtimes = new Map(jails.map(({ name, findtime }) => [name, findtime]));
  let latest = before.latest;
  const fresh = readNow.flatMap(({ logGroup, jails: names }): BackfillOrder[] => {
    // The log groups of a prefix are not known here; the subscriber orders their backfill (see
    // withSubscribed).
    if (logGroup.endsWith('*')) return [];
    const unknown = names.filter((name) => !known.get(logGroup)?.has(name));
    const made = catchUps(logGroup, unknown, findtimes, { latest, now, followedFor: FOLLOWED_FOR });
    latest += made.length;
    return made;
  });
  const isRead = ({ logGroup, jails: names }: BackfillOrder): boolean =>
    names.some((name) => readersOf({ reads: readNow }, logGroup).includes(name));
  const orphans = before.orders
    .filter((order) => !isRead(order))
    .map((order) => ended(order, undefined, 'failed', 'none of its jails is deployed any more', now));
  return {
    reads: readNow,
    orders: [...before.orders.filter(isRead), ...fresh],
    ended: [...orphans, ...before.ended].slice(0, MOST_ENDED),
    latest,
    version: before.version + 1,
  };
}

/** One order for the jails with the same findtime. */
function catchUps(
  logGroup: string,
  names: readonly string[],
  findtimes: ReadonlyMap<string, number>,
  { latest, now, followedFor }: { readonly latest: number; readonly now: number; readonly followedFor: number },
): BackfillOrder[] {
  const reaches = new Set(names.map((name) => findtimes.get(name) ?? 0));
  return [...reaches].map((findtime, index) => ({
    id: latest + index + 1,
    kind: 'catch-up',
    logGroup,
    jails: names.filter((name) => findtimes.get(name) === findtime),
    fromMs: Math.max(0, Math.floor((now - findtime) * 1000)),
    toMs: Math.floor((now + followedFor) * 1000),
    orderedAt: Math.floor(now),
  }));
}

/**
 * The ledger when the matcher is about to be subscribed to a log group that jails read by prefix.
 * Its existing events are read back, as for a log group that a jail names. Reading events again
 * that some jails have read changes nothing.
 *
 * @param now epoch seconds
 * @returns `ordered`: the order exists already. `full`: there is too much to read back already
 */
export function withSubscribed(
  ledger: BackfillLedger | undefined,
  logGroup: string,
  jails: readonly CompiledJail[],
  now: number,
): BackfillLedger | 'ordered' | 'full' {
  const before = ledger ?? EMPTY;
  const names = jails
    .filter((jail) => reads(jail, logGroup))
    .map(({ name }) => name)
    .sort();
  const awaited = before.orders.filter((order) => order.kind === 'catch-up' && order.logGroup === logGroup);
  if (names.every((name) => awaited.some((order) => order.jails.includes(name)))) return 'ordered';
  const findtimes = new Map(jails.map(({ name, findtime }) => [name, findtime]));
  const made = catchUps(logGroup, names, findtimes, {
    latest: before.latest,
    now,
    followedFor: FOLLOWED_ONCE_SUBSCRIBED,
  });
  const orders = [...before.orders, ...made];
  if (JSON.stringify(orders).length > MOST_ORDERED) return 'full';
  return { ...before, orders, latest: before.latest + made.length, version: before.version + 1 };
}

function readBy(jails: readonly CompiledJail[]): readonly ReadLogGroup[] {
  const readers = new Map<string, Set<string>>();
  for (const { name, loggroups, logGroupPrefixes = [] } of jails) {
    for (const logGroup of [...loggroups, ...logGroupPrefixes.map((prefix) => `${prefix}*`)]) {
      readers.set(logGroup, (readers.get(logGroup) ?? new Set()).add(name));
    }
  }
  return [...readers]
    .map(([logGroup, names]) => ({ logGroup, jails: [...names].sort() }))
    .sort((a, b) => (a.logGroup < b.logGroup ? -1 : 1));
}

/** The deployed jails that read a log group, by name or by prefix. */
export function readersOf({ reads }: Pick<BackfillLedger, 'reads'>, logGroup: string): readonly string[] {
  const names = reads.flatMap((one) => (covers(one.logGroup, logGroup) ? one.jails : []));
  return [...new Set(names)].sort();
}

function covers(written: string, logGroup: string): boolean {
  return written.endsWith('*') ? logGroup.startsWith(written.slice(0, -1)) : written === logGroup;
}

/** The ledger with one more order, requested by an operator. */
export function withRequest(
  ledger: BackfillLedger,
  request: Span & { readonly logGroup: string; readonly jails: readonly string[] },
  now: number,
): { readonly ledger: BackfillLedger; readonly order: BackfillOrder } {
  const { logGroup, jails, fromMs, toMs } = request;
  const id = ledger.latest + 1;
  const order: BackfillOrder = { id, kind: 'request', logGroup, jails, fromMs, toMs, orderedAt: Math.floor(now) };
  return { ledger: { ...ledger, orders: [...ledger.orders, order], latest: id, version: ledger.version + 1 }, order };
}

function ended(
  order: BackfillOrder,
  progress: BackfillProgress | undefined,
  how: EndedBackfill['how'],
  reason: string,
  now: number,
): EndedBackfill {
  const { cursorMs, tally } = progress ?? { cursorMs: order.fromMs, tally: NOTHING_YET };
  return { order, how, reason, at: Math.floor(now), cursorMs, tally };
}

/**
 * Takes an order off the ledger.
 *
 * @returns `undefined` when another run has done so
 */
export async function endOrder(
  order: BackfillOrder,
  progress: BackfillProgress | undefined,
  end: Pick<EndedBackfill, 'how' | 'reason'>,
  store: BackfillStore,
  now: number,
): Promise<EndedBackfill | undefined> {
  for (;;) {
    const ledger = await store.ledger();
    if (!ledger?.orders.some(({ id }) => id === order.id)) return undefined;
    const over = ended(order, progress, end.how, end.reason, now);
    const next: BackfillLedger = {
      ...ledger,
      orders: ledger.orders.filter(({ id }) => id !== order.id),
      ended: [over, ...ledger.ended].slice(0, MOST_ENDED),
      version: ledger.version + 1,
    };
    if ((await store.writeLedger(next)) === 'written') return over;
  }
}
