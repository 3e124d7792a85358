import type { Place } from '../diagnostics/diagnostic.ts';

/**
 * Text that remembers where each part of it was written. Interpolation and tag substitution build
 * values out of pieces of many files; a mistake found in the end is still reported at the character
 * the operator typed.
 */
export interface SourceText {
  readonly text: string;
  /** Sorted by offset; each holds from its offset to the next one's. */
  readonly origins: readonly Origin[];
}

export interface Origin {
  /** Offset into the text, in UTF-16 code units. */
  readonly offset: number;
  /**
   * Where the character at that offset was written; `undefined`: in no file (a built-in value, a
   * command-line option).
   */
  readonly at: Spot | undefined;
}

export interface Spot {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** Text written at one place, or, without `at`, in no file. */
export function sourceText(text: string, at?: Spot): SourceText {
  return { text, origins: [{ offset: 0, at }] };
}

export function concat(parts: readonly SourceText[]): SourceText {
  const only = parts[0];
  if (only !== undefined && parts.length === 1) return only;
  let text = '';
  const origins: Origin[] = [];
  for (const part of parts) {
    const base = text.length;
    for (const { offset, at } of part.origins) {
      if (origins.at(-1)?.offset === base + offset) origins.pop();
      origins.push({ offset: base + offset, at });
    }
    text += part.text;
  }
  return { text, origins: origins.length > 0 ? origins : [{ offset: 0, at: undefined }] };
}

/** The part from `start` up to `end`, still knowing its origins. */
export function slice(source: SourceText, start: number, end = source.text.length): SourceText {
  const origins: Origin[] = [{ offset: 0, at: spotAt(source, start) }];
  for (let index = originAt(source, start) + 1; index < source.origins.length; index++) {
    const origin = source.origins[index];
    if (origin === undefined || origin.offset >= end) break;
    origins.push({ offset: origin.offset - start, at: origin.at });
  }
  return { text: source.text.slice(start, end), origins };
}

/** Python's `str.replace`: every occurrence, left to right, not looking into what was put in. */
export function replaceAll(source: SourceText, needle: string, replacement: SourceText): SourceText {
  const parts: SourceText[] = [];
  let from = 0;
  for (let at = source.text.indexOf(needle); at >= 0; at = source.text.indexOf(needle, from)) {
    parts.push(slice(source, from, at), replacement);
    from = at + needle.length;
  }
  return from === 0 ? source : concat([...parts, slice(source, from)]);
}

/** The lines of a value, split at every newline as Python's `split('\n')` does: never empty. */
export function splitLines(source: SourceText): SourceText[] {
  const lines: SourceText[] = [];
  let from = 0;
  for (let end = source.text.indexOf('\n'); end >= 0; end = source.text.indexOf('\n', from)) {
    lines.push(slice(source, from, end));
    from = end + 1;
  }
  return [...lines, slice(source, from)];
}

/** The runs of characters that are not in `separators`, in order. */
export function splitWords(source: SourceText, separators = /[\s,]/): SourceText[] {
  const words: SourceText[] = [];
  let start = -1;
  for (let i = 0; i <= source.text.length; i++) {
    const character = source.text[i];
    const outside = character === undefined || separators.test(character);
    if (outside && start >= 0) words.push(slice(source, start, i));
    if (outside) start = -1;
    else if (start < 0) start = i;
  }
  return words;
}

/**
 * The place of the characters from `offset` on, for a diagnostic. The length is cut where the text
 * stops being contiguous in the file; `undefined` when the characters come from no file.
 */
export function placeOf(source: SourceText, offset = 0, length = source.text.length - offset): Place | undefined {
  const at = spotAt(source, offset);
  if (at === undefined) return undefined;
  const next = source.origins[originAt(source, offset) + 1]?.offset ?? source.text.length;
  const newline = source.text.indexOf('\n', offset);
  const end = Math.min(next, newline < 0 ? next : newline, offset + length);
  return { ...at, length: Math.max(1, end - offset) };
}

function spotAt(source: SourceText, offset: number): Spot | undefined {
  const found = source.origins[originAt(source, offset)];
  if (found?.at === undefined) return undefined;
  return { ...found.at, column: found.at.column + offset - found.offset };
}

/**
 * The index of the origin that holds at an offset: the last that begins at it or before, -1 for
 * none.
 */
function originAt({ origins }: SourceText, offset: number): number {
  let [low, high] = [-1, origins.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((origins[middle]?.offset ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
