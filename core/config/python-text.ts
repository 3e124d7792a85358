/**
 * White space as Python's `str.strip`, `str.isspace` and `\s` see it. JavaScript's `trim` differs:
 * it takes U+FEFF and leaves U+001C–U+001F and U+0085, and configparser's rules
 * (Lib/configparser.py: _read) rest on Python's.
 */
const SPACE = '\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING = new RegExp(`^[${SPACE}]+`);
const ONE = new RegExp(`^[${SPACE}]$`);

export function isSpace(character: string | undefined): boolean {
  return character !== undefined && ONE.test(character);
}

/** How many code units of white space the text begins with. */
export function leadingSpace(text: string): number {
  return LEADING.exec(text)?.[0].length ?? 0;
}

export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  return text.slice(0, end);
}

export function strip(text: string): string {
  return stripEnd(text.slice(leadingSpace(text)));
}
