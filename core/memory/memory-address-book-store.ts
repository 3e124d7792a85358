import type { AddressBook } from '../bans/address-book.ts';
import type { AddressBookStore } from '../ports/address-book-store.ts';

/** AddressBookStore in memory, for tests. */
export function memoryAddressBookStore(): AddressBookStore {
  let held: AddressBook | undefined;
  return {
    async read() {
      return held;
    },
    async write(book) {
      if ((held?.version ?? 0) !== book.version - 1) return 'conflict';
      held = book;
      return 'written';
    },
  };
}
