import { type Cidr, contains } from './address.ts';
import { compareCidrs, halves, outermost, overlapping, sameCidr } from './cidr-set.ts';

/** Entries to remove and entries to add, in one call. */
export interface Step {
  readonly remove: readonly Cidr[];
  readonly add: readonly Cidr[];
}

/**
 * The steps from one list of ranges to another. After each of them the list
 *
 * - has every address that both lists have, and none that neither has;
 * - has no more than `room` entries, provided that neither list has more.
 *
 * A range is removed in the same step that adds its remaining parts; where that exceeds a step, it
 * is split in halves. Moves that shorten the list wait until there is no room for those that
 * lengthen it, so new bans come first.
 *
 * @param from in any order; ranges within others are removed first, which changes no address
 * @param to aggregated
 * @param most entries that one step may add and remove together, 3 at least
 */
export function* transition(
  from: readonly Cidr[],
  to: readonly Cidr[],
  room: number,
  most: number,
): Generator<Step, void, undefined> {
  let length = from.length;
  const pending = new PendingStep();
  for (const move of ordered(from, to, () => length, room)) {
    if (pending.sizeWith(move) > most) yield pending.take();
    pending.apply(move);
    length += move.add.length - move.remove.length;
  }
  if (pending.size > 0) yield pending.take();
}

function* ordered(from: readonly Cidr[], to: readonly Cidr[], length: () => number, room: number): Generator<Step> {
  const top = outermost(from);
  yield* redundant(from, top);
  const longer = lengthening(top, to);
  const shorter = shortening(top, to);
  for (let move = longer.next(); !move.done; ) {
    const fits = length() + move.value.add.length - move.value.remove.length <= room;
    const instead = fits ? undefined : shorter.next();
    if (instead && !instead.done) {
      yield instead.value;
    } else {
      yield move.value;
      move = longer.next();
    }
  }
  yield* shorter;
}

/** Entries within others, and duplicates. */
function* redundant(from: readonly Cidr[], top: readonly Cidr[]): Generator<Step> {
  const kept = new Set(top);
  for (const range of from) if (!kept.has(range)) yield { remove: [range], add: [] };
}

/**
 * Ranges reduced to their remaining parts; then new ranges, the widest first, so that most
 * addresses are allowed again soonest.
 */
function* lengthening(from: readonly Cidr[], to: readonly Cidr[]): Generator<Step> {
  for (const block of from) {
    const left = overlapping(to, block);
    if (left.length > 0 && !left.some((range) => contains(range, block))) yield* cutDown(block, left);
  }
  const fresh = to.filter((block) => overlapping(from, block).length === 0);
  for (const block of fresh.sort((a, b) => a.prefix - b.prefix)) yield { remove: [], add: [block] };
}

/** Ranges merged into wider ones; then ranges of which nothing is left. */
function* shortening(from: readonly Cidr[], to: readonly Cidr[]): Generator<Step> {
  for (const block of to) {
    const parts = overlapping(from, block);
    if (parts.length === 0 || parts.some((range) => contains(range, block))) continue;
    for (const { remove, add } of [...cutDown(block, parts)].reverse()) yield { remove: add, add: remove };
  }
  for (const block of from) if (overlapping(to, block).length === 0) yield { remove: [block], add: [] };
}

/**
 * From a range to parts of it, by halves; halves without a part are dropped, so the list grows from
 * one entry to as many as there are parts and never beyond. The half with fewer parts goes first:
 * so few halves wait at any time.
 */
function* cutDown(block: Cidr, parts: readonly Cidr[]): Generator<Step> {
  if (parts[0] && sameCidr(parts[0], block)) return;
  const inside = halves(block)
    .map((half) => ({ half, parts: overlapping(parts, half) }))
    .filter((entry) => entry.parts.length > 0)
    .sort((a, b) => a.parts.length - b.parts.length || compareCidrs(a.half, b.half));
  yield { remove: [block], add: inside.map(({ half }) => half) };
  for (const entry of inside) yield* cutDown(entry.half, entry.parts);
}

/** The net effect of successive moves. */
class PendingStep {
  #remove = new Map<string, Cidr>();
  #add = new Map<string, Cidr>();

  get size(): number {
    return this.#remove.size + this.#add.size;
  }

  /** The size after another move. */
  sizeWith({ remove, add }: Step): number {
    const change = (moved: readonly Cidr[], undone: ReadonlyMap<string, Cidr>) =>
      moved.reduce((sum, range) => sum + (undone.has(keyOf(range)) ? -1 : 1), 0);
    return this.size + change(remove, this.#add) + change(add, this.#remove);
  }

  apply({ remove, add }: Step): void {
    for (const range of remove) if (!this.#add.delete(keyOf(range))) this.#remove.set(keyOf(range), range);
    for (const range of add) if (!this.#remove.delete(keyOf(range))) this.#add.set(keyOf(range), range);
  }

  take(): Step {
    const step = { remove: [...this.#remove.values()], add: [...this.#add.values()] };
    this.#remove = new Map();
    this.#add = new Map();
    return step;
  }
}

function keyOf({ network, prefix }: Cidr): string {
  return `${network}/${prefix}`;
}
