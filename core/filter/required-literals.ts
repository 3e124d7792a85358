import type { DateCut } from '../dates/date-cuts.ts';
import type { Anchor, CharacterClass, Literal, Node, Repeat } from '../pyregex/ast.ts';
import { foldedLiteral } from '../pyregex/case-folding.ts';
import { type CodePointSet, contains, members, single, size } from '../pyregex/code-point-set.ts';
import { knownClassSet } from '../pyregex/known-class-set.ts';
import { ANY, EDGE, type Neighbours } from '../pyregex/neighbour-set.ts';
import { type Passage, PassageReader } from '../pyregex/passage.ts';
import { cutPlaces } from './cut-places.ts';
import {
  type Cover,
  cheapest,
  coverOfAll,
  coversOf,
  distinct,
  type Piece,
  type Purpose,
  stretchOf,
} from './literal-cover.ts';
import { AT_MARK, MARK, separates } from './separators.ts';

/**
 * What any match of a regex must contain, read off its tree (fail2ban has no such step; Go's code search and Rust's regex have).
 */

export interface LiteralOptions {
  readonly purpose: Purpose;
  /** How dates may have been cut out of the lines that the regex sees. */
  readonly cuts: readonly DateCut[];
  /** What stands left and right, in the line without its date, of the text that the regex sees. */
  readonly around: { readonly before: Neighbours; readonly after: Neighbours };
  /** Only what the regex wants in the case in which it is written. */
  readonly exactCase: boolean;
}

/** A stretch of a match. Stretches of a row follow each other without overlap. */
type Stretch =
  /** Exactly one of these strings, which may hold {@link MARK}; one may be empty. */
  | { readonly kind: 'strings'; readonly strings: readonly Piece[] }
  /** Anything. */
  | { readonly kind: 'gap' }
  /** Anything that has one of the cover's pieces somewhere, wherever the date was cut out. */
  | { readonly kind: 'cover'; readonly cover: Cover };

/** Strings that multiply (`(?:a|b)(?:c|d)`) are spelt out up to this number; a longer list may still get a common prefix. */
const MAX_PRODUCTS = 64;
const MAX_STRINGS = 512;
/** `[45]` is worth two strings, `[a-z]` is not worth 26. */
const MAX_CLASS = 4;
const MAX_ROUNDS = 3;

const GAP: Stretch = { kind: 'gap' };
const NOTHING: Piece = { text: '', ignoreCase: false };
const MARKED: Piece = { text: MARK, ignoreCase: false };

/**
 * Sets of literals, of each of which at least one is whole in any raw line whose text without its date the pattern matches; none when
 * the pattern requires nothing.
 */
export function requiredCovers(root: Node, options: LiteralOptions): readonly Cover[] {
  const reader = new Reader(options);
  return reader.covers(reader.stretches(root));
}

class Reader {
  readonly #options: LiteralOptions;

  constructor(options: LiteralOptions) {
    this.#options = options;
  }

  /** One cut can break only one of two stretches that don't overlap. So a cover is one that no cut breaks, or two stretches. */
  covers(row: readonly Stretch[]): readonly Cover[] {
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

  #cheapestCover(row: readonly Stretch[]): Cover | undefined {
    return cheapest(this.covers(row), this.#options.purpose);
  }

  stretches(node: Node): readonly Stretch[] {
    switch (node.kind) {
      case 'sequence':
        return join(node.items.flatMap((_, index) => this.#item(node.items, index)));
      case 'literal':
        return this.#literal(node);
      case 'class':
        return this.#class(node);
      case 'group':
      case 'atomic':
        return this.stretches(node.body);
      case 'alternation':
        return this.#choice(node.branches);
      case 'conditional':
        return this.#choice([node.yes, node.no]);
      case 'repeat':
        return this.#repeat(node);
      case 'look': {
        const cover = node.negated ? undefined : this.#cheapestCover(this.stretches(node.body));
        return cover === undefined ? [] : [{ kind: 'cover', cover }];
      }
      case 'anchor':
        return this.#isSeparated(node) ? strings([MARKED]) : [];
      default:
        return [GAP];
    }
  }

  /** An item of a sequence. Around what is not spelt out it may still be known that a word ends or begins there. */
  #item(items: readonly Node[], index: number): readonly Stretch[] {
    const row = this.stretches(items[index] as Node);
    const begins = row.at(-1)?.kind !== 'strings' && this.#isBehindSeparator(items.slice(0, index + 1));
    const ends = row[0]?.kind !== 'strings' && this.#isInFrontOfSeparator(items.slice(index));
    return [...(ends ? strings([MARKED]) : []), ...row, ...(begins ? strings([MARKED]) : [])];
  }

  #isBehindSeparator(items: readonly Node[]): boolean {
    return isSeparating(PASSAGES.row(items, ANYWHERE, 'before'), this.#options.around.before);
  }

  #isInFrontOfSeparator(items: readonly Node[]): boolean {
    return isSeparating(PASSAGES.row(items, ANYWHERE, 'after'), this.#options.around.after);
  }

  /**
   * Lines are cut off after 16,384 characters, perhaps amid a word: what a regex then finds at the end is not in the line as it came, and fail2ban,
   * which cuts none, does not find it.
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

  #literal({ codePoint, flags }: Literal): readonly Stretch[] {
    const set = flags.ignoreCase ? foldedLiteral(codePoint, false) : single(codePoint);
    if (!isPlain(codePoint)) return unknown(set);
    const ignoreCase = size(set) > 1;
    if (ignoreCase && this.#options.exactCase) return [GAP];
    const text = String.fromCodePoint(codePoint);
    return strings([{ text: ignoreCase ? text.toLowerCase() : text, ignoreCase }]);
  }

  #class(node: CharacterClass): readonly Stretch[] {
    const set = knownClassSet(node);
    const codePoints = size(set) > MAX_CLASS ? [] : members(set);
    const [first] = codePoints;
    if (first !== undefined && node.flags.ignoreCase && contains(foldedLiteral(first, false), set)) {
      return this.#literal({ kind: 'literal', codePoint: first, flags: node.flags });
    }
    if (first === undefined || !codePoints.every(isPlain)) return unknown(set);
    return strings(codePoints.map((member) => ({ text: String.fromCodePoint(member), ignoreCase: false })));
  }

  #choice(branches: readonly Node[]): readonly Stretch[] {
    const rows = branches.map((branch) => this.stretches(branch));
    const each = rows.map(onlyStrings);
    const all = each.every((one) => one !== undefined) ? each.flat() : undefined;
    if (all !== undefined && all.length <= MAX_STRINGS) return strings(distinct(all));
    const covers = rows.map((row) => this.#cheapestCover(row));
    const cover = covers.every((one) => one !== undefined) ? distinct(covers.flat()) : undefined;
    return cover === undefined ? [GAP] : [{ kind: 'cover', cover }, GAP];
  }

  #repeat({ body, min, max }: Repeat): readonly Stretch[] {
    const row = this.stretches(body);
    if (min === 0) return optional(body, row, max);
    if (min > MAX_ROUNDS) return [...row, GAP, ...row];
    const rounds = Array.from({ length: min }, () => row).flat();
    return join(min === max ? rounds : [...rounds, ...optional(body, row, max - min)]);
  }
}

const PASSAGES = new PassageReader(new Map());
const ANYWHERE = { outer: ANY, inner: ANY };

/** Whatever stands there ends a word, given what stands beyond the edge of the text. */
function isSeparating({ met, through }: Passage, beyond: Neighbours): boolean {
  const there = met | (through?.outer ?? 0n);
  const inLine = (there & EDGE) === 0n ? there : there | beyond;
  return (inLine & ~AT_MARK) === 0n;
}

/** From no times up to `max` times. */
function optional(body: Node, row: readonly Stretch[], max: number): readonly Stretch[] {
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

function unknown(set: CodePointSet): readonly Stretch[] {
  return separates(set) ? strings([MARKED]) : [GAP];
}

function strings(pieces: readonly Piece[]): readonly Stretch[] {
  return [{ kind: 'strings', strings: pieces }];
}

/** Characters that stand for themselves in the line and in JSON alike; the newline is not in the line at all. */
function isPlain(codePoint: number): boolean {
  return codePoint >= 0x20 && codePoint < 0x7f && codePoint !== 0x22 && codePoint !== 0x5c;
}

/** The strings of a row that is nothing else. */
function onlyStrings(row: readonly Stretch[]): readonly Piece[] | undefined {
  const [first, ...others] = row;
  if (first === undefined) return [NOTHING];
  return first.kind === 'strings' && others.length === 0 ? first.strings : undefined;
}

/** Neighbouring strings become longer strings, unless there would be too many. */
function join(row: readonly Stretch[]): readonly Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of row) {
    const last = joined.at(-1);
    const product =
      last?.kind === 'strings' && stretch.kind === 'strings' ? concat(last.strings, stretch.strings) : undefined;
    if (product === undefined) joined.push(stretch);
    else joined[joined.length - 1] = { kind: 'strings', strings: product };
  }
  return joined;
}

function concat(a: readonly Piece[], b: readonly Piece[]): readonly Piece[] | undefined {
  const count = a.length * b.length;
  if (count > MAX_STRINGS || (count > MAX_PRODUCTS && a.length > 1 && b.length > 1)) return undefined;
  return distinct(a.flatMap((first) => b.map((second) => append(first, second))));
}

/** Where one part ignores case, the whole does: more lines pass than need to, none too few. */
function append(first: Piece, second: Piece): Piece {
  const ignoreCase = first.ignoreCase || second.ignoreCase;
  const text = (first.text + second.text).replace(/\n+/g, MARK);
  return { text: ignoreCase ? text.toLowerCase() : text, ignoreCase };
}
