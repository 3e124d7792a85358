import type { CompiledJail } from '../filter/compiled-jail.ts';

/** Prefixes that take in all log groups that the jails read by prefix, sorted. None lies inside another, so none has a log group in common. */
export function leastPrefixes(jails: readonly Pick<CompiledJail, 'logGroupPrefixes'>[]): readonly string[] {
  const all = new Set(jails.flatMap(({ logGroupPrefixes = [] }) => logGroupPrefixes));
  const least: string[] = [];
  // What begins with another stands right behind those that begin with it.
  for (const prefix of [...all].sort()) {
    const last = least.at(-1);
    if (last === undefined || !prefix.startsWith(last)) least.push(prefix);
  }
  return least;
}
