import type { Anchor, CharacterClass, Literal, Look, Node, Repeat } from './ast.ts';
import { foldedLiteral } from './case-folding.ts';
import { type CodePointSet, complement, single } from './code-point-set.ts';
import { knownClassSet } from './known-class-set.ts';
import { ANY, EDGE, NEWLINE, type Neighbors, neighbors, WORD_CHARACTERS } from './neighbor-set.ts';

/** Characters that stand for a set. */
export interface StandIn {
  readonly members: Neighbors;
  /** The complement of the set; beyond ASCII also characters that may be in it. */
  readonly others: Neighbors;
}

export type StandIns = ReadonlyMap<number, StandIn>;

export type Side = 'before' | 'after';

/** A place between two characters, from a group outwards. */
export interface Place {
  /** What may stand further out. */
  readonly outer: Neighbors;
  /** What may stand on the group's side. */
  readonly inner: Neighbors;
}

/** How a node is passed on the way outwards. */
export interface Passage {
  /** Characters of the node that may be next to where the way began. */
  readonly met: Neighbors;
  /** Where the way leads on when the node matches nothing; `undefined` when it can't. */
  readonly through: Place | undefined;
}

const BLOCKED: Passage = { met: 0n, through: undefined };
const NOWHERE: Place = { outer: ANY, inner: ANY };

/**
 * Goes through the nodes of a regex from the inside outwards, and applies the assertions on the
 * characters on either side.
 */
export class PassageReader {
  readonly #standIns: StandIns;

  constructor(standIns: StandIns) {
    this.#standIns = standIns;
  }

  /** The node is next on the way outwards. */
  pass(node: Node, place: Place, side: Side): Passage {
    switch (node.kind) {
      case 'literal':
      case 'any':
      case 'class':
        return { met: this.#members(node) & place.outer, through: undefined };
      case 'sequence':
        return this.row(node.items, place, side);
      case 'group':
      case 'atomic':
        return this.pass(node.body, place, side);
      case 'alternation':
        return either(node.branches.map((branch) => this.pass(branch, place, side)));
      case 'conditional':
        return either([node.yes, node.no].map((branch) => this.pass(branch, place, side)));
      case 'repeat':
        return this.#repeat(node, place, side);
      case 'anchor':
        return { met: 0n, through: anchored(node, place, side) };
      case 'look':
        return { met: 0n, through: this.#look(node, place, side) };
      default:
        return { met: place.outer & ~EDGE, through: place };
    }
  }

  /** As {@link pass}, of nodes in the order of the pattern. */
  row(items: readonly Node[], place: Place, side: Side): Passage {
    let met: Neighbors = 0n;
    let at: Place | undefined = place;
    for (const item of side === 'before' ? [...items].reverse() : items) {
      if (at === undefined) break;
      const passage = this.pass(item, at, side);
      met |= passage.met;
      at = passage.through;
    }
    return { met, through: at };
  }

  #repeat({ body, min, max }: Repeat, place: Place, side: Side): Passage {
    const skipped: Passage = { met: 0n, through: place };
    if (max === 0) return skipped;
    const once = this.pass(body, place, side);
    // A round that matches nothing may follow one that does.
    const again = once.through !== undefined && max > 1 ? this.pass(body, NOWHERE, side) : BLOCKED;
    return either(min === 0 ? [skipped, once, again] : [once, again]);
  }

  #look({ direction, negated, body }: Look, place: Place, side: Side): Place | undefined {
    const outwards = (direction === 'behind') === (side === 'before');
    if (negated) {
      const others = this.#othersThan(body);
      if (others === undefined) return place;
      return outwards ? narrowed(place, others, ANY) : narrowed(place, ANY, others);
    }
    if (outwards) {
      const { met, through } = this.pass(body, { ...place, outer: ANY }, side);
      return narrowed(place, met | (through?.outer ?? 0n), ANY);
    }
    const otherSide = side === 'before' ? 'after' : 'before';
    const { met, through } = this.pass(body, { outer: place.inner, inner: place.outer }, otherSide);
    return narrowed(place, ANY, met | (through?.outer ?? 0n));
  }

  /** The characters with which the node's text may begin or end, and whether it may be empty. */
  ends(node: Node, side: Side): { readonly characters: Neighbors; readonly empty: boolean } {
    switch (node.kind) {
      case 'literal':
      case 'any':
      case 'class':
        return { characters: this.#members(node), empty: false };
      case 'anchor':
      case 'look':
        return { characters: 0n, empty: true };
      case 'group':
      case 'atomic':
        return this.ends(node.body, side);
      case 'repeat': {
        const { characters, empty } = this.ends(node.body, side);
        return node.max === 0 ? { characters: 0n, empty: true } : { characters, empty: empty || node.min === 0 };
      }
      case 'alternation':
      case 'conditional': {
        const ways = node.kind === 'alternation' ? node.branches : [node.yes, node.no];
        const all = ways.map((way) => this.ends(way, side));
        return {
          characters: all.reduce((set, { characters }) => set | characters, 0n),
          empty: all.some(({ empty }) => empty),
        };
      }
      case 'sequence': {
        let characters: Neighbors = 0n;
        for (const item of side === 'before' ? node.items : [...node.items].reverse()) {
          const one = this.ends(item, side);
          characters |= one.characters;
          if (!one.empty) return { characters, empty: false };
        }
        return { characters, empty: true };
      }
      default:
        return { characters: ANY & ~EDGE, empty: true };
    }
  }

  #members(node: Literal | CharacterClass | { readonly kind: 'any' }): Neighbors {
    if (node.kind === 'any') return ANY & ~EDGE;
    if (node.kind === 'class') return neighbors(knownClassSet(node));
    return this.#standIns.get(node.codePoint)?.members ?? neighbors(literalSet(node));
  }

  /**
   * The single characters that the node does not match; `undefined` for a node of another width.
   */
  #othersThan(node: Node): Neighbors | undefined {
    switch (node.kind) {
      case 'group':
      case 'atomic':
        return this.#othersThan(node.body);
      case 'class':
        return neighbors(complement(knownClassSet(node))) | EDGE;
      case 'literal':
        return (this.#standIns.get(node.codePoint)?.others ?? neighbors(complement(literalSet(node)))) | EDGE;
      default:
        return undefined;
    }
  }
}

function literalSet({ codePoint, flags }: Literal): CodePointSet {
  return flags.ignoreCase ? foldedLiteral(codePoint, flags.ascii) : single(codePoint);
}

function anchored({ at, flags }: Anchor, place: Place, side: Side): Place | undefined {
  switch (at) {
    case 'string-start':
    case 'line-start':
      return edge(place, side === 'before', flags.multiline);
    case 'string-end':
    case 'line-end':
      return edge(place, side === 'after', true);
    default:
      return flags.ascii ? place : wordBoundary(place, at === 'word-boundary');
  }
}

function edge(place: Place, outwards: boolean, newline: boolean): Place | undefined {
  const end = newline ? EDGE | NEWLINE : EDGE;
  return outwards ? narrowed(place, end, ANY) : narrowed(place, ANY, end);
}

function wordBoundary(place: Place, boundary: boolean): Place | undefined {
  const others = ANY & ~WORD_CHARACTERS;
  if ((place.inner & others) === 0n) return narrowed(place, boundary ? others : WORD_CHARACTERS, ANY);
  if ((place.inner & WORD_CHARACTERS) === 0n) return narrowed(place, boundary ? WORD_CHARACTERS : others, ANY);
  return place;
}

/** `undefined` when no character is possible there. */
function narrowed({ outer, inner }: Place, outerTo: Neighbors, innerTo: Neighbors): Place | undefined {
  const place = { outer: outer & outerTo, inner: inner & innerTo };
  return place.outer === 0n || place.inner === 0n ? undefined : place;
}

function either(passages: readonly Passage[]): Passage {
  return {
    met: passages.reduce((all, { met }) => all | met, 0n),
    through: eitherPlace(passages.map(({ through }) => through)),
  };
}

/** The union over several alternatives. */
export function eitherPlace(places: readonly (Place | undefined)[]): Place | undefined {
  const open = places.filter((place) => place !== undefined);
  if (open.length === 0) return undefined;
  return {
    outer: open.reduce((all, { outer }) => all | outer, 0n),
    inner: open.reduce((all, { inner }) => all | inner, 0n),
  };
}
