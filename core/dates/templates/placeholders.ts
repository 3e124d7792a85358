/**
 * Characters that stand for a set in the Python regexes of this folder. The translation keeps them,
 * and they are replaced when a template is first used. Listing every word character of Unicode
 * would make fail2ban's 31 templates a megabyte, and an ASCII line, as nearly all are, needs less.
 *
 * Each has the properties of its set (a digit is a digit and a word character), so that the
 * translation of a neighboring `\b` stays true. Each lies inside a range of such sets, not at its
 * end, so that a translation that lists the set does not contain it. A datepattern that has one of
 * them is taken to mean the set.
 */

/** Any decimal digit: Python's `\d`. */
export const DIGIT = '\uA624';
/**
 * The first three digits of a year that `%ExY` takes: they depend on the time, see `year-range.ts`.
 */
export const DECADES = '\uA625';
/** Python's `\w`. */
export const WORD = '\uA550';
/** Python's `\W`. */
export const NON_WORD = '\uE003';

const ESCAPES = /\\u(a624|a625|a550|e003)/gi;

/** The translated source with the characters themselves where the translation wrote escapes. */
export function unescaped(source: string): string {
  return source.replace(ESCAPES, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** RegExp source for lines of ASCII only. */
export function forAscii(source: string, decades: string): string {
  return fill(source, decades, '[0-9]', String.raw`\w`, String.raw`\W`);
}

/**
 * RegExp source for any line. Needs the flag `u`. What a letter is depends on the Unicode of the
 * running Node.
 */
export function forUnicode(source: string, decades: string): string {
  return fill(source, decades, String.raw`\p{Nd}`, String.raw`[\p{L}\p{N}_]`, String.raw`[^\p{L}\p{N}_]`);
}

function fill(source: string, decades: string, digit: string, word: string, nonWord: string): string {
  return source
    .replaceAll(DECADES, decades)
    .replaceAll(DIGIT, digit)
    .replaceAll(WORD, word)
    .replaceAll(NON_WORD, nonWord);
}
