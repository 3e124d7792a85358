import { type Cidr, contains, formatCidr, overlaps, parseCidr } from '../net/address.ts';
import { hostName } from '../net/host-name.ts';
import { type LabeledRange, rangeIndex } from '../net/range-index.ts';
import { RESERVED_RANGES } from '../net/reserved.ts';
import { type KnownAddresses, NOTHING_KNOWN } from './address-book.ts';

/** What may never be banned, whatever a log says. */
export interface Protection {
  /**
   * Words of the jail's `ignoreip`. Those that are no address or range are names and ids; an id is
   * compared as text.
   */
  readonly ignoreip: readonly string[];
  /** Reserved ranges that may be banned after all. */
  readonly banreserved: readonly string[];
  /** Whether the account's own addresses are spared; they are unless this is false. */
  readonly ignoreself?: boolean;
  /** Ranges that no jail may ban: `neverBan` in the settings. */
  readonly neverBan?: readonly string[];
}

/** Why an id is not banned, in words for a log or a screen; `undefined` when it may be. */
export type Exemption = (id: string) => string | undefined;

/** The widest ranges a ban may cover: the width of a hoster's allocation, not of a country. */
const WIDEST = { 4: 16, 6: 32 } as const;

/**
 * Parses the protection once; the answer is then a few comparisons an id.
 *
 * @param known what has been found out of the account's addresses and of names; without it, neither
 *   is spared
 */
export function exemptions(protection: Protection, known: KnownAddresses = NOTHING_KNOWN): Exemption {
  const words = new Set(protection.ignoreip);
  const listed = rangeIndex(listedRanges(protection, known));
  const allowed = protection.banreserved.flatMap((word) => parseCidr(word) ?? []);
  return (id) => {
    const range = parseCidr(id);
    if (!range) return words.has(id) ? `ignoreip ${id}` : undefined;
    // A ban of a range that merely overlaps an ignored address would cut that address off too.
    const match = listed(range) ?? (protection.ignoreself === false ? undefined : known.own(range));
    return match ?? tooWide(range) ?? reserved(range, allowed);
  };
}

function listedRanges({ ignoreip, neverBan = [] }: Protection, known: KnownAddresses): readonly LabeledRange[] {
  const labeled = (text: string, label: string): readonly LabeledRange[] => {
    const range = parseCidr(text);
    return range ? [{ range, label }] : [];
  };
  const addressesOf = (word: string): readonly string[] => known.names.get(hostName(word) ?? '') ?? [];
  return [
    ...ignoreip.flatMap((word) => labeled(word, `ignoreip ${word}`)),
    ...neverBan.flatMap((word) => labeled(word, `neverBan ${word}`)),
    ...ignoreip.flatMap((word) => addressesOf(word).flatMap((text) => labeled(text, `ignoreip ${word} (${text})`))),
  ];
}

/** The names in a jail's `ignoreip`, in the form of `hostName`. */
export function ignoredNames({ ignoreip }: Pick<Protection, 'ignoreip'>): readonly string[] {
  return ignoreip.flatMap((word) => (parseCidr(word) === undefined ? (hostName(word) ?? []) : []));
}

/**
 * Why a jail makes no bans for now: its `ignoreip` has a name for which nobody has answered yet, so
 * that any address may be the one to spare. `undefined` when it makes them.
 *
 * A wrong ban cuts off somebody's own people, and a held-back one is made at the next attempt
 * inside findtime, so here the jail waits. It waits only for a name that is new and for which DNS
 * fails: addresses once known are kept through any outage, and "no such name" is an answer (a name
 * that nobody bears spares nobody, as in fail2ban).
 */
export function heldBack(protection: Pick<Protection, 'ignoreip'>, known: KnownAddresses): string | undefined {
  const name = ignoredNames(protection).find((one) => !known.names.has(one));
  return name === undefined ? undefined : `ignoreip ${name} has not been resolved yet`;
}

/** Why a range is too wide to be banned by anybody; `undefined` when it is not. */
export function tooWide(range: Cidr): string | undefined {
  const widest = WIDEST[range.family];
  return range.prefix < widest ? `wider than /${widest}` : undefined;
}

function reserved(range: Cidr, allowed: readonly Cidr[]): string | undefined {
  if (allowed.some((entry) => contains(entry, range))) return undefined;
  const match = RESERVED_RANGES.find((entry) => overlaps(entry.range, range));
  return match && `${match.what} (${formatCidr(match.range)})`;
}
