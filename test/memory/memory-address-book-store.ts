import type { AddressBookStore } from '../../core/ports/address-book-store.ts';
import type { AddressBook } from '../../core/records/address-book.ts';
import { fitting } from './item-limit.ts';

/** AddressBookStore in memory, for tests. */
export function memoryAddressBookStore(): AddressBookStore {
  let held: AddressBook | undefined;
  return {
    async read() {
      return held;
    },
    async write(book) {
      if ((held?.version ?? 0) !== book.version - 1) return 'conflict';
      held = fitting(book);
      return 'written';
    },
  };
}
