import type { CodePointSet } from './code-point-set.ts';
import { has, intersection, members, size } from './code-point-set.ts';
import { SPACE, WORD } from './unicode/categories.ts';

/**
 * What may stand at a place in a text, as bits: the 128 ASCII characters; three classes beyond
 * ASCII (word characters, white space, others); and the text's edge.
 */
export type Neighbors = bigint;

const WORD_BEYOND_ASCII = 1n << 128n;
const SPACE_BEYOND_ASCII = 1n << 129n;
const OTHER_BEYOND_ASCII = 1n << 130n;
export const BEYOND_ASCII_KINDS: Neighbors = WORD_BEYOND_ASCII | SPACE_BEYOND_ASCII | OTHER_BEYOND_ASCII;
/** The text begins or ends there. */
export const EDGE: Neighbors = 1n << 131n;
export const ANY: Neighbors = (1n << 132n) - 1n;
export const NEWLINE: Neighbors = 1n << 10n;

/** Sets beyond ASCII of up to this many characters are checked one by one. */
const FEW = 64;
const BEYOND_ASCII: CodePointSet = [[128, 0x10ffff]];

const known = new WeakMap<CodePointSet, Neighbors>();

/** At least the members of the set. */
export function neighbors(set: CodePointSet): Neighbors {
  const bits = known.get(set) ?? bitsOf(set);
  known.set(set, bits);
  return bits;
}

function bitsOf(set: CodePointSet): Neighbors {
  let bits = beyondAscii(intersection(set, BEYOND_ASCII));
  for (const [from, to] of set) for (let code = from; code <= Math.min(to, 127); code++) bits |= 1n << BigInt(code);
  return bits;
}

function beyondAscii(set: CodePointSet): Neighbors {
  const count = size(set);
  if (count === 0) return 0n;
  if (count > FEW) return BEYOND_ASCII_KINDS;
  return members(set).reduce((bits, codePoint) => bits | kindsOf(codePoint), 0n);
}

/** Counts as word character and as other where Python and JavaScript differ. */
function kindsOf(codePoint: number): Neighbors {
  if (has(SPACE, codePoint)) return SPACE_BEYOND_ASCII;
  const toPython = has(WORD, codePoint);
  const toJavaScript = /[\p{L}\p{N}]/u.test(String.fromCodePoint(codePoint));
  return (toPython || toJavaScript ? WORD_BEYOND_ASCII : 0n) | (toPython && toJavaScript ? 0n : OTHER_BEYOND_ASCII);
}

function ascii(pattern: RegExp): Neighbors {
  let bits = 0n;
  for (let code = 0; code < 128; code++) if (pattern.test(String.fromCharCode(code))) bits |= 1n << BigInt(code);
  return bits;
}

export const DIGITS: Neighbors = ascii(/\d/) | WORD_BEYOND_ASCII;
/** Any that are no ASCII digits. */
export const NOT_ASCII_DIGITS: Neighbors = ANY & ~ascii(/\d/);
export const WORD_CHARACTERS: Neighbors = ascii(/\w/) | WORD_BEYOND_ASCII;
/** Edges are none. */
export const NON_WORD_CHARACTERS: Neighbors = ANY & ~WORD_CHARACTERS & ~EDGE;
export const LETTERS_AND_DIGITS: Neighbors = ascii(/[A-Za-z0-9]/) | WORD_BEYOND_ASCII;
/** One ASCII character. */
export function neighbor(character: string): Neighbors {
  return 1n << BigInt(character.charCodeAt(0));
}
