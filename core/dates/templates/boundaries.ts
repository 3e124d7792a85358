/**
 * The frame that fail2ban puts around a datepattern: where in a line it may match, and which group
 * is the date (`fail2ban/server/datetemplate.py: DateTemplate.setRegex`).
 */

import { NON_WORD, WORD } from './placeholders.ts';

export interface FrameOptions {
  /** `start`: at the start of the line, after at most two non-word characters. */
  readonly begin: 'start' | 'word' | 'anywhere';
  readonly end: 'word' | 'anywhere';
}

export interface FramedRegex {
  /** Python-regex text; its first capture group is the date. */
  readonly regex: string;
  /** Tied to the start of the line: not searched for further right. */
  readonly lineBegin: boolean;
  readonly lineEnd: boolean;
  /** The pattern itself does not define its start, so the requested boundary was added. */
  readonly boundBegin: boolean;
  /** The same for its end. */
  readonly boundEnd: boolean;
}

/**
 * At the line's start, in front of no word character, or in front of a word; also behind a word
 * that ends the line.
 */
const WORD_BEGIN = `(?:(?=${NON_WORD})|(?<!${WORD})(?=${WORD})|\\Z(?:^|(?<=${WORD})))`;
/** Not between two word characters. */
export const WORD_END = `(?:(?!${WORD})|(?<!${WORD}))`;
/** Not a lookbehind, so that a line without a date at its start fails at once. */
const LINE_BEGIN = `^(?:${NON_WORD}{0,2})?`;

const INLINE_FLAGS = String.raw`\(\?\w+\)`;
/** `(?iu)` anywhere: taken out while the pattern is framed, then put in front. */
const GLOBAL_FLAGS = /\(\?[a-z]+\)/;
/** A pattern that defines its start: `^`, `(^`, `(?:^`, `**`, behind any number of parentheses. */
const OWN_BEGIN = new RegExp(String.raw`^\(*(?:${INLINE_FLAGS})?(?:\^|\(*\*\*|\((?:\?:)?\^)`);
/** A pattern that defines its end: `$`, `$)`, `\b`, `\s`, `**`. */
const OWN_END = /(?<!\\)(?:\$\)?|\\b|\\s|\*\*\)*)$/;
const AT_LINE_BEGIN = new RegExp(String.raw`^(?:${INLINE_FLAGS})?(?:\^|\((?:\?:)?\^(?!\|))`);
const AT_LINE_END = /(?<![\\|])\$\)?$/;
/**
 * With any plain parenthesis fail2ban takes the first group for the date, even if that is a named
 * one.
 */
const HAS_PLAIN_GROUP = /(?<!\(\?)(?<!\\)\((?!\?)/;
const STARS_IN_FRONT = new RegExp(String.raw`^(\(*(?:${INLINE_FLAGS})?\(*)\*\*`);
const STARS_BEHIND = /(?<!\\)\*\*(\)*)$/;

/** Puts boundaries around the regex and, unless it has one, a group around the date. */
export function frameRegex(pattern: string, options: FrameOptions): FramedRegex {
  let regex = pattern.trim();
  const flags = GLOBAL_FLAGS.exec(regex)?.[0] ?? '';
  regex = regex.replace(flags, '');
  const boundBegin = options.begin !== 'anywhere' && !OWN_BEGIN.test(regex);
  const boundEnd = options.end !== 'anywhere' && !OWN_END.test(regex);
  if (!HAS_PLAIN_GROUP.test(regex)) regex = groupAll(regex);
  const toStart = boundBegin && options.begin === 'start';
  if (boundBegin) regex = (toStart ? LINE_BEGIN : WORD_BEGIN) + regex;
  if (boundEnd) regex += WORD_END;
  const lineBegin = toStart || AT_LINE_BEGIN.test(regex);
  const lineEnd = AT_LINE_END.test(regex);
  return { regex: flags + withoutStars(regex), lineBegin, lineEnd, boundBegin, boundEnd };
}

/** The whole pattern but a leading `^` and a trailing `$`. */
function groupAll(regex: string): string {
  const begin = regex.startsWith('^') ? 1 : 0;
  const end = regex.length > begin && regex.endsWith('$') ? regex.length - 1 : regex.length;
  return `${regex.slice(0, begin)}(${regex.slice(begin, end)})${regex.slice(end)}`;
}

function withoutStars(regex: string): string {
  return regex.replace(STARS_IN_FRONT, '$1').replace(STARS_BEHIND, '$1');
}
