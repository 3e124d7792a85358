import type { Located } from '../config/jail.ts';
import { placeWithin } from '../config/located.ts';
import type { Place } from '../diagnostics/diagnostic.ts';

/**
 * Where in the operator's file a place in a pattern is, when the pattern is `text` with its tags
 * expanded. Before the first tag and after the last the character itself is known; in between, all
 * of what lies from the first tag to the last is meant.
 *
 * @param at relative to the pattern; a pattern is one line
 */
export function regexPlace(text: Located<string>, pattern: string, at: Place | undefined): Place | undefined {
  if (!at) return text.at;
  const offset = at.column - 1;
  const written = text.value;
  const shared = Math.min(written.length, pattern.length);
  let before = 0;
  while (before < shared && written[before] === pattern[before]) before++;
  if (offset < before || before === pattern.length) return placeWithin(text, offset, at.length);
  let after = 0;
  while (after < shared - before && written.at(-1 - after) === pattern.at(-1 - after)) after++;
  if (offset >= pattern.length - after) return placeWithin(text, offset - pattern.length + written.length, at.length);
  return placeWithin(text, before, written.length - after - before);
}
