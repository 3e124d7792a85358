import { parseCidr } from '../../core/net/address.ts';
import type { TargetChange, WantedBan } from '../../core/ports/ban-target.ts';
import { coversAll, coversSome, describeTraffic, idOf, isBanLike, isSame } from './acl-traffic.ts';
import type { AclContent, AclEntry, AclStep, AclTraffic } from './ec2-network-acl.ts';

/** The rule numbers that are kept for bans: from `first` on, as many as `capacity`. */
export interface RuleWindow {
  readonly first: number;
  readonly capacity: number;
}

/** What is to be done to an ACL. */
export interface Layout {
  /** In the order they are to be taken. */
  readonly steps: readonly AclStep[];
  /** Wanted bans that get no entries. */
  readonly overflow: readonly string[];
  readonly warnings: readonly string[];
}

/** An entry that a ban wants. */
interface Wish extends AclTraffic {
  readonly id: string;
  /**
   * The number of the first entry that allows all this traffic: a denial behind it denies nothing.
   */
  readonly before: number;
}

type Place = readonly [ruleNumber: number, wish: Wish];

const PROTOCOL_NUMBERS = { tcp: '6', udp: '17' } as const;

export function inWindow({ entries }: AclContent, { first, capacity }: RuleWindow): readonly AclEntry[] {
  return entries.filter(({ ruleNumber }) => ruleNumber >= first && ruleNumber < first + capacity);
}

/** The ids denied in the window, by us or by others. */
export function heldIds(acl: AclContent, window: RuleWindow): ReadonlySet<string> {
  return new Set(inWindow(acl, window).filter(isBanLike).map(idOf));
}

/**
 * What makes the window hold the bans of `change`, the first ones where there is no room for all.
 * An entry that is not of the form of a ban, or of an id the change does not speak of, is somebody
 * else's: it stays, and its number can't be used. Bans keep the number they have.
 *
 * @param full families of which the ACL takes no more entries than it has
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
 * Bans by rank, each with all of its entries or none; one that takes fewer may find room where one
 * before it did not.
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

/** Whether each can have a number at which it has effect, all of them at once. */
function inTime(wishes: readonly Wish[], usable: readonly number[]): boolean {
  const ends = new Set(wishes.map(({ before }) => before));
  return [...ends].every((end) => {
    const places = usable.filter((number) => number < end).length;
    return end === Infinity || wishes.filter(({ before }) => before <= end).length <= places;
  });
}

/** A number for each wish, where everything stays that can. */
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
  // Those that have to be in front of somebody's entry may need the place of one that has not.
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
   * What it takes to put a wish where `standing` is: in place of an entry of its own id there is no
   * gap, in place of one of its family no quota to meet; in place of one that another wish needs,
   * that one has to move.
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
 * What is added comes first, so that nobody who is to stay out gets in; in a full ACL what is to go
 * has to go first.
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
 * A ban that gives its place to another and gets a new one has to be there first, where the places
 * do not go round in a circle.
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

/**
 * What is to be said of an entry that lets traffic through before the bans behind it can deny it.
 */
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

/** By the first key that tells two apart; stable. */
function sortedBy<T>(items: readonly T[], ...keys: readonly ((item: T) => number)[]): readonly T[] {
  return [...items].sort((a, b) => {
    for (const key of keys) {
      const [one, other] = [key(a), key(b)];
      if (one !== other) return one < other ? -1 : 1;
    }
    return 0;
  });
}
