import type { CodePointSet } from './code-point-set.ts';
import { has, intersection, members, size } from './code-point-set.ts';
import { SPACE, WORD } from './unicode/categories.ts';

/**
 * What may stand at a place in a text, as bits: the 128 ASCII characters; beyond ASCII word
 * characters, white space and others, of which is only known that there is some; and the text's
 * edge: nothing.
 */
export type Neighbours = bigint;

const WORD_BEYOND_ASCII = 1n << 128n;
const SPACE_BEYOND_ASCII = 1n << 129n;
const OTHER_BEYOND_ASCII = 1n << 130n;
export const BEYOND_ASCII_KINDS: Neighbours = WORD_BEYOND_ASCII | SPACE_BEYOND_ASCII | OTHER_BEYOND_ASCII;
/** The text begins or ends there. */
export const EDGE: Neighbours = 1n << 131n;
export const ANY: Neighbours = (1n << 132n) - 1n;
export const NEWLINE: Neighbours = 1n << 10n;

/** Sets beyond ASCII of up to so many characters are looked at one by one. */
const FEW = 64;
const BEYOND_ASCII: CodePointSet = [[128, 0x10ffff]];

const known = new WeakMap<CodePointSet, Neighbours>();

/** At least the members of the set. */
export function neighbours(set: CodePointSet): Neighbours {
  const bits = known.get(set) ?? bitsOf(set);
  known.set(set, bits);
  return bits;
}

function bitsOf(set: CodePointSet): Neighbours {
  let bits = beyondAscii(intersection(set, BEYOND_ASCII));
  for (const [from, to] of set) for (let code = from; code <= Math.min(to, 127); code++) bits |= 1n << BigInt(code);
  return bits;
}

function beyondAscii(set: CodePointSet): Neighbours {
  const count = size(set);
  if (count === 0) return 0n;
  if (count > FEW) return BEYOND_ASCII_KINDS;
  return members(set).reduce((bits, codePoint) => bits | kindsOf(codePoint), 0n);
}

/** Of word characters and others both where Python and JavaScript are not of one mind. */
function kindsOf(codePoint: number): Neighbours {
  if (has(SPACE, codePoint)) return SPACE_BEYOND_ASCII;
  const toPython = has(WORD, codePoint);
  const toJavaScript = /[\p{L}\p{N}]/u.test(String.fromCodePoint(codePoint));
  return (toPython || toJavaScript ? WORD_BEYOND_ASCII : 0n) | (toPython && toJavaScript ? 0n : OTHER_BEYOND_ASCII);
}

function ascii(pattern: RegExp): Neighbours {
  let bits = 0n;
  for (let code = 0; code < 128; code++) if (pattern.test(String.fromCharCode(code))) bits |= 1n << BigInt(code);
  return bits;
}

export const DIGITS: Neighbours = ascii(/\d/) | WORD_BEYOND_ASCII;
/** Any that are no ASCII digits. */
export const NOT_ASCII_DIGITS: Neighbours = ANY & ~ascii(/\d/);
export const WORD_CHARACTERS: Neighbours = ascii(/\w/) | WORD_BEYOND_ASCII;
/** Edges are none. */
export const NON_WORD_CHARACTERS: Neighbours = ANY & ~WORD_CHARACTERS & ~EDGE;
export const LETTERS_AND_DIGITS: Neighbours = ascii(/[A-Za-z0-9]/) | WORD_BEYOND_ASCII;
/** One ASCII character. */
export function neighbour(character: string): Neighbours {
  return 1n << BigInt(character.charCodeAt(0));
}
