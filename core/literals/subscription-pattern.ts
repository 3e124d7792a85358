import type { CompiledMatch } from '../records/compiled-jail.ts';
import { MAX_PATTERN_LENGTH } from './pattern-terms.ts';
import { withoutImplied } from './whole-words.ts';

/** The pattern that matches every event. */
export const ALL_EVENTS = '';

type Terms = Pick<CompiledMatch, 'patternTerms'>;

/**
 * The subscription filter pattern of a log group: a coarse sieve that passes every line that one of
 * its jails could match. `?"a" ?"b"` when each jail requires words that fit; otherwise {@link
 * ALL_EVENTS}.
 *
 * Patterns are case-sensitive, and AWS's documentation leaves open whether a term also matches
 * inside a longer word: so the jails' terms are whole words of every relevant line, in its own
 * case.
 */
export function subscriptionPattern(matches: readonly Terms[]): string {
  const pattern = ofEveryJail(matches) ?? ALL_EVENTS;
  return pattern.length > MAX_PATTERN_LENGTH ? ALL_EVENTS : pattern;
}

/**
 * Why {@link subscriptionPattern} matches every event of a log group, as text for people;
 * `undefined`: it does not.
 */
export function whyAllEvents(jails: readonly { readonly name: string; readonly match: Terms }[]): string | undefined {
  const wordless = jails.filter(({ match }) => match.patternTerms === undefined);
  if (wordless.length > 0) return `no words are in all that ${wordless.map(({ name }) => name).join(', ')} may match`;
  const { length = 0 } = ofEveryJail(jails.map(({ match }) => match)) ?? '';
  if (length <= MAX_PATTERN_LENGTH) return undefined;
  const names = jails.map(({ name }) => name).join(', ');
  return `the words of ${names} take ${length} characters, and a filter pattern may have ${MAX_PATTERN_LENGTH}`;
}

/** The pattern at any length; `undefined` where a jail requires no words. */
function ofEveryJail(matches: readonly Terms[]): string | undefined {
  const terms: string[] = [];
  for (const { patternTerms } of matches) {
    if (patternTerms === undefined) return undefined;
    terms.push(...patternTerms);
  }
  return anyOf(withoutImplied(terms));
}

function anyOf(terms: readonly string[]): string {
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return `"${only}"`;
  return terms.map((term) => `?"${term}"`).join(' ');
}
