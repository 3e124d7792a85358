import { foldedLiteral } from '../pyregex/case-folding.ts';
import { classSource } from '../pyregex/class-source.ts';
import { single } from '../pyregex/code-point-set.ts';
import type { Piece } from './literal-cover.ts';

/** RegExp source, without flags, that finds a literal of a prefilter as Python's re would. */
export function literalSource({ text, ignoreCase }: Pick<Piece, 'text' | 'ignoreCase'>): string {
  return Array.from(text, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return classSource(ignoreCase ? foldedLiteral(codePoint, false) : single(codePoint));
  }).join('');
}
