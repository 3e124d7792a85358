import type { DateCut } from '../dates/templates/date-cuts.ts';
import type { Anchor, CharacterClass, Literal, Node, Repeat } from '../pyregex/ast.ts';
import { foldedLiteral } from '../pyregex/case-folding.ts';
import { type CodePointSet, contains, members, single, size } from '../pyregex/code-point-set.ts';
import { knownClassSet } from '../pyregex/known-class-set.ts';
import { ANY, EDGE, type Neighbors } from '../pyregex/neighbor-set.ts';
import { PassageReader } from '../pyregex/passage.ts';
import { cutPlaces } from './cut-places.ts';
import { type Cover, cheapest, coverOfAll, coversOf, distinct, type Purpose, stretchOf } from './literal-cover.ts';
import { GAP, join, MAX_STRINGS, NOTHING, onlyStrings, type RowPart, strings } from './literal-row.ts';
import type { Piece } from './piece.ts';
import { AT_MARK, MARK, separates } from './separators.ts';

/**
 * The literals that any match of a regex must contain, derived from its tree (fail2ban has no such
 * step; Go's code search and Rust's regex have).
 */

export interface LiteralOptions {
  readonly purpose: Purpose;
  /** The ways in which dates may have been cut out of the lines that the regex sees. */
  readonly cuts: readonly DateCut[];
  /**
   * The characters left and right of the text that the regex sees, in the line without its date.
   */
  readonly around: Sides;
  /** Only literals whose case the regex requires. */
  readonly exactCase: boolean;
}

/** The characters that may stand left and right of a part of the text that the regex sees. */
interface Sides {
  readonly before: Neighbors;
  readonly after: Neighbors;
}

const ANYWHERE: Sides = { before: ANY, after: ANY };

/** `[45]` is worth two strings, `[a-z]` is not worth 26. */
const MAX_CLASS = 4;
const MAX_ROUNDS = 3;

const MARKED: Piece = { text: MARK, ignoreCase: false };

/**
 * Sets of literals. Any raw line whose text without its date matches the pattern contains at least
 * one whole literal of each set. Empty when the pattern requires nothing.
 */
export function requiredCovers(root: Node, options: LiteralOptions): readonly Cover[] {
  const reader = new Reader(options);
  return reader.covers(reader.stretches(root, ANYWHERE));
}

class Reader {
  readonly #options: LiteralOptions;

  constructor(options: LiteralOptions) {
    this.#options = options;
  }

  /**
   * One cut can break only one of two stretches that don't overlap. So a cover is one that no cut
   * breaks, or two stretches.
   */
  covers(row: readonly RowPart[]): readonly Cover[] {
    const { purpose, cuts } = this.#options;
    const all = row.flatMap((stretch) => (stretch.kind === 'strings' ? [stretch.strings] : []));
    const unbroken = all.map((strings) =>
      coverOfAll(
        strings.map((whole) => coversOf(whole, cutPlaces(whole, cuts), purpose)),
        purpose,
      ),
    );
    const whole = all.map((strings) => coverOfAll(strings.map(this.#coversOfWhole), purpose));
    const pairs = whole.flatMap((first, i) =>
      whole.slice(i + 1).map((second) => (first && second ? [...first, ...second] : undefined)),
    );
    const nested = row.flatMap((stretch) => (stretch.kind === 'cover' ? [stretch.cover] : []));
    return [...nested, ...unbroken, ...pairs].filter((cover) => cover !== undefined);
  }

  readonly #coversOfWhole = (whole: Piece): readonly Cover[] => {
    return this.#options.purpose.pieces(whole, stretchOf(whole)).map((piece) => [piece]);
  };

  #cheapestCover(row: readonly RowPart[]): Cover | undefined {
    return cheapest(this.covers(row), this.#options.purpose);
  }

  /** @param sides the characters that may stand beside the node */
  stretches(node: Node, sides: Sides): readonly RowPart[] {
    switch (node.kind) {
      case 'sequence':
        return join(node.items.flatMap((_, index) => this.#item(node.items, index, sides)));
      case 'literal':
        return this.#literal(node);
      case 'class':
        return this.#class(node);
      case 'group':
      case 'atomic':
        return this.stretches(node.body, sides);
      case 'alternation':
        return this.#choice(node.branches, sides);
      case 'conditional':
        return this.#choice([node.yes, node.no], sides);
      case 'repeat':
        return this.#repeat(node, sides);
      case 'look': {
        const cover = node.negated ? undefined : this.#cheapestCover(this.stretches(node.body, ANYWHERE));
        return cover === undefined ? [] : [{ kind: 'cover', cover }];
      }
      case 'anchor':
        return this.#isSeparated(node) ? strings([MARKED]) : [];
      default:
        return [GAP];
    }
  }

  /**
   * An item of a sequence. A word may be known to end or begin there even where the text itself is
   * unknown.
   */
  #item(items: readonly Node[], index: number, sides: Sides): readonly RowPart[] {
    const row = this.stretches(items[index] as Node, {
      before: reached(items.slice(0, index), 'before', sides),
      after: reached(items.slice(index + 1), 'after', sides),
    });
    if (row.length === 0) return row;
    const { before, after } = this.#options.around;
    const begins = row.at(-1)?.kind !== 'strings' && reached(items.slice(0, index + 1), 'before', sides);
    const ends = row[0]?.kind !== 'strings' && reached(items.slice(index), 'after', sides);
    return [
      ...(ends === false ? [] : this.#marked(ends, after)),
      ...row,
      ...(begins === false ? [] : this.#marked(begins, before)),
    ];
  }

  /**
   * {@link MARK} if every possible character there ends a word, given the characters beyond the
   * edge of the text.
   */
  #marked(there: Neighbors, beyond: Neighbors): readonly RowPart[] {
    const inLine = (there & EDGE) === 0n ? there : there | beyond;
    return (inLine & ~AT_MARK) === 0n ? strings([MARKED]) : [];
  }

  /**
   * Whether a word is whole at an anchor: at an end of the text, by the characters beyond it. A
   * `\b` is taken to separate nothing, which may let more lines through and never fewer.
   */
  #isSeparated({ at, flags }: Anchor): boolean {
    const { before, after } = this.#options.around;
    switch (at) {
      case 'string-start':
      case 'line-start':
        return !flags.multiline && (before & ~AT_MARK) === 0n;
      case 'string-end':
      case 'line-end':
        return !flags.multiline && (after & ~AT_MARK) === 0n;
      default:
        return false;
    }
  }

  #literal({ codePoint, flags }: Literal): readonly RowPart[] {
    const set = flags.ignoreCase ? foldedLiteral(codePoint, false) : single(codePoint);
    if (!isPlain(codePoint)) return unknown(set);
    const ignoreCase = size(set) > 1;
    if (ignoreCase && this.#options.exactCase) return [GAP];
    const text = String.fromCodePoint(codePoint);
    return strings([{ text: ignoreCase ? text.toLowerCase() : text, ignoreCase }]);
  }

  #class(node: CharacterClass): readonly RowPart[] {
    const set = knownClassSet(node);
    const codePoints = size(set) > MAX_CLASS ? [] : members(set);
    const [first] = codePoints;
    if (first !== undefined && node.flags.ignoreCase && contains(foldedLiteral(first, false), set)) {
      return this.#literal({ kind: 'literal', codePoint: first, flags: node.flags });
    }
    if (first === undefined || !codePoints.every(isPlain)) return unknown(set);
    return strings(codePoints.map((member) => ({ text: String.fromCodePoint(member), ignoreCase: false })));
  }

  #choice(branches: readonly Node[], sides: Sides): readonly RowPart[] {
    const rows = branches.map((branch) => this.stretches(branch, sides));
    const each = rows.map(onlyStrings);
    const all = each.every((one) => one !== undefined) ? each.flat() : undefined;
    if (all !== undefined && all.length <= MAX_STRINGS) return strings(distinct(all));
    const begins = this.#marked(sides.before, this.#options.around.before);
    const ends = this.#marked(sides.after, this.#options.around.after);
    const covers = rows.map((row) => this.#cheapestCover(join([...begins, ...row, ...ends])));
    const cover = covers.every((one) => one !== undefined) ? distinct(covers.flat()) : undefined;
    return cover === undefined ? [GAP] : [{ kind: 'cover', cover }, GAP];
  }

  #repeat({ body, min, max }: Repeat, sides: Sides): readonly RowPart[] {
    const row = this.stretches(body, max > 1 ? ANYWHERE : sides);
    if (min === 0) return optional(body, row, max);
    if (min > MAX_ROUNDS) return [...row, GAP, ...row];
    const rounds = Array.from({ length: min }, () => row).flat();
    return join(min === max ? rounds : [...rounds, ...optional(body, row, max - min)]);
  }
}

const PASSAGES = new PassageReader(new Map());

/** The characters that may stand next to a node, taken from the nodes on one side. */
function reached(items: readonly Node[], side: keyof Sides, sides: Sides): Neighbors {
  const { met, through } = PASSAGES.row(items, { outer: ANY, inner: ANY }, side);
  return met | (through === undefined ? 0n : through.outer & sides[side]);
}

/** Repeated from zero to `max` times. */
function optional(body: Node, row: readonly RowPart[], max: number): readonly RowPart[] {
  const once = max === 1 ? onlyStrings(row) : undefined;
  if (once !== undefined) return strings(distinct([...once, NOTHING]));
  return isSeparator(body) ? strings([NOTHING, MARKED]) : [GAP];
}

function isSeparator(node: Node): boolean {
  switch (node.kind) {
    case 'class':
      return separates(knownClassSet(node));
    case 'literal':
      return separates(single(node.codePoint));
    case 'group':
    case 'atomic':
      return isSeparator(node.body);
    default:
      return false;
  }
}

function unknown(set: CodePointSet): readonly RowPart[] {
  return separates(set) ? strings([MARKED]) : [GAP];
}

/** Characters that are the same in the line and in JSON; the newline is not part of the line. */
function isPlain(codePoint: number): boolean {
  return codePoint >= 0x20 && codePoint < 0x7f && codePoint !== 0x22 && codePoint !== 0x5c;
}
