import type { CompiledMatch } from '../records/compiled-jail.ts';
import { type GroupReader, type GroupsRead, groupReader } from './group-reader.ts';

/**
 * A jail's regexes as RegExp objects. Holds no state of a stream: any number of matchers share one.
 */
export interface PreparedMatch {
  readonly prefilter: RegExp | undefined;
  readonly prefregex: GroupReader | undefined;
  readonly failregex: readonly GroupReader[];
  /**
   * Indices of the failregexes to try on a text, by its first UTF-16 unit; those of any other text
   * are `all`.
   */
  readonly byFirst: readonly (readonly number[])[];
  readonly all: readonly number[];
  readonly ignoreregex: readonly RegExp[];
  readonly maxlines: number;
}

const prepared = {
  all: new WeakMap<CompiledMatch, PreparedMatch>(),
  id: new WeakMap<CompiledMatch, PreparedMatch>(),
};

/**
 * Compiled once for each CompiledMatch object: a matcher is made for every batch of log events, in
 * microseconds.
 */
export function prepareMatch(match: CompiledMatch, groups: GroupsRead): PreparedMatch {
  const known = prepared[groups].get(match);
  if (known) return known;
  const all = match.failregex.map((_, index) => index);
  const made: PreparedMatch = {
    all,
    byFirst: match.firstCharacters ? byFirst(all, match.firstCharacters) : [],
    prefilter: match.prefilter && new RegExp(match.prefilter.source, match.prefilter.flags),
    prefregex: match.prefregex && groupReader(match.prefregex, groups),
    failregex: match.failregex.map((regex) => groupReader(regex, groups)),
    ignoreregex: match.ignoreregex.map((regex) => new RegExp(regex.source, regex.flags)),
    maxlines: match.maxlines,
  };
  prepared[groups].set(match, made);
  return made;
}

function byFirst(all: readonly number[], characters: readonly string[]): readonly (readonly number[])[] {
  return Array.from({ length: 128 }, (_, code) => {
    const first = String.fromCharCode(code);
    return all.filter((index) => characters[index] === '' || characters[index]?.includes(first));
  });
}
