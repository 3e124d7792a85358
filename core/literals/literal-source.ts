import { foldedLiteral } from '../pyregex/case-folding.ts';
import { classSource } from '../pyregex/class-source.ts';
import { members, single } from '../pyregex/code-point-set.ts';
import type { Piece } from './piece.ts';

/**
 * RegExp source, without flags, that finds a literal of a prefilter as Python's re would, in text
 * or in UTF-8 decoded as Latin-1. Lines are sifted with one character per byte, and where case is
 * ignored U+017F is an `s`.
 */
export function literalSource({ text, ignoreCase }: Piece): string {
  return Array.from(text, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return ignoreCase ? anyCaseSource(codePoint) : classSource(single(codePoint));
  }).join('');
}

function anyCaseSource(codePoint: number): string {
  const set = foldedLiteral(codePoint, false);
  const misread = members(set)
    .filter((member) => member > 0x7f)
    .map(bytesSource);
  return misread.length === 0 ? classSource(set) : `(?:${[classSource(set), ...misread].join('|')})`;
}

/** The UTF-8 bytes of a code point of two or three bytes, each as a character. */
function bytesSource(codePoint: number): string {
  const last = 0x80 | (codePoint & 0x3f);
  const bytes =
    codePoint < 0x800
      ? [0xc0 | (codePoint >> 6), last]
      : [0xe0 | (codePoint >> 12), 0x80 | ((codePoint >> 6) & 0x3f), last];
  return bytes.map((byte) => classSource(single(byte))).join('');
}
