import { type Cover, distinct } from './literal-cover.ts';
import type { Piece } from './piece.ts';
import { MARK } from './separators.ts';

/**
 * A part of a match. The parts of a row follow each other; no two of them share a place where a
 * date may be cut out.
 */
export type RowPart =
  /** Exactly one of these strings, which may hold {@link MARK}; one may be empty. */
  | { readonly kind: 'strings'; readonly strings: readonly Piece[] }
  /** Anything. */
  | { readonly kind: 'gap' }
  /** Any text with one of the cover's pieces in it, wherever the date was cut out. */
  | { readonly kind: 'cover'; readonly cover: Cover };

/**
 * Strings that multiply (`(?:a|b)(?:c|d)`) are spelled out up to this number; a longer list may
 * still get a common prefix.
 */
const MAX_PRODUCTS = 64;
export const MAX_STRINGS = 512;

export const GAP: RowPart = { kind: 'gap' };
export const NOTHING: Piece = { text: '', ignoreCase: false };

export function strings(pieces: readonly Piece[]): readonly RowPart[] {
  return [{ kind: 'strings', strings: pieces }];
}

/** The strings of a row that has only this part. */
export function onlyStrings(row: readonly RowPart[]): readonly Piece[] | undefined {
  const [first, ...others] = row;
  if (first === undefined) return [NOTHING];
  return first.kind === 'strings' && others.length === 0 ? first.strings : undefined;
}

/** Neighboring strings become longer strings, unless there would be too many. */
export function join(row: readonly RowPart[]): readonly RowPart[] {
  const joined: RowPart[] = [];
  for (const part of row) {
    const last = joined.at(-1);
    const product =
      last?.kind === 'strings' && part.kind === 'strings' ? concat(last.strings, part.strings) : undefined;
    if (product === undefined) joined.push(part);
    else joined[joined.length - 1] = { kind: 'strings', strings: product };
  }
  return joined;
}

function concat(a: readonly Piece[], b: readonly Piece[]): readonly Piece[] | undefined {
  const count = a.length * b.length;
  if (count > MAX_STRINGS || (count > MAX_PRODUCTS && a.length > 1 && b.length > 1)) return undefined;
  return distinct(a.flatMap((first) => b.map((second) => append(first, second))));
}

/**
 * Where one part ignores case, the whole does: more lines pass than necessary, but no match is
 * lost.
 */
function append(first: Piece, second: Piece): Piece {
  const ignoreCase = first.ignoreCase || second.ignoreCase;
  const text = (first.text + second.text).replace(/\n+/g, MARK);
  return { text: ignoreCase ? text.toLowerCase() : text, ignoreCase };
}
