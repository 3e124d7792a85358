import { type Cidr, contains, formatCidr, overlaps, parseCidr } from '../net/address.ts';
import type { WantedBan } from '../ports/ban-target.ts';
import type { IngressRule, RevokedRule } from '../ports/revoked-rules-store.ts';

/**
 * How long a function that has decided to revoke a rule may take to do it: Lambda ends every run
 * after 15 minutes (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). A
 * rule that is back is kept on record for as long, for it might still go.
 */
const LATEST_REVOCATION = 900;

/** A rule that stands in its group. */
export interface LiveRule {
  /** `sgr-…` */
  readonly ruleId: string;
  readonly rule: IngressRule;
}

export interface Revocation {
  /** To be recorded before anything is revoked; the same rules when nothing changes. */
  readonly record: readonly RevokedRule[];
  readonly revoke: readonly LiveRule[];
  readonly restore: readonly RevokedRule[];
  /** What is left on record once everything has been restored. */
  readonly recordAfter: readonly RevokedRule[];
  /** Rules that let banned addresses in and can't be revoked, for they let in others too. */
  readonly leaks: readonly Leak[];
}

export interface Leak {
  readonly rule: IngressRule;
  /** Ids of the bans, highest priority first. */
  readonly bans: readonly string[];
}

/**
 * Which rules of a group to revoke and which to restore. A rule is out exactly while a ban is about
 * its ports and all of its source; a rule that is about one of the ban's ports goes as a whole.
 *
 * @param live read after `recorded`, so that a rule on record that does not stand there has been
 *   revoked
 * @param now epoch seconds
 */
export function revocation(
  live: readonly LiveRule[],
  recorded: readonly RevokedRule[],
  present: readonly WantedBan[],
  now: number,
): Revocation {
  const bans = present.flatMap((ban) => {
    const range = parseCidr(ban.id);
    return range ? [{ ...ban, range }] : [];
  });
  const standing = live.map((entry) => ({ entry, ...against(entry.rule, bans) }));
  const revoke = standing.filter(({ within }) => within.length > 0);
  const names = new Set(live.map(({ rule }) => nameOf(rule)));
  const revokedNow = new Set(revoke.map(({ entry }) => nameOf(entry.rule)));
  const gone = recorded
    .filter(({ rule }) => !names.has(nameOf(rule)))
    .map((entry) => ({ entry, within: against(entry.rule, bans).within }));
  const back = recorded.filter(({ rule }) => names.has(nameOf(rule)) && !revokedNow.has(nameOf(rule)));
  const restore = gone.filter(({ within }) => within.length === 0).map(({ entry }) => entry);
  const kept = [
    ...gone.filter(({ within }) => within.length > 0).map(({ entry, within }) => withBans(entry, within)),
    ...revoke.map(({ entry, within }): RevokedRule => ({ rule: entry.rule, bans: within, revokedAt: now })),
    ...back.filter((entry) => mayStillGo(entry, now)),
  ];
  const leaks = standing.map(({ entry, around }): Leak => ({ rule: entry.rule, bans: around }));
  return {
    record: [...kept, ...restore],
    revoke: revoke.map(({ entry }) => entry),
    restore,
    recordAfter: [...kept, ...restore.filter((entry) => mayStillGo(entry, now))],
    leaks: leaks.filter((leak) => leak.bans.length > 0),
  };
}

/**
 * The identity of a rule in a group: EC2 refuses a second rule with the same, even with another
 * description.
 */
export function nameOf({ protocol, fromPort, toPort, cidr }: IngressRule): string {
  return `${protocol} ${fromPort} ${toPort} ${cidr}`;
}

/** True when the records are equal. */
export function sameRecord(some: readonly RevokedRule[], others: readonly RevokedRule[]): boolean {
  const texts = (entries: readonly RevokedRule[]) => entries.map((entry) => JSON.stringify(entry)).sort();
  const [a, b] = [texts(some), texts(others)];
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

interface RangedBan extends WantedBan {
  readonly range: Cidr;
}

/**
 * The bans that hold all of a rule's source, in order of their ids; and those that hold a part of
 * it, in theirs.
 */
function against(
  rule: IngressRule,
  bans: readonly RangedBan[],
): { readonly within: readonly string[]; readonly around: readonly string[] } {
  const source = parseCidr(rule.cidr);
  if (!source) return { within: [], around: [] };
  const about = bans.filter((ban) => overlaps(source, ban.range) && isAbout(rule, ban));
  return {
    within: about
      .filter((ban) => contains(ban.range, source))
      .map(({ id }) => id)
      .sort(),
    around: about.every((ban) => !contains(ban.range, source)) ? about.map(({ id }) => id) : [],
  };
}

function isAbout(rule: IngressRule, { ports }: WantedBan): boolean {
  if (ports === 'all' || rule.protocol === '-1') return true;
  return ports.some(
    ({ protocol, from, to }) => protocol === rule.protocol && from <= rule.toPort && rule.fromPort <= to,
  );
}

function withBans(entry: RevokedRule, bans: readonly string[]): RevokedRule {
  return { ...entry, bans };
}

function mayStillGo({ revokedAt }: RevokedRule, now: number): boolean {
  return now <= revokedAt + LATEST_REVOCATION;
}

/** The same rule as people write it: `tcp 22 from 198.51.100.0/24`. */
export function ruleText({ protocol, fromPort, toPort, cidr }: IngressRule): string {
  const range = parseCidr(cidr);
  const source = range ? formatCidr(range) : cidr;
  if (protocol !== 'tcp' && protocol !== 'udp') return `${protocol === '-1' ? 'all traffic' : protocol} from ${source}`;
  return `${protocol} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`} from ${source}`;
}
