import { compileMatch } from '../../core/compile/compile-match.ts';
import { readFilter } from '../../core/config/read-filter.ts';
import { createEvaluator } from '../../core/match/evaluate.ts';
import { createLineMatcher, type Failure } from '../../core/match/line-matcher.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';
import { configDirectory } from '../../filters/config-directory.ts';

/** Noon of the day after the samples, for dates without a year. */
export const NOW = Date.parse('2026-11-22T12:00:00Z') / 1000;

export interface ShippedFilter {
  /** The failregexes as written, tags not expanded. */
  readonly regexes: readonly string[];
  /** What a jail with this filter finds on the next line of its log. */
  feed(text: string): readonly Failure[];
  /** Indexes of all failregexes that match the line. */
  hits(text: string): readonly number[];
}

/** A filter of filters/filter.d with arguments (`mode=ddos`, or none), ready to read a log. */
export function shippedFilter(name: string, args: string): ShippedFilter {
  const { filter, diagnostics } = readFilter(configDirectory(), args === '' ? name : `${name}[${args}]`);
  if (!filter || diagnostics.length > 0) throw new Error(`${name}[${args}]: ${JSON.stringify(diagnostics)}`);
  const match = compiled(name, compileMatch(filter, { usedns: 'no', logtimezone: undefined }));
  // Lines of journal form carry no date: the event's clock is all there is.
  const dated = match.dates !== undefined;
  const matcher = createLineMatcher(match, { clock: dated ? 'line' : 'event', reference: NOW });
  const evaluator = createEvaluator(match, NOW);
  let events = 0;
  return {
    regexes: filter.failregex.map(({ value }) => value),
    feed: (text) => matcher.feed({ text, eventTime: NOW, eventId: String(events++) }),
    hits: (text) => evaluator.evaluate(text, dated ? undefined : NOW).found.map(({ regex }) => regex),
  };
}

function compiled(name: string, { match, diagnostics }: ReturnType<typeof compileMatch>): CompiledMatch {
  if (!match || diagnostics.length > 0) throw new Error(`${name}: ${JSON.stringify(diagnostics)}`);
  return match;
}
