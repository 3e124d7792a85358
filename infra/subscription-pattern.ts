import type { CompiledMatch } from '../core/filter/compiled-jail.ts';

/** Longest filter pattern CloudWatch Logs takes, in characters (API reference, PutSubscriptionFilter). */
const MAX_PATTERN_LENGTH = 1024;

/** The pattern that lets every event through. */
export const ALL_EVENTS = '';

/**
 * Characters that may continue a word. CloudWatch does not say what splits words; blanks certainly do, and its examples find ERROR
 * in `[ERROR 400]`. So brackets, quotes and list marks end a word, and everything else may belong to one.
 */
const WORD = /[^\s()[\]{}<>",;=]/;
const WORDS = new RegExp(`${WORD.source}+`, 'g');
const LETTER_OR_DIGIT = /[A-Za-z0-9]/;

/** What a quoted term may hold; the rest is either an escape, the mark of a regex (%) or beyond what the syntax documents. */
const PLAIN = /[\x20-\x7e]/;
const SPECIAL = /["\\%]/;

/**
 * The subscription filter pattern of a log group: a coarse sieve that every line any of its jails could match gets through.
 * `?"a" ?"b"` when each jail has literals that fit; otherwise {@link ALL_EVENTS}.
 *
 * Patterns are case-sensitive, and AWS's documentation leaves open whether a term also matches inside a longer word. So a
 * literal that ignores case opens the sieve, and the others are cut down to the words known to be whole.
 */
export function subscriptionPattern(matches: readonly CompiledMatch[]): string {
  const terms = new Set<string>();
  for (const { literals } of matches) {
    if (literals.length === 0) return ALL_EVENTS;
    for (const { text, ignoreCase } of literals) {
      const term = ignoreCase ? undefined : wholeWords(text);
      if (term === undefined) return ALL_EVENTS;
      terms.add(term);
    }
  }
  const pattern = anyOf(withoutImplied([...terms].sort()));
  return pattern.length > MAX_PATTERN_LENGTH ? ALL_EVENTS : pattern;
}

/**
 * The longest part of a literal whose words are whole in every line that holds the literal; `undefined` when it has none. In
 * `ailed password for` the first word may go on to the left and the last one to the right, which leaves `password`.
 */
export function wholeWords(literal: string): string | undefined {
  let longest: string | undefined;
  for (const { text, openLeft, openRight } of plainRuns(literal)) {
    const words = trim(text, openLeft, openRight);
    if (words.length > (longest?.length ?? 0)) longest = words;
  }
  return longest;
}

interface Run {
  readonly text: string;
  /** True when the character before (after) it may belong to the same word. */
  readonly openLeft: boolean;
  readonly openRight: boolean;
}

/** Splits at what a term must not hold. A word may go on across either end of the literal and across a non-ASCII character. */
function plainRuns(literal: string): Run[] {
  const runs: Run[] = [];
  const characters = [...literal];
  let start = 0;
  for (let end = 0; end <= characters.length; end++) {
    const character = characters[end];
    if (character !== undefined && PLAIN.test(character) && !SPECIAL.test(character)) continue;
    runs.push({
      text: characters.slice(start, end).join(''),
      openLeft: mayContinueWord(characters[start - 1]),
      openRight: mayContinueWord(character),
    });
    start = end + 1;
  }
  return runs;
}

function mayContinueWord(neighbour: string | undefined): boolean {
  return neighbour === undefined || WORD.test(neighbour);
}

function trim(text: string, openLeft: boolean, openRight: boolean): string {
  const words = [...text.matchAll(WORDS)].map(({ 0: word, index }) => ({
    word,
    start: index,
    end: index + word.length,
  }));
  const whole = words.filter(({ start, end }) => !(openLeft && start === 0) && !(openRight && end === text.length));
  const first = whole.find(({ word }) => LETTER_OR_DIGIT.test(word));
  const last = whole.findLast(({ word }) => LETTER_OR_DIGIT.test(word));
  return first && last ? text.slice(first.start, last.end) : '';
}

function isWord(text: string, index: number): boolean {
  return WORD.test(text.charAt(index));
}

/** A line with `invalid user` has `user` too: the longer term adds nothing to the shorter. */
function withoutImplied(terms: readonly string[]): string[] {
  return terms.filter((term) => !terms.some((other) => other !== term && holdsWhole(term, other)));
}

function holdsWhole(longer: string, shorter: string): boolean {
  for (let at = longer.indexOf(shorter); at >= 0; at = longer.indexOf(shorter, at + 1)) {
    const startsWord = at === 0 || !isWord(longer, at - 1);
    const end = at + shorter.length;
    if (startsWord && (end === longer.length || !isWord(longer, end))) return true;
  }
  return false;
}

function anyOf(terms: readonly string[]): string {
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return `"${only}"`;
  return terms.map((term) => `?"${term}"`).join(' ');
}
