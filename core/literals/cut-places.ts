import type { DateCut } from '../dates/templates/date-cuts.ts';
import { foldedLiteral } from '../pyregex/case-folding.ts';
import { type Neighbors, neighbor, neighbors } from '../pyregex/neighbor-set.ts';
import type { Piece } from './piece.ts';
import { AT_MARK, isSeparator, MARK } from './separators.ts';

/** A place between two characters of a text where a date may have been cut out. */
export interface CutPlace {
  /** The second one's offset. */
  readonly at: number;
  /** The second character begins a word, cut or not. */
  readonly wordBegins: boolean;
  /** The first one ends a word, cut or not. */
  readonly wordEnds: boolean;
}

/** The places, in order, where a text that a failregex matched may be split in the raw line. */
export function cutPlaces({ text, ignoreCase }: Piece, cuts: readonly DateCut[]): readonly CutPlace[] {
  const places: CutPlace[] = [];
  let left = 0;
  for (let at = 1; at < text.length; at++) {
    const [first, second] = [text.charAt(at - 1), text.charAt(at)];
    if (first !== MARK) left++;
    const before = bitsOf(first, ignoreCase);
    const after = bitsOf(second, ignoreCase);
    const here = cuts.filter(
      (cut) => left <= cut.mostBefore && (cut.before & before) !== 0n && (cut.after & after) !== 0n,
    );
    if (here.length === 0) continue;
    places.push({
      at,
      wordBegins: isSeparator(first) && here.every(({ last }) => (last & ~AT_MARK) === 0n),
      wordEnds: isSeparator(second) && here.every((cut) => (cut.first & ~AT_MARK) === 0n),
    });
  }
  return places;
}

function bitsOf(character: string, ignoreCase: boolean): Neighbors {
  if (character === MARK) return AT_MARK;
  return ignoreCase ? neighbors(foldedLiteral(character.charCodeAt(0), false)) : neighbor(character);
}
