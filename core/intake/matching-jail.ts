import { banTime } from '../bans/ban-time.ts';
import type { CountingRules } from '../bans/counting-rules.ts';
import { reads as readsLogGroup } from '../compile/log-group-readers.ts';
import { type Exemption, exemptions } from '../protect/never-banned.ts';
import type { CompiledJail, CompiledMatch, PrefilterLiteral } from '../records/compiled-jail.ts';

/** A jail as a warm container keeps it: what can be prepared once is. */
export interface MatchingJail {
  readonly jail: CompiledJail;
  readonly exempt: Exemption;
  readonly rules: CountingRules;
  /**
   * True when lines of one batch bear on those of the next, so that something must be carried
   * between them.
   */
  readonly stateful: boolean;
}

export function matchingJail(jail: CompiledJail): MatchingJail {
  const { maxretry, findtime, maxmatches, maxbans, dbpurgeage, increment } = jail;
  const { overalljails } = increment;
  const rules = { maxretry, findtime, maxmatches, maxbans, dbpurgeage, overalljails, banTime: banTime(jail) };
  return { jail, rules, exempt: exemptions(jail), stateful: carriesState(jail.match) };
}

/**
 * Sessions (F-MLFID) and multi-line buffers reach over batches; nothing else does, since every
 * event has its own time.
 */
function carriesState(match: CompiledMatch): boolean {
  const regexes = [...match.failregex, ...(match.prefregex ? [match.prefregex] : [])];
  return match.maxlines > 1 || regexes.some((regex) => 'mlfid' in regex.groups);
}

/**
 * For each log group, what a message must hold to concern any jail that reads it: the literals of
 * the jails' prefilters, of which it must hold one. `undefined` where a jail needs every line.
 * Literals are printable ASCII without `"` and `\\`, so they may be looked for in the JSON of a
 * delivery. The same group is always answered with the same array.
 */
export function sieveOf(jails: readonly MatchingJail[]): (logGroup: string) => readonly PrefilterLiteral[] | undefined {
  const sieves = new Map<string, readonly PrefilterLiteral[] | undefined>();
  return (logGroup) => {
    if (!sieves.has(logGroup)) sieves.set(logGroup, sieveFor(jails.filter((jail) => reads(jail, logGroup))));
    return sieves.get(logGroup);
  };
}

export function reads({ jail }: MatchingJail, logGroup: string): boolean {
  return readsLogGroup(jail, logGroup);
}

function sieveFor(jails: readonly MatchingJail[]): readonly PrefilterLiteral[] | undefined {
  if (jails.some(({ jail }) => jail.match.prefilter === undefined)) return undefined;
  return jails.flatMap(({ jail }) => jail.match.literals);
}
