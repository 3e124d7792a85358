import { ALL_CODE_POINTS, type CodePointSet, has } from '../pyregex/code-point-set.ts';
import { type Addresses, isWildcard, type Piece, textOf } from './sampled-text.ts';

/** A text with something of a stranger's in it. */
export interface ForgedText {
  readonly subject: string;
  /** What the stranger chose. */
  readonly chosen: string;
  readonly place: ForgedPlace;
}

/**
 * Where a stranger's text stands: before the address, as a user name does, or behind it. `open`:
 * the regex says nothing of that place.
 */
export type ForgedPlace = 'before' | 'behind' | 'open-start' | 'open-end';

/** Stands for what a regex that is not tied to the start or the end of a text leaves open there. */
export const OPEN: Piece = { text: '', free: ALL_CODE_POINTS, open: true };

/** Parts behind the address with which a forged text may end, besides none and all of them. */
const MOST_ENDS = 4;
const WRAPPINGS: readonly (readonly [before: string, after: string])[] = [
  ['x', ''],
  ['x', ' '],
  ['', ''],
  ['x ', ' x'],
];

/**
 * The text with one free part replaced by what a stranger could put there: whatever stands between
 * a free part and the address, then the victim's address. All other parts stay, the true address at
 * its place among them.
 */
export function* forgedTexts(pieces: readonly Piece[], victims: Addresses): Generator<ForgedText> {
  const at = pieces.findIndex(({ address }) => address !== undefined);
  const address = pieces[at]?.address;
  if (address === undefined) return;
  const tried = new Set<string>();
  for (const [from, source] of pieces.entries()) {
    if (from >= at) break;
    if (!isStrangers(source)) continue;
    const between = textOf(pieces.slice(from + 1, at));
    for (const end of ends(pieces, at)) {
      const likeTheRest = between + victims[address] + textOf(pieces.slice(at + 1, end));
      for (const [index, piece] of pieces.entries()) {
        if (!isStrangers(piece) || (index !== from && index < at)) continue;
        for (const [before, after] of WRAPPINGS) {
          const chosen = before + likeTheRest + after;
          const key = `${index} ${chosen}`;
          if (tried.has(key) || !isWritable(chosen, piece.free)) continue;
          tried.add(key);
          const subject = textOf(pieces.slice(0, index)) + chosen + textOf(pieces.slice(index + 1));
          yield { subject, chosen, place: placeOf(piece, index < at) };
        }
      }
    }
  }
}

function isStrangers(piece: Piece): piece is Piece & { readonly free: CodePointSet } {
  return piece.free !== undefined && isWildcard(piece.free);
}

function placeOf({ open }: Piece, before: boolean): ForgedPlace {
  if (open) return before ? 'open-start' : 'open-end';
  return before ? 'before' : 'behind';
}

function ends(pieces: readonly Piece[], at: number): readonly number[] {
  const near = Array.from({ length: MOST_ENDS }, (_, i) => at + 1 + i).filter((end) => end < pieces.length);
  return [...near, pieces.length];
}

/** One line, of the characters that the part takes. */
function isWritable(text: string, free: CodePointSet): boolean {
  return [...text].every((character) => character !== '\n' && has(free, character.codePointAt(0) ?? 0));
}
