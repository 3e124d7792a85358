import { type Cidr, contains, formatCidr, overlaps, parseCidr } from '../net/address.ts';
import { RESERVED_RANGES } from '../net/reserved.ts';

/** What may never be banned, whatever a log says. */
export interface Protection {
  /** Words of the jail's `ignoreip`. Those that are no address or range are ids, compared as text. */
  readonly ignoreip: readonly string[];
  /** Reserved ranges that may be banned after all. */
  readonly banreserved: readonly string[];
}

/** Why an id is not banned, in words for a log or a screen; `undefined` when it may be. */
export type Exemption = (id: string) => string | undefined;

/** The widest ranges a ban may cover: the width of a hoster's allocation, not of a country. */
const WIDEST = { 4: 16, 6: 32 } as const;

/** Parses the protection once; the answer is then a few comparisons an id. */
export function exemptions(protection: Protection): Exemption {
  const ignored = protection.ignoreip.map((word) => ({ word, range: parseCidr(word) }));
  const allowed = protection.banreserved.flatMap((word) => parseCidr(word) ?? []);
  return (id) => {
    const range = parseCidr(id);
    if (!range) return ignored.some((entry) => entry.word === id) ? `ignoreip ${id}` : undefined;
    // A ban of a range that merely overlaps an ignored address would cut that address off too.
    const match = ignored.find((entry) => entry.range && overlaps(entry.range, range));
    if (match) return `ignoreip ${match.word}`;
    return tooWide(range) ?? reserved(range, allowed);
  };
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
