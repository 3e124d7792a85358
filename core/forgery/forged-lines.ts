import { ALL_CODE_POINTS, type CodePointSet, has } from '../pyregex/code-point-set.ts';
import { type Addresses, isText, isWildcard, type Piece, textOf } from './sampled-text.ts';

/** A text with something of a stranger's in it. */
export interface ForgedText {
  readonly subject: string;
  /** What the stranger chose. */
  readonly chosen: string;
  readonly place: ForgedPlace;
  /**
   * The regex takes no such characters at that place, such as blanks in `\S+`: a program must write
   * them there all the same.
   */
  readonly raw: boolean;
}

/**
 * Where a client's text stands: before the address, as a user name does, or after it. `open`: the
 * regex does not restrict that place.
 */
export type ForgedPlace = 'before' | 'behind' | 'open-start' | 'open-end';

/** Stands for what a regex that is not tied to the start or the end of a text leaves open there. */
export const OPEN: Piece = { text: '', free: ALL_CODE_POINTS, open: true };

/** Parts behind the address with which a forged text may end, besides the free ones and all. */
const NEAR_ENDS = 4;
const WRAPPINGS: readonly (readonly [before: string, after: string])[] = [
  ['x', ''],
  ['x', ' '],
  ['', ''],
  ['x', 'y'],
  ['x ', ' x'],
];
/** Of one sample; a line has a few fields. */
const MOST_TEXTS = 800;

/**
 * The text with one variable part replaced by what a stranger could write there: whatever stands
 * between a variable part and the address, then the victim's address, then what follows the address
 * down to some part. All other parts stay, the true address at its place among them.
 *
 * @param donor pieces of a text that the phrase is copied from: those of the same text, or of
 *   another
 */
export function* forgedTexts(
  pieces: readonly Piece[],
  victims: Addresses,
  donor: readonly Piece[] = pieces,
): Generator<ForgedText> {
  const at = pieces.findIndex(({ address }) => address !== undefined);
  if (at < 0) return;
  const tried = new Set<string>();
  for (const copy of copies(donor, victims)) {
    for (const [index, piece] of pieces.entries()) {
      if (!isStrangers(piece)) continue;
      for (const [before, after] of WRAPPINGS) {
        const chosen = before + copy + after;
        const key = `${index} ${chosen}`;
        if (tried.has(key) || chosen.includes('\n')) continue;
        tried.add(key);
        if (tried.size > MOST_TEXTS) return;
        const subject = textOf(pieces.slice(0, index)) + chosen + textOf(pieces.slice(index + 1));
        const raw = !isWildcard(piece.free) || !isOf(chosen, piece.free);
        yield { subject, chosen, raw, place: placeOf(piece, index < at) };
      }
    }
  }
}

/** The phrase around the address with the victim's in it, from each variable part before it. */
function* copies(pieces: readonly Piece[], victims: Addresses): Generator<string> {
  const at = pieces.findIndex(({ address }) => address !== undefined);
  const address = pieces[at]?.address;
  if (address === undefined) return;
  // From the parts nearest to the address on.
  for (let from = at - 1; from >= 0; from--) {
    const source = pieces[from];
    if (!source || !isStrangers(source)) continue;
    const phrase = textOf(pieces.slice(from + 1, at)) + victims[address];
    for (const end of ends(pieces, at)) yield phrase + textOf(pieces.slice(at + 1, end));
  }
}

function isStrangers(piece: Piece): piece is Piece & { readonly free: CodePointSet } {
  return piece.free !== undefined && isText(piece.free);
}

function placeOf({ open }: Piece, before: boolean): ForgedPlace {
  if (open) return before ? 'open-start' : 'open-end';
  return before ? 'before' : 'behind';
}

function ends(pieces: readonly Piece[], at: number): ReadonlySet<number> {
  const near = Array.from({ length: NEAR_ENDS }, (_, i) => at + 1 + i).filter((end) => end < pieces.length);
  const free = [...pieces.entries()].flatMap(([index, piece]) =>
    index > at && isStrangers(piece) ? [index - 1, index] : [],
  );
  return new Set([...near, ...free, pieces.length]);
}

function isOf(text: string, free: CodePointSet): boolean {
  return [...text].every((character) => has(free, character.codePointAt(0) ?? 0));
}
