import type { AddressBook } from '../records/address-book.ts';

/**
 * Where the address book is kept: one record, written by the lookout, read by matchers and banner.
 */
export interface AddressBookStore {
  /** As the last write left it (strongly consistent); `undefined` before the first. */
  read(): Promise<AddressBook | undefined>;
  /**
   * Writes if the record still has the version before it (0: no record). `conflict`: somebody else
   * wrote meanwhile.
   */
  write(book: AddressBook): Promise<'written' | 'conflict'>;
}
