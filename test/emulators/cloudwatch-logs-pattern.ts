/**
 * Filter patterns for text: `"a"`, `?"a" ?"b"` and the empty one
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html). Other
 * forms are refused rather than guessed at.
 */

import { invalidParameter } from './cloudwatch-logs-operation.ts';

/**
 * Whether a term must stand as whole words or may be a part of longer ones: the documentation has
 * "word" and does not define it.
 */
export type TermReading = 'word' | 'substring';

const TERMS = /^(?:\?"[^"\\]+"(?: \?"[^"\\]+")*|"[^"\\]+")$/;
const TERM = /"([^"\\]+)"/g;
const ALPHANUMERIC = /[A-Za-z0-9]/;

/**
 * What the pattern lets through. Case matters.
 *
 * @throws {ServiceError} for a pattern of another form
 */
export function patternMatcher(pattern: string, reading: TermReading): (message: string) => boolean {
  if (pattern === '') return () => true;
  if (!TERMS.test(pattern)) throw invalidParameter('Invalid filter pattern');
  const terms = Array.from(pattern.matchAll(TERM), ([, term = '']) => term);
  return (message) => terms.some((term) => holds(message, term, reading));
}

function holds(message: string, term: string, reading: TermReading): boolean {
  for (let at = message.indexOf(term); at >= 0; at = message.indexOf(term, at + 1)) {
    if (reading === 'substring' || isWhole(message, at, at + term.length)) return true;
  }
  return false;
}

/** Neither end lies inside a run of letters and digits. */
function isWhole(message: string, start: number, end: number): boolean {
  return !joined(message, start) && !joined(message, end);
}

function joined(message: string, at: number): boolean {
  return ALPHANUMERIC.test(message.charAt(at - 1)) && ALPHANUMERIC.test(message.charAt(at));
}
