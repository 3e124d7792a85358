import type { DateCut } from '../dates/templates/date-cuts.ts';
import type { Pattern } from '../pyregex/ast.ts';
import { ANY, EDGE } from '../pyregex/neighbor-set.ts';
import { groupNeighbors } from '../pyregex/neighbors.ts';
import type { CompiledMatch } from '../records/compiled-jail.ts';
import { type Cover, cheapest, ownOrShared, type Purpose } from './literal-cover.ts';
import { literalSource } from './literal-source.ts';
import { type JailCovers, patternTerms, WORDS } from './pattern-terms.ts';
import type { Piece } from './piece.ts';
import { bitsOf, shareOfLines } from './rarity.ts';
import { type LiteralOptions, requiredCovers } from './required-literals.ts';
import { MARK } from './separators.ts';

/** A jail's regexes as `parse` returns them, run-time tags expanded. */
export interface PrefilterInput {
  readonly prefregex: Pattern | undefined;
  readonly failregex: readonly Pattern[];
  readonly maxlines: number;
  /** How its date templates may cut a date out of a line; none when its lines carry no date. */
  readonly cuts: readonly DateCut[];
}

export type Prefilter = Pick<CompiledMatch, 'prefilter' | 'literals' | 'patternTerms'>;

const EVERY_LINE: Prefilter = { prefilter: undefined, literals: [] };

/**
 * A condition that every raw line matching the jail (prefregex and one of the failregexes) meets,
 * and few other lines do. It has three forms: a RegExp, cheap enough to run first, for the raw line
 * with its date; the literals of that RegExp; and the words for a subscription pattern.
 *
 * The failregexes see the line with one stretch, the date, cut out. A literal may therefore lie
 * across the cut and be split in the raw line. The date templates limit the characters at the
 * joint. So a literal is taken whole, or as far as it can't have been cut, or two literals are
 * taken, because one cut breaks at most one of two that don't overlap.
 *
 * Literals are printable ASCII without `"` and `\`, so they are the same in the JSON that carries a
 * line. With maxlines above 1 a match may need lines without any literal, so every line passes.
 */
export function prefilterOf(input: PrefilterInput): Prefilter {
  if (input.maxlines > 1 || input.failregex.length === 0) return EVERY_LINE;
  const terms = patternTerms(coversOfEach(input, WORDS, true));
  const words = terms === undefined ? {} : { patternTerms: terms };
  const { common, each } = coversOfEach(input, LITERALS, false);
  const shared = cheapest(common, LITERALS);
  const cheapestOfEach = each.map((covers) => cheapest(covers, LITERALS) ?? shared);
  const union = cheapestOfEach.every((cover) => cover !== undefined) ? cheapestOfEach.flat() : undefined;
  const cover = ownOrShared(union && withoutRedundant(union), shared && withoutRedundant(shared), LITERALS);
  if (cover === undefined) return { ...EVERY_LINE, ...words };
  return {
    prefilter: { source: cover.map(literalSource).join('|'), flags: '' },
    literals: cover.map((piece) => ({ text: piece.text, ignoreCase: piece.ignoreCase, source: literalSource(piece) })),
    ...words,
  };
}

function coversOfEach(
  { prefregex, failregex, cuts }: PrefilterInput,
  purpose: Purpose,
  exactCase: boolean,
): JailCovers {
  const options = { purpose, cuts, exactCase };
  const around = prefregex === undefined ? WHOLE_LINE : aroundContent(prefregex);
  return {
    common: prefregex === undefined ? [] : requiredCovers(prefregex.root, { ...options, around: WHOLE_LINE }),
    each: failregex.map(({ root }) => requiredCovers(root, { ...options, around })),
  };
}

const WHOLE_LINE = { before: EDGE, after: EDGE };

/**
 * The text that the failregexes see: the capture of F-CONTENT, or the whole line if it captured
 * nothing.
 */
function aroundContent({ root, names }: Pattern): LiteralOptions['around'] {
  const group = names.get('content');
  if (group === undefined) return WHOLE_LINE;
  return groupNeighbors(root, group) ?? { before: ANY, after: ANY };
}

/** Shorter literals are in nearly every line. */
const MIN_LENGTH = 3;
/** The cost of one more literal, and of a short one, which shortens the skips of the search. */
const COST_OF_ONE = 1e-3;
const COST_OF_SHORTNESS = 5e-3;

/** Pieces to search in a line's bytes, the longer the better. */
const LITERALS: Purpose = {
  pieces(whole, { from, to }) {
    const pieces: Piece[] = [];
    let start = from;
    for (const part of whole.text.slice(from, to).split(MARK)) {
      const end = start + part.length;
      const bits = bitsOf(whole.text, whole.ignoreCase, start, end);
      if (part.length >= MIN_LENGTH) pieces.push({ text: part, ignoreCase: whole.ignoreCase, bits });
      start = end + MARK.length;
    }
    return pieces;
  },
  cost: ({ text, ignoreCase, bits }) =>
    shareOfLines(bits ?? bitsOf(text, ignoreCase)) + COST_OF_ONE + COST_OF_SHORTNESS / text.length,
};

/** A piece that contains another adds nothing: a line with the longer has the shorter. */
function withoutRedundant(cover: Cover): Cover {
  const byLength = [...cover].sort((a, b) => a.text.length - b.text.length || (a.text < b.text ? -1 : 1));
  const kept: Piece[] = [];
  for (const piece of byLength) {
    if (!kept.some((shorter) => includes(piece, shorter))) kept.push(piece);
  }
  return kept;
}

function includes(longer: Piece, shorter: Piece): boolean {
  return shorter.ignoreCase
    ? longer.text.toLowerCase().includes(shorter.text)
    : !longer.ignoreCase && longer.text.includes(shorter.text);
}
