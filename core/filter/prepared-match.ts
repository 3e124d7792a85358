import type { CompiledMatch } from './compiled-jail.ts';
import { type GroupReader, groupReader } from './group-reader.ts';

/** A jail's regexes as RegExp objects. Holds no state of a stream: any number of matchers share one. */
export interface PreparedMatch {
  readonly prefilter: RegExp | undefined;
  readonly prefregex: GroupReader | undefined;
  readonly failregex: readonly GroupReader[];
  readonly ignoreregex: readonly RegExp[];
  readonly maxlines: number;
}

const prepared = new WeakMap<CompiledMatch, PreparedMatch>();

/** Compiled once for each CompiledMatch object: a matcher is made for every batch of log events, in microseconds. */
export function prepareMatch(match: CompiledMatch): PreparedMatch {
  const known = prepared.get(match);
  if (known) return known;
  const made: PreparedMatch = {
    prefilter: match.prefilter && new RegExp(match.prefilter.source, match.prefilter.flags),
    prefregex: match.prefregex && groupReader(match.prefregex),
    failregex: match.failregex.map(groupReader),
    ignoreregex: match.ignoreregex.map((regex) => new RegExp(regex.source, regex.flags)),
    maxlines: match.maxlines,
  };
  prepared.set(match, made);
  return made;
}
