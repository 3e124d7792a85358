import { type CodePointSet, complement, onlyMember, size } from './code-point-set.ts';

/**
 * Beyond this many ranges (`\w`), characters stand for themselves: a third of the length of
 * escapes.
 */
const RAW_FROM = 64;

/**
 * The set as an atom of a `u`-flagged RegExp: a character, `[…]` or `[^…]`, whichever is shortest.
 */
export function classSource(set: CodePointSet): string {
  const character = onlyMember(set);
  if (character !== undefined) {
    return literalSource(character);
  }
  const outside = complement(set);
  return outside.length < set.length || (outside.length === set.length && size(outside) < size(set))
    ? `[^${membersSource(outside)}]`
    : `[${membersSource(set)}]`;
}

function membersSource(set: CodePointSet): string {
  const raw = set.length > RAW_FROM;
  return set
    .map(([from, to]) => {
      const first = memberSource(from, raw);
      if (from === to) {
        return first;
      }
      return first + (to === from + 1 ? '' : '-') + memberSource(to, raw);
    })
    .join('');
}

function literalSource(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : escaped(codePoint, false);
}

function memberSource(codePoint: number, raw: boolean): string {
  const character = String.fromCodePoint(codePoint);
  return /[\^\\[\]/-]/.test(character) ? `\\${character}` : escaped(codePoint, raw);
}

const CONTROL: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };

function escaped(codePoint: number, raw: boolean): string {
  if (codePoint >= 0x20 && codePoint < 0x7f) {
    return String.fromCodePoint(codePoint);
  }
  const control = CONTROL[codePoint];
  if (control !== undefined) {
    return control;
  }
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (raw && codePoint > 0xa0 && !isSurrogate) {
    return String.fromCodePoint(codePoint);
  }
  if (codePoint <= 0xff) {
    return `\\x${codePoint.toString(16).padStart(2, '0')}`;
  }
  // A bare \ud83d\ude00 would be one character; in braces they stay two.
  return codePoint > 0xffff || isSurrogate
    ? `\\u{${codePoint.toString(16)}}`
    : `\\u${codePoint.toString(16).padStart(4, '0')}`;
}
