import type { CutPlace } from './cut-places.ts';
import type { Piece } from './piece.ts';
import type { Stretch } from './whole-words.ts';

/** Pieces of which a line must contain at least one. */
export type Cover = readonly Piece[];

/** The cost model of pieces for one use. */
export interface Purpose {
  /** The pieces of a text that are in every line in which this stretch of it is whole. */
  pieces(whole: Piece, stretch: Stretch): readonly Piece[];
  /** The cost of searching for the piece and of checking all the lines that have it. */
  cost(piece: Piece): number;
}

/**
 * The rarity assumed for a text in all lines that pass prefregex, such as the daemon's name: it is
 * common, because the log was chosen for that daemon.
 */
const SHARE_OF_COMMON = 0.25;

/** The cheaper of the covers of all failregexes together and those of prefregex. */
export function ownOrShared<T extends Cover>(
  own: T | undefined,
  shared: T | undefined,
  purpose: Purpose,
): T | undefined {
  if (own === undefined || shared === undefined) return own ?? shared;
  return sum(own, purpose.cost) <= sum(shared, purpose.cost) + SHARE_OF_COMMON ? own : shared;
}

/** The cover of least cost. */
export function cheapest(covers: readonly Cover[], { cost }: Purpose): Cover | undefined {
  let best: { readonly cover: Cover; readonly cost: number } | undefined;
  for (const cover of covers) {
    const price = sum(cover, cost);
    if (best === undefined || price < best.cost) best = { cover, cost: price };
  }
  return best?.cover;
}

export function sum(cover: Cover, cost: (piece: Piece) => number): number {
  return cover.reduce((total, piece) => total + cost(piece), 0);
}

/**
 * Covers of a text that may be split at any one of these places: a piece between two of them, or
 * two pieces with no place in common.
 */
export function coversOf(whole: Piece, places: readonly CutPlace[], purpose: Purpose): readonly Cover[] {
  const all = stretchOf(whole);
  const ends = [...places.map(({ at, wordEnds }) => ({ to: at, wordEnds })), { to: all.to, wordEnds: false }];
  const segments = [{ at: 0, wordBegins: false }, ...places].map(({ at, wordBegins }, index) => ({
    from: at,
    wordBegins,
    ...(ends[index] ?? all),
  }));
  const singles = segments.flatMap((segment) => purpose.pieces(whole, segment).map((piece) => [piece]));
  const pairs = segments.slice(1, -1).flatMap(({ from, wordBegins, to, wordEnds }) => {
    const left = cheapestPiece(whole, { ...all, to, wordEnds }, purpose);
    const right = cheapestPiece(whole, { ...all, from, wordBegins }, purpose);
    return left && right ? [[left, right]] : [];
  });
  return [...singles, ...pairs];
}

/** All of the text; characters around it may belong to its first and last words. */
export function stretchOf({ text }: Piece): Stretch {
  return { from: 0, to: text.length, wordBegins: false, wordEnds: false };
}

function cheapestPiece(whole: Piece, stretch: Stretch, purpose: Purpose): Piece | undefined {
  return cheapest(
    purpose.pieces(whole, stretch).map((piece) => [piece]),
    purpose,
  )?.[0];
}

interface Option {
  readonly cover: Cover;
  readonly cost: number;
  readonly texts: Set<number>;
  /** Texts that this option covers and no chosen option does. */
  readonly open: Set<number>;
}

/**
 * One cover for several texts of which a line has one, from the covers of each; `undefined` when
 * one has none. A cover of several texts is taken once. Each step takes the option with the lowest
 * cost per added text.
 */
export function coverOfAll(coversOfEach: readonly (readonly Cover[])[], purpose: Purpose): Cover | undefined {
  const options = new Map<string, Option>();
  const optionsOfEach = coversOfEach.map((covers, text) => covers.map((cover) => noted(cover, text, options, purpose)));
  const open = new Set(coversOfEach.keys());
  const chosen: Option[] = [];
  while (open.size > 0) {
    const option = bestOf(options.values());
    if (option === undefined) return undefined;
    chosen.push(option);
    for (const text of [...option.open]) {
      open.delete(text);
      for (const other of optionsOfEach[text] ?? []) other.open.delete(text);
    }
  }
  return distinct(withoutNeedless(chosen).flatMap(({ cover }) => cover));
}

/** Drops options that a later option makes useless. */
function withoutNeedless(chosen: readonly Option[]): readonly Option[] {
  return chosen.reduce((kept: readonly Option[], option) => {
    const others = kept.filter((other) => other !== option);
    const needless = [...option.texts].every((text) => others.some(({ texts }) => texts.has(text)));
    return needless ? others : kept;
  }, chosen);
}

/** Each once. */
export function distinct(pieces: readonly Piece[]): readonly Piece[] {
  return [...new Map(pieces.map((piece) => [keyOf(piece), piece])).values()];
}

function noted(cover: Cover, text: number, options: Map<string, Option>, { cost }: Purpose): Option {
  const key = cover.map(keyOf).sort().join('\n');
  const option = options.get(key) ?? { cover, cost: sum(cover, cost), texts: new Set(), open: new Set() };
  option.texts.add(text);
  option.open.add(text);
  options.set(key, option);
  return option;
}

function bestOf(options: Iterable<Option>): Option | undefined {
  let best: Option | undefined;
  for (const option of options) {
    const added = option.open.size;
    if (added > 0 && (best === undefined || option.cost / added < best.cost / best.open.size)) best = option;
  }
  return best;
}

function keyOf({ text, ignoreCase }: Piece): string {
  return `${ignoreCase ? 'i' : ' '}${text}`;
}
