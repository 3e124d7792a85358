import type { Node } from './ast.ts';
import { ANY, type Neighbors } from './neighbor-set.ts';
import { eitherPlace, type Passage, PassageReader, type Place, type Side, type StandIns } from './passage.ts';
import { children, descendants, groupsIn } from './traverse.ts';
import { minWidth, width } from './width.ts';

/**
 * The characters that may stand around the text of a group in any match of the regex: all possible
 * ones, perhaps more.
 */
export interface GroupNeighbors {
  /** The character left of the group's text. */
  readonly before: Neighbors;
  readonly after: Neighbors;
  /**
   * How many characters there may be between the start of the text that is searched and the group;
   * often without end.
   */
  readonly mostBefore: number;
  /**
   * The character right of the group may lie beyond the match, so that only assertions restrict it.
   */
  readonly endsMatch: boolean;
  /** The characters with which the group's text may begin; none if it is always empty. */
  readonly first: Neighbors;
  /** The characters with which it may end. */
  readonly last: Neighbors;
}

/**
 * Derives from a regex which characters may stand next to the (non-empty) text that a group
 * captures; `undefined` when that is unknown because the group is repeated or in a lookaround.
 */
export function groupNeighbors(root: Node, group: number, standIns: StandIns = new Map()): GroupNeighbors | undefined {
  const passages = new PassageReader(standIns);
  const reader = new Surroundings(group, passages);
  const before = reader.around(root, 'before');
  const after = reader.around(root, 'after');
  const found = groupsIn(root).find(({ number }) => number === group);
  if (found === undefined || before === undefined || after === undefined) return undefined;
  return {
    before: before.met | (before.through?.outer ?? 0n),
    after: after.met | (after.through?.outer ?? 0n),
    mostBefore: isTiedToStart(root) ? widthBefore(root, group) : Number.POSITIVE_INFINITY,
    endsMatch: after.through !== undefined,
    first: passages.ends(found.body, 'before').characters,
    last: passages.ends(found.body, 'after').characters,
  };
}

/** The characters in which the node's text may end; none if it is always empty. */
export function lastCharacters(node: Node, standIns: StandIns = new Map()): Neighbors {
  return new PassageReader(standIns).ends(node, 'after').characters;
}

/** From a group to the ends of its regex. */
class Surroundings {
  readonly #group: number;
  readonly #passages: PassageReader;

  constructor(group: number, passages: PassageReader) {
    this.#group = group;
    this.#passages = passages;
  }

  /**
   * The characters met on the way from the group out of the node; `undefined` when they are
   * unknown.
   */
  around(node: Node, side: Side): Passage | undefined {
    switch (node.kind) {
      case 'group': {
        if (node.number !== this.#group) return this.around(node.body, side);
        const inner = this.#passages.ends(node.body, side).characters;
        return { met: 0n, through: this.#leave(node.body, { outer: ANY, inner }, side) };
      }
      case 'atomic':
        return this.around(node.body, side);
      case 'repeat':
        return node.max <= 1 ? this.around(node.body, side) : undefined;
      case 'alternation':
        return this.#aroundOneOf(node.branches, side);
      case 'conditional':
        return this.#aroundOneOf([node.yes, node.no], side);
      case 'sequence': {
        const at = node.items.findIndex((item) => this.#holdsGroup(item));
        const item = node.items[at];
        const start = item && this.around(item, side);
        if (start === undefined) return undefined;
        const outer = side === 'before' ? node.items.slice(0, at) : node.items.slice(at + 1);
        if (start.through === undefined) return start;
        const further = this.#passages.row(outer, start.through, side);
        return { met: start.met | further.met, through: further.through };
      }
      default:
        return undefined;
    }
  }

  #aroundOneOf(nodes: readonly Node[], side: Side): Passage | undefined {
    const node = nodes.find((one) => this.#holdsGroup(one));
    return node && this.around(node, side);
  }

  #holdsGroup(node: Node): boolean {
    return groupsIn(node).some(({ number }) => number === this.#group);
  }

  /** The restrictions on the neighbor by the assertions at the edge of the group's body. */
  #leave(body: Node, place: Place, side: Side): Place | undefined {
    switch (body.kind) {
      case 'group':
      case 'atomic':
        return this.#leave(body.body, place, side);
      case 'alternation':
        return eitherPlace(body.branches.map((branch) => this.#leave(branch, place, side)));
      case 'sequence': {
        const fromRim = side === 'before' ? body.items : [...body.items].reverse();
        let at: Place | undefined = place;
        for (const item of fromRim) {
          if (at === undefined) return undefined;
          if (!isZeroWidth(item)) return minWidth(item) > 0 ? this.#leave(item, at, side) : at;
          at = this.#passages.pass(item, at, side).through;
        }
        return at;
      }
      default:
        return place;
    }
  }
}

/** Assertions and nothing else. */
function isZeroWidth(node: Node): boolean {
  switch (node.kind) {
    case 'anchor':
    case 'look':
      return true;
    case 'group':
    case 'atomic':
    case 'repeat':
    case 'sequence':
    case 'alternation':
    case 'conditional':
      return children(node).every(isZeroWidth);
    default:
      return false;
  }
}

/** Every match begins where the text does. */
function isTiedToStart(node: Node): boolean {
  switch (node.kind) {
    case 'anchor':
      return node.at === 'string-start' || (node.at === 'line-start' && !node.flags.multiline);
    case 'group':
    case 'atomic':
      return isTiedToStart(node.body);
    case 'alternation':
      return node.branches.every(isTiedToStart);
    case 'sequence': {
      const [first, ...others] = node.items;
      if (first === undefined) return false;
      if (isTiedToStart(first)) return true;
      return isZeroWidth(first) && isTiedToStart({ kind: 'sequence', items: others });
    }
    default:
      return false;
  }
}

/** The greatest width of the nodes before the group. */
function widthBefore(node: Node, group: number): number {
  switch (node.kind) {
    case 'group':
      return node.number === group ? 0 : widthBefore(node.body, group);
    case 'atomic':
    case 'repeat':
      return widthBefore(node.body, group);
    case 'alternation':
      return Math.max(...node.branches.map((branch) => widthBefore(branch, group)));
    case 'conditional':
      return Math.max(widthBefore(node.yes, group), widthBefore(node.no, group));
    case 'sequence': {
      const at = node.items.findIndex((item) => groupsIn(item).some(({ number }) => number === group));
      const item = node.items[at];
      if (item === undefined) return 0;
      const front: Node = { kind: 'sequence', items: node.items.slice(0, at) };
      const refers = [...descendants(front)].some(({ kind }) => kind === 'back-reference');
      const most = refers ? Number.POSITIVE_INFINITY : width(front, new Map()).max;
      return most + widthBefore(item, group);
    }
    default:
      return 0;
  }
}
