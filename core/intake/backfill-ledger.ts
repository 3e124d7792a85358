import type { CompiledJail } from '../filter/compiled-jail.ts';
import type { BackfillStore } from '../ports/backfill-store.ts';
import type { Span } from '../ports/log-reader.ts';
import {
  type BackfillLedger,
  type BackfillOrder,
  type BackfillProgress,
  type EndedBackfill,
  NOTHING_YET,
  type ReadLogGroup,
} from './backfill.ts';

/**
 * Seconds for which a log group is followed after its jails were first seen: a deployment makes functions, schedules and subscriptions in any
 * order, and what is written before its subscription stands is delivered by nobody else.
 */
const FOLLOWED_FOR = 900;
/** Ended orders that are remembered. */
const MOST_ENDED = 20;

const EMPTY: BackfillLedger = { reads: [], orders: [], ended: [], latest: 0, version: 0 };

/**
 * The ledger once these jails are deployed: new pairs of jail and log group are to be caught up with, as far back as fail2ban reads a file
 * that it first sees, findtime (fail2ban/server/filter.py: FileFilter.getFailures). Jails of one log group
 * that look equally far back share an order, since reading is what takes time. A jail that is gone is forgotten: should it come back, it
 * catches up again.
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
  const reads = readBy(jails);
  if (ledger && JSON.stringify(reads) === JSON.stringify(ledger.reads)) return undefined;
  const known = new Map(before.reads.map(({ logGroup, jails: names }) => [logGroup, new Set(names)]));
  const findtimes = new Map(jails.map(({ name, findtime }) => [name, findtime]));
  let latest = before.latest;
  const fresh = reads.flatMap(({ logGroup, jails: names }): BackfillOrder[] => {
    // What a prefix stands for is not known here.
    if (logGroup.endsWith('*')) return [];
    const unknown = names.filter((name) => !known.get(logGroup)?.has(name));
    const reaches = new Set(unknown.map((name) => findtimes.get(name) ?? 0));
    return [...reaches].map((findtime) => ({
      id: ++latest,
      kind: 'catch-up',
      logGroup,
      jails: unknown.filter((name) => findtimes.get(name) === findtime),
      fromMs: Math.max(0, Math.floor((now - findtime) * 1000)),
      toMs: Math.floor((now + FOLLOWED_FOR) * 1000),
      orderedAt: Math.floor(now),
    }));
  });
  const isRead = ({ logGroup, jails: names }: BackfillOrder): boolean =>
    names.some((name) => readersOf({ ...before, reads }, logGroup).includes(name));
  const orphans = before.orders
    .filter((order) => !isRead(order))
    .map((order) => ended(order, undefined, 'failed', 'none of its jails is deployed any more', now));
  return {
    reads,
    orders: [...before.orders.filter(isRead), ...fresh],
    ended: [...orphans, ...before.ended].slice(0, MOST_ENDED),
    latest,
    version: before.version + 1,
  };
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

/** The deployed jails that read a log group, by its name or by what that begins with. */
export function readersOf({ reads }: Pick<BackfillLedger, 'reads'>, logGroup: string): readonly string[] {
  const names = reads.flatMap((one) => (covers(one.logGroup, logGroup) ? one.jails : []));
  return [...new Set(names)].sort();
}

function covers(written: string, logGroup: string): boolean {
  return written.endsWith('*') ? logGroup.startsWith(written.slice(0, -1)) : written === logGroup;
}

/** The ledger with one more order, which somebody asked for. */
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
 * @returns `undefined` when somebody else has done so
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
