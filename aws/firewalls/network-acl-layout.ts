import { parseCidr } from '../../core/net/address.ts';
import type { TargetChange, WantedBan } from '../../core/ports/ban-target.ts';
import { coversAll, coversSome, describeTraffic, idOf, isBanLike, isSame } from './acl-traffic.ts';
import type { AclContent, AclEntry, AclStep, AclTraffic } from './ec2-network-acl.ts';

/** The rule numbers reserved for bans: `capacity` numbers from `first` on. */
export interface RuleWindow {
  readonly first: number;
  readonly capacity: number;
}

/** The steps that an ACL needs. */
export interface Layout {
  /** In the order to take them. */
  readonly steps: readonly AclStep[];
  /** Wanted bans that get no entry. */
  readonly overflow: readonly string[];
  readonly warnings: readonly string[];
}

/** An entry that a ban needs. */
interface Wish extends AclTraffic {
  readonly id: string;
  /**
   * The number of the first entry that allows all this traffic. A deny entry behind it has no
   * effect.
   */
  readonly before: number;
}

type Place = readonly [ruleNumber: number, wish: Wish];

const PROTOCOL_NUMBERS = { tcp: '6', udp: '17' } as const;

export function inWindow({ entries }: AclContent, { first, capacity }: RuleWindow): readonly AclEntry[] {
  return entries.filter(({ ruleNumber }) => ruleNumber >= first && ruleNumber < first + capacity);
}

/** The ids denied in the window, by cloudjail or by others. */
export function heldIds(acl: AclContent, window: RuleWindow): ReadonlySet<string> {
  return new Set(inWindow(acl, window).filter(isBanLike).map(idOf));
}

/**
 * Plans the steps that make the window hold the bans of `change`, or the first of them where not
 * all fit. An entry is foreign when it lacks the form of a ban or the change does not name its id.
 * A foreign entry stays, and its number can't be used. Bans keep their numbers.
 *
 * @param full families for which the ACL takes no further entry
 */
export function layOut(acl: AclContent, window: RuleWindow, change: TargetChange, full: ReadonlySet<4 | 6>): Layout {
  const spokenOf = new Set([...change.present.map(({ id }) => id), ...change.absent]);
  const taken = inWindow(acl, window);
  const ours = taken.filter((entry) => isBanLike(entry) && spokenOf.has(idOf(entry)));
  const foreign = new Set(taken.filter((entry) => !ours.includes(entry)).map(({ ruleNumber }) => ruleNumber));
  const end = window.first + window.capacity;
  const usable = Array.from({ length: window.capacity }, (_, i) => window.first + i).filter((n) => !foreign.has(n));
  const inFront = acl.entries.filter(({ action, ruleNumber }) => action === 'allow' && ruleNumber < end);
  const roomOf = (family: 4 | 6): number =>
    full.has(family) ? ours.filter(({ range }) => range.family === family).length : usable.length;
  const { wishes, overflow, inVain } = choose(change.present, usable, inFront, { 4: roomOf(4), 6: roomOf(6) });
  const places = place(wishes, usable, ours, full);
  return {
    steps: stepsTo(places, ours, full.size > 0),
    overflow,
    warnings: inFront.flatMap((entry) => warnings(acl.id, entry, [...places, ...inVain], end)),
  };
}

/**
 * Chooses bans by rank, each with all of its entries or none. A ban with fewer entries may fit
 * where one of higher rank did not.
 */
function choose(
  present: readonly WantedBan[],
  usable: readonly number[],
  inFront: readonly AclEntry[],
  room: Readonly<Record<4 | 6, number>>,
) {
  const wishes: Wish[] = [];
  const overflow: string[] = [];
  const inVain: Place[] = [];
  const hasRoom = (wanted: readonly Wish[]): boolean => {
    const family = wanted[0]?.range.family ?? 4;
    const alike = wishes.filter(({ range }) => range.family === family);
    return wishes.length + wanted.length <= usable.length && alike.length + wanted.length <= room[family];
  };
  for (const ban of present) {
    const wanted = wishes.length < usable.length ? wishesOf(ban, inFront) : [];
    if (wanted.length === 0 || !hasRoom(wanted)) overflow.push(ban.id);
    else if (inTime([...wishes, ...wanted], usable)) wishes.push(...wanted);
    else {
      overflow.push(ban.id);
      for (const wish of wanted) inVain.push([Infinity, wish]);
    }
  }
  return { wishes, overflow, inVain };
}

function wishesOf({ id, ports }: WantedBan, inFront: readonly AclEntry[]): readonly Wish[] {
  const range = parseCidr(id);
  if (!range) throw new Error(`${id} is no address`);
  const traffic: readonly AclTraffic[] =
    ports === 'all'
      ? [{ range, protocol: '-1', ports: undefined }]
      : ports.map(({ protocol, from, to }) => ({ range, protocol: PROTOCOL_NUMBERS[protocol], ports: { from, to } }));
  return traffic.map((each) => {
    const covering = inFront.filter((entry) => coversAll(entry, each)).map(({ ruleNumber }) => ruleNumber);
    return { id, ...each, before: Math.min(...covering, Infinity) };
  });
}

/** Whether all wishes can have effective numbers at once. */
function inTime(wishes: readonly Wish[], usable: readonly number[]): boolean {
  const ends = new Set(wishes.map(({ before }) => before));
  return [...ends].every((end) => {
    const places = usable.filter((number) => number < end).length;
    return end === Infinity || wishes.filter(({ before }) => before <= end).length <= places;
  });
}

/** Assigns a number to each wish and moves as few entries as possible. */
function place(
  wishes: readonly Wish[],
  usable: readonly number[],
  ours: readonly AclEntry[],
  full: ReadonlySet<4 | 6>,
): readonly Place[] {
  const stands = (wish: Wish) => ours.some((entry) => isSame(entry, wish) && entry.ruleNumber < wish.before);
  const changes = (wish: Wish) => ours.some((entry) => idOf(entry) === wish.id);
  const end = ({ before }: Wish): number => before;
  const unmoved = sortedBy(
    wishes,
    (wish) => (stands(wish) ? 0 : 1),
    end,
    (wish) => (changes(wish) ? 0 : 1),
  );
  // A wish that must stand before a foreign entry may need the number of one that need not.
  const places = match(unmoved, usable, ours, full) ?? match(sortedBy(wishes, end), usable, ours, full) ?? [];
  return sortedBy(places, ([, wish]) => wishes.indexOf(wish));
}

function match(
  order: readonly Wish[],
  usable: readonly number[],
  ours: readonly AclEntry[],
  full: ReadonlySet<4 | 6>,
): Place[] | undefined {
  const ids = new Set(order.map(({ id }) => id));
  const kept = new Set(ours.filter((entry) => order.some((wish) => isSame(entry, wish))));
  const left = new Set(usable);
  const places: Place[] = [];
  for (const wish of order) {
    const possible = [...left].filter((number) => number < wish.before);
    const [number] = sortedBy(possible, (each) => cost(wish, numbered(ours, each)));
    if (number === undefined) return undefined;
    left.delete(number);
    places.push([number, wish]);
  }
  return places;

  /**
   * The cost of a wish at the number of `standing`. It is lowest for an entry of the same id (no
   * gap) and next for one of the same family (no quota to meet). An entry that another wish needs
   * must move first.
   */
  function cost(wish: Wish, standing: AclEntry | undefined): number {
    if (standing === undefined) return 4;
    if (isSame(standing, wish)) return 0;
    const alike = standing.range.family === wish.range.family;
    const beyondQuota = !alike && full.has(wish.range.family) ? 10 : 0;
    if (kept.has(standing)) return 5 + beyondQuota;
    if (idOf(standing) === wish.id) return 1;
    if (ids.has(idOf(standing))) return 5 + beyondQuota;
    return (alike ? 2 : 3) + beyondQuota;
  }
}

/**
 * Additions come first, so that no banned address gets in meanwhile. In a full ACL removals must
 * come first.
 */
function stepsTo(places: readonly Place[], ours: readonly AclEntry[], isFull: boolean): readonly AclStep[] {
  const creates: AclStep[] = [];
  const replaces: Replacement[] = [];
  for (const [ruleNumber, { range, protocol, ports }] of places) {
    const entry: AclEntry = { ruleNumber, action: 'deny', range, protocol, ports };
    const instead = numbered(ours, ruleNumber);
    if (instead === undefined) creates.push({ kind: 'create', entry });
    else if (!isSame(instead, entry)) replaces.push({ kind: 'replace', entry, instead });
  }
  const used = new Set(places.map(([ruleNumber]) => ruleNumber));
  const unused = ours.filter(({ ruleNumber }) => !used.has(ruleNumber));
  const deletes = unused.map((entry): AclStep => ({ kind: 'delete', entry }));
  const inOrder = withoutGaps(replaces);
  return isFull ? [...deletes, ...inOrder, ...creates] : [...creates, ...inOrder, ...deletes];
}

type Replacement = Extract<AclStep, { kind: 'replace' }>;

/**
 * A ban that moves takes its new number before it gives up the old one, unless the moves form a
 * cycle.
 */
function withoutGaps(replaces: readonly Replacement[]): readonly Replacement[] {
  const left = new Set(replaces);
  const done: Replacement[] = [];
  while (left.size > 0) {
    const ready = [...left].find(({ instead, entry }) =>
      [...left].every((other) => other.entry === entry || idOf(other.entry) !== idOf(instead)),
    );
    const [first] = left;
    const next = ready ?? first;
    if (next === undefined) break;
    left.delete(next);
    done.push(next);
  }
  return done;
}

/** The warning about an entry that allows traffic before the bans behind it can deny it. */
function warnings(acl: string, entry: AclEntry, places: readonly Place[], end: number): readonly string[] {
  const behind = places.filter(([number, wish]) => number > entry.ruleNumber && coversSome(entry, wish));
  const ids = new Set(behind.map(([, { id }]) => id));
  const [example] = ids;
  if (example === undefined) return [];
  const bans = ids.size === 1 ? `the ban of ${example}` : `${ids.size} bans (of ${example} and others)`;
  const allowed = `${acl}: entry ${entry.ruleNumber} allows ${describeTraffic(entry)} before ${bans} can deny it`;
  return [`${allowed}; give it a number from ${end} on`];
}

function numbered(entries: readonly AclEntry[], number: number): AclEntry | undefined {
  return entries.find(({ ruleNumber }) => ruleNumber === number);
}

/** Sorts by the first key that differs; stable. */
function sortedBy<T>(items: readonly T[], ...keys: readonly ((item: T) => number)[]): readonly T[] {
  return [...items].sort((a, b) => {
    for (const key of keys) {
      const [one, other] = [key(a), key(b)];
      if (one !== other) return one < other ? -1 : 1;
    }
    return 0;
  });
}
