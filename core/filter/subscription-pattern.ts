import type { CompiledMatch } from './compiled-jail.ts';
import { MAX_PATTERN_LENGTH } from './pattern-terms.ts';
import { withoutImplied } from './whole-words.ts';

/** The pattern that lets every event through. */
export const ALL_EVENTS = '';

/**
 * The subscription filter pattern of a log group: a coarse sieve that every line any of its jails could match gets through.
 * `?"a" ?"b"` when each jail requires words that fit; otherwise {@link ALL_EVENTS}.
 *
 * Patterns are case-sensitive, and AWS's documentation leaves open whether a term also matches inside a longer word: the jails' terms are
 * whole words of every line that counts, in the case in which it has them.
 */
export function subscriptionPattern(matches: readonly Pick<CompiledMatch, 'patternTerms'>[]): string {
  const terms: string[] = [];
  for (const { patternTerms } of matches) {
    if (patternTerms === undefined) return ALL_EVENTS;
    terms.push(...patternTerms);
  }
  const pattern = anyOf(withoutImplied(terms));
  return pattern.length > MAX_PATTERN_LENGTH ? ALL_EVENTS : pattern;
}

function anyOf(terms: readonly string[]): string {
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return `"${only}"`;
  return terms.map((term) => `?"${term}"`).join(' ');
}
