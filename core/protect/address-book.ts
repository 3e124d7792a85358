import { parseCidr } from '../net/address.ts';
import { type RangeIndex, rangeIndex } from '../net/range-index.ts';
import type { NameAnswer } from '../ports/name-lookup.ts';
import type { AddressBook, NameEntry } from '../records/address-book.ts';

/**
 * Seconds for which an address stays with a name after it is missing from the answers. Names of
 * load balancers and pools return only a few of their addresses at a time.
 */
const KEPT_SECONDS = 3600;

/**
 * A name's entry after a lookup. Without an answer everything known stays, without a time limit; a
 * partial answer adds addresses. So only a name that was never answered has none, and {@link
 * heldBack} decides what that means.
 */
export function entryAfter(former: NameEntry | undefined, answer: NameAnswer, now: number): NameEntry {
  const known = Object.entries(former?.addresses ?? {});
  const answered = answer.failure === undefined || answer.addresses.length > 0;
  const kept = answer.failure === undefined ? known.filter(([, seenAt]) => now - seenAt < KEPT_SECONDS) : known;
  const seen = answer.addresses.map((address) => [address, Math.floor(now)] as const);
  return {
    answeredAt: answered ? Math.floor(now) : former?.answeredAt,
    addresses: Object.fromEntries([...kept, ...seen]),
  };
}

/** An address book prepared for lookups. */
export interface KnownAddresses {
  /** The account's own ranges. */
  readonly own: RangeIndex;
  /** The addresses of each name that was ever answered. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** The known addresses without a book. */
export const NOTHING_KNOWN: KnownAddresses = { own: () => undefined, names: new Map() };

export function knownAddresses(book: AddressBook | undefined): KnownAddresses {
  if (book === undefined) return NOTHING_KNOWN;
  const own = book.own.ranges.flatMap((text) => {
    const range = parseCidr(text);
    return range ? [{ range, label: `ignoreself ${text}` }] : [];
  });
  const answered = Object.entries(book.names).filter(([, entry]) => entry.answeredAt !== undefined);
  return {
    own: rangeIndex(own),
    names: new Map(answered.map(([name, { addresses }]) => [name, Object.keys(addresses)])),
  };
}
