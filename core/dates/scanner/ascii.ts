/** ASCII characters by their codes. */

export const ZERO = 48;
export const BLANK = 32;

const WORD_CHARACTERS = Uint8Array.from({ length: 128 }, (_, code) => (/\w/.test(String.fromCharCode(code)) ? 1 : 0));

/** Python's `\w`, for a code below 128. */
export function isWord(code: number): boolean {
  return WORD_CHARACTERS[code] === 1;
}

export function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

/**
 * The lower-case letter for a letter of either case; other characters give a code that is no
 * letter.
 */
export function small(code: number): number {
  return code | 32;
}

/**
 * By character code: 1 if the character is in the text; with `anyCase` its letters count in both
 * cases.
 */
export function setOf(characters: string, anyCase: boolean): Uint8Array {
  const set = new Uint8Array(128);
  const all = anyCase ? characters.toLowerCase() + characters.toUpperCase() : characters;
  for (const character of all) set[character.charCodeAt(0)] = 1;
  return set;
}

export function isAsciiLetter(code: number): boolean {
  const letter = small(code);
  return letter >= 97 && letter <= 122;
}
