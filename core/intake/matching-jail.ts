import { banTime } from '../bans/ban-time.ts';
import type { CountingRules } from '../bans/count-and-ban.ts';
import { type Exemption, exemptions } from '../bans/never-banned.ts';
import type { CompiledJail, CompiledMatch } from '../filter/compiled-jail.ts';

/** A jail as a warm container keeps it: what can be prepared once is. */
export interface MatchingJail {
  readonly jail: CompiledJail;
  readonly exempt: Exemption;
  readonly rules: CountingRules;
  /** True when lines of one batch bear on those of the next, so that something must be carried between them. */
  readonly stateful: boolean;
}

export function matchingJail(jail: CompiledJail): MatchingJail {
  const { maxretry, findtime, maxmatches, dbpurgeage, increment } = jail;
  const { overalljails } = increment;
  const rules = { maxretry, findtime, maxmatches, dbpurgeage, overalljails, banTime: banTime(jail) };
  return { jail, rules, exempt: exemptions(jail), stateful: carriesState(jail.match) };
}

/** Sessions (F-MLFID) and multi-line buffers reach over batches; nothing else does, since every event has its own time. */
function carriesState(match: CompiledMatch): boolean {
  const regexes = [...match.failregex, ...(match.prefregex ? [match.prefregex] : [])];
  return match.maxlines > 1 || regexes.some((regex) => 'mlfid' in regex.groups);
}

/** No text matches it. */
const NOTHING = /(?!)/;

/**
 * For each log group, what a message must hold to concern any jail that reads it: the jails' prefilters in one RegExp. `undefined`
 * where a jail needs every line. Prefilters hold printable ASCII only, so it may be run over the JSON of a delivery.
 */
export function sieveOf(jails: readonly MatchingJail[]): (logGroup: string) => RegExp | undefined {
  const sieves = new Map<string, RegExp | undefined>();
  return (logGroup) => {
    if (!sieves.has(logGroup)) sieves.set(logGroup, sieveFor(jails.filter((jail) => reads(jail, logGroup))));
    return sieves.get(logGroup);
  };
}

export function reads({ jail }: MatchingJail, logGroup: string): boolean {
  return jail.loggroups.includes(logGroup);
}

function sieveFor(jails: readonly MatchingJail[]): RegExp | undefined {
  const prefilters = jails.map(({ jail }) => jail.match.prefilter);
  if (prefilters.length === 0) return NOTHING;
  const sources = prefilters.map((prefilter) => (prefilter?.flags === '' ? prefilter.source : undefined));
  return sources.every((source) => source !== undefined) ? new RegExp(sources.join('|')) : undefined;
}
