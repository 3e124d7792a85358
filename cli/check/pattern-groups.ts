import { reads } from '../../core/compile/log-group-readers.ts';
import { subscriptionPattern, whyAllEvents } from '../../core/literals/subscription-pattern.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';

/** A log group that jails read, and what its subscription lets through. */
export interface PatternGroup {
  /** A name; with an asterisk at its end, all groups whose names begin so. */
  readonly logGroup: string;
  readonly jails: readonly CompiledJail[];
  readonly pattern: string;
  /** Why the pattern lets every event through; `undefined`: it does not. */
  readonly allEvents: string | undefined;
}

/** The log groups of a configuration, by name. */
export function patternGroups(jails: readonly CompiledJail[]): readonly PatternGroup[] {
  const names = new Set(
    jails.flatMap(({ loggroups, logGroupPrefixes = [] }) => [
      ...loggroups,
      ...logGroupPrefixes.map((prefix) => `${prefix}*`),
    ]),
  );
  return [...names].sort().map((logGroup) => {
    const readers = jails.filter((jail) => reads(jail, logGroup));
    const allEvents = whyAllEvents(readers);
    const pattern = subscriptionPattern(readers.map(({ match }) => match));
    return { logGroup, jails: readers, pattern, allEvents };
  });
}
