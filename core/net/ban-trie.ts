import { type Cidr, contains, width } from './address.ts';
import { overlapping } from './cidr-set.ts';

/** More entries than any list has. */
const IMPOSSIBLE = 1e9;

/** Marks a half without a ban in it. */
const ABSENT = -1;

/**
 * The bans in some allowed ranges, as binary tries: a node for every range that holds a ban or part
 * of one. It computes the fewest CIDRs that can be left of the allowed ranges while a growing
 * number of the bans is *required* to be out. The other bans may be out or not.
 *
 * A range may be out when it is a ban (or the part of a ban in one allowed range), or, with
 * `widest`, when it lies in an allowed range, holds a ban, is no wider than `widest`, and holds no
 * address of `never`.
 *
 * The least entries of a node are found by dynamic programming from the leaves: none when the node
 * may be out, else one when it holds no required ban, else those of its halves. Requiring a ban
 * changes the nodes above it only.
 */
export class BanTrie {
  readonly #allowed: readonly Cidr[];
  readonly #widest: number;
  readonly #terminals: readonly (readonly number[])[];
  readonly #halves: [number, number][] = [];
  readonly #parent: number[] = [];
  readonly #isBan: boolean[] = [];
  readonly #coverable: boolean[] = [];
  /** Required bans at the node, and at it or below. */
  readonly #requiredHere: number[] = [];
  readonly #required: number[] = [];
  readonly #least: number[] = [];
  /** The same, provided that part of the node is left. */
  readonly #leastOpen: number[] = [];

  /** @param allowed aggregated; its ranges are the roots, nodes 0, 1, … in its order */
  constructor(bans: readonly Cidr[], allowed: readonly Cidr[], widest: number | undefined, never: readonly Cidr[]) {
    this.#allowed = allowed;
    this.#widest = widest ?? Number.POSITIVE_INFINITY;
    const roots = new Map(allowed.map((range) => [range, this.#node(ABSENT, range.prefix)]));
    const rootOf = (range: Cidr) => roots.get(range) ?? ABSENT;
    this.#terminals = bans.map((ban) =>
      overlapping(allowed, ban).map((within) => this.#insert(rootOf(within), within, ban)),
    );
    for (const range of never) {
      for (const within of overlapping(allowed, range)) this.#protect(rootOf(within), within, range);
    }
    // Children come after their parents.
    for (let node = this.#parent.length - 1; node >= 0; node--) this.#judge(node);
  }

  /** Fewest CIDRs that can be left, at least one. */
  least(): number {
    const total = this.leastOrNone();
    return this.#allowed.reduce((best, _, root) => {
      const open = total - this.leastOf(root) + (this.#leastOpen[root] ?? IMPOSSIBLE);
      return Math.min(best, open);
    }, IMPOSSIBLE);
  }

  /** Fewest CIDRs that can be left, none included. */
  leastOrNone(): number {
    return this.#allowed.reduce((sum, _, root) => sum + this.leastOf(root), 0);
  }

  require(ban: number): void {
    for (const node of this.#terminals[ban] ?? []) this.#change(node, 1);
  }

  /** Undoes `require`. */
  release(ban: number): void {
    for (const node of this.#terminals[ban] ?? []) this.#change(node, -1);
  }

  leastOf(node: number): number {
    return this.#least[node] ?? 1;
  }

  /** The lower and the upper half; `undefined` where no ban lies. */
  halvesOf(node: number): readonly [number | undefined, number | undefined] {
    const [low = ABSENT, high = ABSENT] = this.#halves[node] ?? [];
    return [low === ABSENT ? undefined : low, high === ABSENT ? undefined : high];
  }

  isBan(node: number): boolean {
    return this.#isBan[node] === true;
  }

  isCoverable(node: number): boolean {
    return this.#coverable[node] === true;
  }

  /** The node is itself a required ban, or the part of one. */
  isRequired(node: number): boolean {
    return (this.#requiredHere[node] ?? 0) > 0;
  }

  /** Something required is in the node, so it can't be left whole. */
  isCut(node: number): boolean {
    return (this.#required[node] ?? 0) > 0;
  }

  #node(parent: number, prefix: number): number {
    this.#halves.push([ABSENT, ABSENT]);
    this.#isBan.push(false);
    this.#coverable.push(parent !== ABSENT && prefix >= this.#widest);
    this.#requiredHere.push(0);
    this.#required.push(0);
    this.#least.push(1);
    this.#leastOpen.push(1);
    return this.#parent.push(parent) - 1;
  }

  /** The node of the part of `ban` that lies in the root's range. */
  #insert(root: number, within: Cidr, ban: Cidr): number {
    let node = root;
    let prefix = within.prefix;
    // The root holds a ban from now on.
    this.#coverable[root] = prefix >= this.#widest;
    for (const side of pathTo(ban, prefix)) {
      const sides = this.#halves[node];
      if (!sides) break;
      prefix++;
      if (sides[side] === ABSENT) sides[side] = this.#node(node, prefix);
      node = sides[side];
    }
    this.#isBan[node] = true;
    return node;
  }

  /** Forbids widening a ban to nodes that share an address with `range`. */
  #protect(root: number, within: Cidr, range: Cidr): void {
    let node = root;
    for (const side of contains(range, within) ? [] : pathTo(range, within.prefix)) {
      this.#coverable[node] = false;
      node = this.#halves[node]?.[side] ?? ABSENT;
      if (node === ABSENT) return;
    }
    const inside = [node];
    for (let next = inside.pop(); next !== undefined; next = inside.pop()) {
      this.#coverable[next] = false;
      for (const half of this.#halves[next] ?? []) if (half !== ABSENT) inside.push(half);
    }
  }

  #change(node: number, by: 1 | -1): void {
    this.#requiredHere[node] = (this.#requiredHere[node] ?? 0) + by;
    for (let above = node; above !== ABSENT; above = this.#parent[above] ?? ABSENT) {
      this.#required[above] = (this.#required[above] ?? 0) + by;
      this.#judge(above);
    }
  }

  #judge(node: number): void {
    const [low, high] = this.#halves[node] ?? [ABSENT, ABSENT];
    const [leastLow, leastHigh] = [this.#least[low] ?? 1, this.#least[high] ?? 1];
    const whole = this.isCut(node) ? IMPOSSIBLE : 1;
    const out = this.isBan(node) || this.isCoverable(node);
    this.#least[node] = out ? 0 : Math.min(whole, leastLow + leastHigh);
    const open = Math.min((this.#leastOpen[low] ?? 1) + leastHigh, leastLow + (this.#leastOpen[high] ?? 1));
    this.#leastOpen[node] = this.isRequired(node) ? IMPOSSIBLE : Math.min(whole, open, IMPOSSIBLE);
  }
}

/** 0 for the lower half, 1 for the upper, from a range of `prefix` bits down to `range`. */
function* pathTo(range: Cidr, prefix: number): Generator<0 | 1> {
  const bits = range.network.toString(2).padStart(width(range.family), '0');
  for (let depth = prefix; depth < range.prefix; depth++) yield bits[depth] === '1' ? 1 : 0;
}
