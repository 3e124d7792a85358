import { type Cidr, contains, formatCidr, overlaps, parseCidr } from '../net/address.ts';
import { hostName } from '../net/host-name.ts';
import { type LabeledRange, rangeIndex } from '../net/range-index.ts';
import { RESERVED_RANGES } from '../net/reserved.ts';
import { type KnownAddresses, NOTHING_KNOWN } from './address-book.ts';

/** The ids that may never be banned, whatever a log contains. */
export interface Protection {
  /**
   * Words of the jail's `ignoreip`. Words that are no address or range are names and ids; an id is
   * compared as text.
   */
  readonly ignoreip: readonly string[];
  /** Reserved ranges that may be banned nevertheless. */
  readonly banreserved: readonly string[];
  /** Whether the account's own addresses are protected; true by default. */
  readonly ignoreself?: boolean;
  /** Ranges that no jail may ban: `neverBan` in the settings. */
  readonly neverBan?: readonly string[];
}

/** Why an id is not banned, as text for a log or a screen; `undefined` when it may be. */
export type Exemption = (id: string) => string | undefined;

/**
 * The widest ranges a ban may cover: as wide as a hosting provider's allocation, not as a
 * country's.
 */
const WIDEST = { 4: 16, 6: 32 } as const;

/**
 * Parses the protection once; each check is then a few comparisons.
 *
 * @param known the known addresses of the account and of names; without it, neither is protected
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
 * Why a jail makes no bans for now: its `ignoreip` has a name that no server has answered yet, so
 * any address may be a protected one. `undefined` when it makes bans.
 *
 * A wrong ban cuts off legitimate users, and a delayed ban is made at the next attempt inside
 * findtime, so the jail waits. It waits only for a new name for which DNS fails: known addresses
 * are kept through any outage, and "no such name" is an answer (a name that does not exist protects
 * no address, as in fail2ban).
 */
export function heldBack(protection: Pick<Protection, 'ignoreip'>, known: KnownAddresses): string | undefined {
  const name = ignoredNames(protection).find((one) => !known.names.has(one));
  return name === undefined ? undefined : `ignoreip ${name} has not been resolved yet`;
}

/** Why a range is too wide for any ban; `undefined` when it is not. */
export function tooWide(range: Cidr): string | undefined {
  const widest = WIDEST[range.family];
  return range.prefix < widest ? `wider than /${widest}` : undefined;
}

function reserved(range: Cidr, allowed: readonly Cidr[]): string | undefined {
  if (allowed.some((entry) => contains(entry, range))) return undefined;
  const match = RESERVED_RANGES.find((entry) => overlaps(entry.range, range));
  return match && `${match.what} (${formatCidr(match.range)})`;
}
