import type { Ban } from '../../core/records/ban.ts';

/*
 * What bans there must be, from the documented meaning of maxretry, findtime and bantime alone.
 * Nothing of the product is called.
 */

/** A jail's rules, as an operator reads them. */
export interface Rules {
  readonly name: string;
  readonly maxretry: number;
  readonly findtime: number;
  /** Seconds of the first ban, of the second, …; the last holds from there on. -1: for good. */
  readonly bantimes: readonly number[];
}

/** One failed try: whole epoch seconds. */
export interface Try {
  readonly id: string;
  readonly time: number;
}

export interface DefinedBan {
  readonly jail: string;
  readonly id: string;
  readonly bannedAt: number;
  readonly expiresAt: number | undefined;
}

/**
 * The bans of one pass over tries in the order of their times: tries made during a ban do not
 * count.
 */
export function bansInOnePass(tries: readonly Try[], rules: Rules): readonly DefinedBan[] {
  const bans: DefinedBan[] = [];
  for (const [id, times] of timesById(tries)) {
    let window: number[] = [];
    let end = Number.NEGATIVE_INFINITY;
    let earlier = 0;
    for (const time of times) {
      if (time <= end) continue;
      window = [...window.filter((one) => one > time - rules.findtime), time];
      if (window.length < rules.maxretry) continue;
      const bantime = rules.bantimes[Math.min(earlier, rules.bantimes.length - 1)] ?? -1;
      const expiresAt = bantime === -1 ? undefined : time + bantime;
      bans.push({ jail: rules.name, id, bannedAt: time, expiresAt });
      end = expiresAt ?? Number.POSITIVE_INFINITY;
      earlier += 1;
      window = [];
    }
  }
  return bans;
}

/** The ids that have a full window of tries later than their time in `after`. */
export function idsWithFullWindow(
  tries: readonly Try[],
  rules: Rules,
  after: (id: string) => number,
): readonly string[] {
  return [...timesById(tries)].flatMap(([id, times]) => {
    const counted = times.filter((time) => time > after(id));
    return counted.some((time) => within(counted, time, rules) >= rules.maxretry) ? [id] : [];
  });
}

/**
 * How many tries are in the window that ends at `time`, both ends as documented: (time - findtime,
 * time].
 */
function within(times: readonly number[], time: number, { findtime }: Rules): number {
  return times.filter((one) => one > time - findtime && one <= time).length;
}

/** The last second of a record's ban: tries up to it never count. */
export function lastSecond({ bannedAt, expiresAt, liftedAt }: Ban): number {
  const until = Math.min(expiresAt ?? Number.POSITIVE_INFINITY, liftedAt ?? Number.POSITIVE_INFINITY);
  return Math.max(bannedAt, until);
}

/**
 * True for the record that begins a ban, the first or the next one; an operator may ban again
 * within the second.
 */
export function isNewBan(record: Ban, before: Ban | undefined): boolean {
  return record.bannedAt !== before?.bannedAt || (before.state === 'lifted' && record.state === 'active');
}

/** What an operator did by hand, which the rules do not explain: `kind jail id second`. */
export type ByHand = ReadonlySet<string>;

/**
 * What is wrong with the records that one (id, jail) went through, in the order they were written;
 * nothing when each is one lawful transition from the one before it.
 *
 * @param tries of the id in the jail
 */
export function unlawful(
  records: readonly Ban[],
  tries: readonly Try[],
  rules: Rules,
  byHand: ByHand,
): readonly string[] {
  const times = tries.map(({ time }) => time);
  return records.flatMap((record, i) => {
    const before = records[i - 1];
    const wrong = (what: string): readonly string[] => [`${what}: ${JSON.stringify({ before, record })}`];
    if (record.version !== i + 1) return wrong('not the next version');
    if (before === undefined || isNewBan(record, before)) return newBan(record, before, times, rules).flatMap(wrong);
    if (record.state === 'active') {
      const ends = ({ expiresAt = Number.POSITIVE_INFINITY }: Ban): number => expiresAt;
      const later = ends(record) > ends(before);
      // An operator who repeats a jail's ban makes it theirs.
      const taken = ends(record) === ends(before) && record.origin === 'manual' && before.origin !== 'manual';
      const lawful = before.state === 'active' && byHand.has(`ban ${record.jail} ${record.id}`);
      return lawful && (later || taken) ? [] : wrong('prolonged');
    }
    if (before.state !== 'active') return wrong('lifted twice');
    if (byHand.has(`unban ${record.jail} ${record.id} ${record.liftedAt}`)) return [];
    const early = before.expiresAt === undefined || (record.liftedAt ?? 0) <= before.expiresAt;
    return early ? wrong('lifted early') : [];
  });

  function newBan(
    record: Ban,
    before: Ban | undefined,
    all: readonly number[],
    { maxretry }: Rules,
  ): readonly string[] {
    if (before?.state === 'active' && record.bannedAt <= lastSecond(before)) return ['banned while banned'];
    if (record.origin === 'manual') return byHand.has(`ban ${record.jail} ${record.id}`) ? [] : ['banned by nobody'];
    const end = before ? lastSecond(before) : Number.NEGATIVE_INFINITY;
    const counted = all.filter((time) => time > end);
    if (!counted.includes(record.bannedAt)) return ['banned at no try'];
    return within(counted, record.bannedAt, rules) < maxretry ? ['banned without a full window'] : [];
  }
}

function timesById(tries: readonly Try[]): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>();
  for (const { id, time } of tries) times.set(id, [...(times.get(id) ?? []), time]);
  for (const list of times.values()) list.sort((a, b) => a - b);
  return times;
}
