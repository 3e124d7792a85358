import type { CompiledJail } from '../records/compiled-jail.ts';

type Reading = Pick<CompiledJail, 'loggroups' | 'logGroupPrefixes'>;

/**
 * By its name or by what it begins with: a jail that names a log group both ways still reads it
 * once.
 */
export function reads(jail: Reading, logGroup: string): boolean {
  return jail.loggroups.includes(logGroup) || readsByPrefix(jail, logGroup);
}

export function readsByPrefix({ logGroupPrefixes = [] }: Reading, logGroup: string): boolean {
  return logGroupPrefixes.some((prefix) => logGroup.startsWith(prefix));
}

/**
 * Prefixes that take in all log groups that the jails read by prefix, sorted. None lies inside
 * another, so none has a log group in common.
 */
export function leastPrefixes(jails: readonly Pick<Reading, 'logGroupPrefixes'>[]): readonly string[] {
  const all = new Set(jails.flatMap(({ logGroupPrefixes = [] }) => logGroupPrefixes));
  const least: string[] = [];
  // What begins with another stands right behind those that begin with it.
  for (const prefix of [...all].sort()) {
    const last = least.at(-1);
    if (last === undefined || !prefix.startsWith(last)) least.push(prefix);
  }
  return least;
}
