import { isSeparator, MARK } from './separators.ts';

/** A part of a text. */
export interface Phrase {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** A part of a text in which no date was cut out. */
export interface Stretch extends Phrase {
  /** The stretch begins at the beginning of a word. */
  readonly wordBegins: boolean;
  readonly wordEnds: boolean;
}

const MOST_WORDS = 6;
const LETTER_OR_DIGIT = /[A-Za-z0-9]/;
/**
 * Characters that a word of a quoted filter pattern term must not contain: those that need an
 * escape, and the mark of a regex.
 */
const SPECIAL = /[\\%]/;
/** Characters that must not stand between two of its words. */
const UNQUOTABLE = new RegExp(`["${MARK}]`);

/**
 * The phrases of a stretch of a text whose words are whole wherever the stretch is: they begin and
 * end between separators, or between characters that belong to no word under any reading. `ailed
 * password for ` gives only `password`, `for` and `password for`.
 */
export function wholePhrases(text: string, stretch: Stretch): readonly Phrase[] {
  const phrases: Phrase[] = [];
  const words = wholeWords(text, stretch);
  for (const [index, first] of words.entries()) {
    if (!first.names) continue;
    for (const last of words.slice(index, index + MOST_WORDS)) {
      if (last.special || UNQUOTABLE.test(text.slice(first.from, last.from))) break;
      if (last.names) phrases.push({ from: first.from, to: last.to });
    }
  }
  return phrases;
}

interface Word extends Phrase {
  /** More than punctuation. */
  readonly names: boolean;
  readonly special: boolean;
}

function wholeWords(text: string, { from, to, wordBegins, wordEnds }: Stretch): readonly Word[] {
  const words: Word[] = [];
  let start = from;
  let whole = wordBegins;
  for (let at = from; at <= to; at++) {
    if (at < to && !isSeparator(text.charAt(at))) continue;
    if (at > start && whole && (at < to || wordEnds)) words.push(wordOf(text, start, at));
    start = at + 1;
    whole = true;
  }
  return words;
}

function wordOf(text: string, from: number, to: number): Word {
  const word = text.slice(from, to);
  const special = SPECIAL.test(word);
  return { from, to, special, names: !special && LETTER_OR_DIGIT.test(word) };
}

/** A text with `invalid user` contains `user` too, both as text and as words. */
export function holdsWhole(longer: string, shorter: string): boolean {
  for (let at = longer.indexOf(shorter); at >= 0; at = longer.indexOf(shorter, at + 1)) {
    const end = at + shorter.length;
    const starts = at === 0 || isSeparator(longer.charAt(at - 1));
    if (starts && (end === longer.length || isSeparator(longer.charAt(end)))) return true;
  }
  return false;
}

/** Each term once, in order, without terms that contain another. */
export function withoutImplied(terms: readonly string[]): readonly string[] {
  const distinct = [...new Set(terms)].sort();
  return distinct.filter((term) => !distinct.some((other) => other !== term && holdsWhole(term, other)));
}
