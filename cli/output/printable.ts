/**
 * What steers a terminal (C0 but for newline and tab, DEL, C1) or turns the direction of writing
 * (Unicode Standard Annex #9, explicit formatting).
 */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text of any origin as a screen may show it: what steers it stands there as an escape such as
 * `\u001b`, which in JSON means the same.
 */
export function screenSafe(text: string): string {
  return text.replace(STEERING, escaped);
}

/** The same for a part of a line, such as an id: an attacker may have written it (F-ID). */
export function printable(text: string): string {
  return screenSafe(text).replace(/[\t\n]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
