import type { AddressBookStore } from '../ports/address-book-store.ts';
import type { Clock } from '../ports/clock.ts';
import { type KnownAddresses, knownAddresses } from './address-book.ts';

/** Seconds for which a warm container trusts its last read. */
const GOOD_FOR = 60;

/**
 * Reads the address book, at most once a minute while a warm container lives. It returns the same
 * object while the book is unchanged, so that callers can cache what they derive from it.
 */
export function knownAddressesReader(books: AddressBookStore, clock: Clock): () => Promise<KnownAddresses> {
  let readAt = Number.NEGATIVE_INFINITY;
  let version: number | undefined;
  let known = knownAddresses(undefined);
  return async () => {
    const now = clock.now();
    if (now - readAt < GOOD_FOR) return known;
    const book = await books.read();
    readAt = now;
    if (book?.version !== version) known = knownAddresses(book);
    version = book?.version;
    return known;
  };
}
