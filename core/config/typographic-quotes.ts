import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import { placeOf, type SourceText } from './source-text.ts';

/** Where a value begins with a quote that web pages and word processors put for a plain one. */
const OPENING = /(?<=^|=)\s*([“”„‟″«»‘’‚‛′`´])/u;

/**
 * Warns of typographic quotes; fail2ban takes only `"` and `'` for quotes, and these for a part of
 * the value.
 */
export function typographicQuotes(option: string, value: SourceText): (Diagnostic & { at?: Place }) | undefined {
  const found = OPENING.exec(value.text);
  const quote = found?.[1];
  if (found === null || quote === undefined) return undefined;
  const at = placeOf(value, found.index + found[0].length - quote.length, quote.length);
  const inBrackets = value.text.slice(0, found.index).includes('[');
  return {
    code: 'TYPOGRAPHIC_QUOTES',
    severity: 'error',
    message: `${option}: ${quote} is a typographic quote, which quotes nothing`,
    help: inBrackets ? 'write plain quotes: name[option="value"]' : 'write the value without quotes',
    ...(at && { at }),
  };
}
