import type { Place } from '../diagnostics/diagnostic.ts';
import type { Located } from './jail.ts';
import { placeOf, type SourceText } from './source-text.ts';

export function located(source: SourceText): Located<string> {
  const at = placeOf(source);
  return { value: source.text, ...(at && { at }), origins: source.origins };
}

/**
 * The place of a part of a located text, for example of the character a regular expression is wrong
 * at; right even where the text was put together from several files. Offset and length are UTF-16
 * code units into `value`.
 */
export function placeWithin(text: Located<string>, offset: number, length = 1): Place | undefined {
  if (text.origins === undefined) return text.at;
  return placeOf({ text: text.value, origins: text.origins }, offset, length);
}
