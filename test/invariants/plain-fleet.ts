import fc from 'fast-check';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import type { Ban } from '../../core/records/ban.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { type ByHand, isNewBan, type Rules, type Try, unlawful } from '../support/by-definition.ts';
import { MISHAPS, type Mishap } from '../support/fleet.ts';
import { plainJail } from '../support/plain-jail.ts';
import type { Stores } from '../support/stores.ts';

/** Addresses in so few ids that windows fill; two of them are one id, one is ignored. */
const IPS = ['9.0.0.1', '9.0.0.2', '2600::1', '2600::2', '9.0.0.4'] as const;
const IDS: Readonly<Record<string, string>> = { '2600::1': '2600::/64', '2600::2': '2600::/64' };
const IGNORED = '9.0.0.4';

const PLAIN = plainJail({}).increment;
const never = { maxretry: 1_000_000, findtime: 1_000_000_000, bantime: 600 };

/**
 * Jails that ban sooner and later, for longer each time, for good; one that only counts, and one
 * that counts bans.
 */
export const JAILS: readonly CompiledJail[] = [
  { name: 'slow', maxretry: 3, findtime: 100, bantime: 150 },
  {
    name: 'fast',
    maxretry: 2,
    findtime: 20,
    bantime: 30,
    increment: { ...PLAIN, enabled: true, multipliers: [1, 2, 4] },
  },
  { name: 'forever', maxretry: 5, findtime: 200, bantime: -1 },
  { name: 'counts', ...never },
  { name: 'again', ...never, recidive: true, loggroups: [] },
  { name: 'repeated', maxretry: 2, findtime: 500, bantime: 1000, recidive: true, loggroups: [] },
].map((jail) => plainJail({ ...jail, ignoreip: [IGNORED] }));

/** The same, as an operator reads them. */
export const RULES: readonly Rules[] = [
  { name: 'slow', maxretry: 3, findtime: 100, bantimes: [150] },
  { name: 'fast', maxretry: 2, findtime: 20, bantimes: [30, 60, 120] },
  { name: 'forever', maxretry: 5, findtime: 200, bantimes: [-1] },
];

/** Of the jail whose tries are the others' bans. */
export const RECIDIVE: Rules = { name: 'repeated', maxretry: 2, findtime: 500, bantimes: [1000] };

/** Its tries: bans that jails made and were in time. */
export function recidiveTries(history: readonly Ban[]): readonly Try[] {
  return bansMade(history).flatMap(({ jail, id, bannedAt, origin, state }) =>
    origin === 'jail' && state === 'active' && jail !== RECIDIVE.name ? [{ id, time: bannedAt }] : [],
  );
}

export const SHORTEST_FINDTIME = 20;

/**
 * Mostly dense, so that bans and bans again happen; ties; gaps at the edges of a window and of a
 * ban; pauses longer than both.
 */
const gap = fc.oneof(
  { weight: 12, arbitrary: fc.nat(12) },
  { weight: 4, arbitrary: fc.constantFrom(0, 0, 19, 20, 21, 30, 31, 60, 61, 99, 100, 101, 150, 151) },
  { weight: 1, arbitrary: fc.nat(400) },
);

/** A log in the order of its times. */
export const plainLog = fc
  .array(fc.tuple(gap, fc.constantFrom(...IPS), fc.integer({ min: 0, max: 3 })), { maxLength: 60, size: 'max' })
  .map((lines): readonly LogEvent[] => {
    let time = 1_000_000;
    return lines.map(([pause, ip, kind], i) => {
      time += pause;
      return { id: `event ${i}`, timestampMs: time * 1000, message: `${kind === 0 ? 'yes' : 'no'} ${ip}` };
    });
  });

/** The failed tries in a log that may count. */
export function triesOf(events: readonly LogEvent[]): readonly Try[] {
  return events.flatMap(({ message, timestampMs }) => {
    const [word, ip = ''] = message.split(' ');
    return word === 'no' && ip !== IGNORED ? [{ id: IDS[ip] ?? ip, time: timestampMs / 1000 }] : [];
  });
}

/** What befalls an invocation and its repetitions: mostly nothing. */
export const mishaps = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Mishap[]>([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ at: fc.integer({ min: 1, max: 12 }), kind: fc.constantFrom(...MISHAPS) }), {
      minLength: 1,
      maxLength: 2,
    }),
  },
);

/** Seconds by which one delivery is late. */
export const lateness = fc.constantFrom(0, 0, 0, 0, 1, 40, 1000);

/** Seconds by which the functions' clock is behind that of the log's host. */
export const slowness = fc.constantFrom(0, 0, 0, 40);

/** The records each (jail, id) went through, by `jail id`. */
export function byKey(history: readonly Ban[]): ReadonlyMap<string, readonly Ban[]> {
  const records = new Map<string, Ban[]>();
  for (const ban of history) {
    const key = `${ban.jail} ${ban.id}`;
    records.set(key, [...(records.get(key) ?? []), ban]);
  }
  return records;
}

/** Bans as they were made, those too late to be enforced included: no lifts, nothing prolonged. */
export function bansMade(history: readonly Ban[]): readonly Ban[] {
  return [...byKey(history).values()].flatMap((records) =>
    records.filter((record, i) => isNewBan(record, records[i - 1])),
  );
}

/** All that is wrong with what was written. */
export function allUnlawful(history: readonly Ban[], tries: readonly Try[], byHand: ByHand = new Set()) {
  return [...byKey(history)].flatMap(([key, records]) => {
    const { id, jail } = records[0] as Ban;
    const rules = [...RULES, RECIDIVE].find(({ name }) => name === jail);
    if (rules === undefined) return [`a jail that must not ban: ${key}`];
    return unlawful(
      records,
      (rules === RECIDIVE ? recidiveTries(history) : tries).filter((one) => one.id === id),
      rules,
      byHand,
    );
  });
}

/** The times of the attempts that a jail holds of each of the ids, in order. */
export async function heldTimes(stores: Stores, jail: string, ids: Iterable<string>) {
  const held: Record<string, readonly number[]> = {};
  for (const id of ids) {
    const { attempts } = await stores.attempts.read({ jail, id });
    held[id] = attempts.map(({ time }) => time);
  }
  return held;
}

/** What {@link heldTimes} must be for these tries. */
export function timesOf(tries: readonly Try[], ids: Iterable<string>) {
  const sorted = (id: string) => tries.flatMap((one) => (one.id === id ? [one.time] : [])).sort((a, b) => a - b);
  return Object.fromEntries([...ids].map((id) => [id, sorted(id)]));
}
