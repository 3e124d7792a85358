import type { AddressBook } from '../records/address-book.ts';

/** Stores the address book: one record, written by the lookout, read by matchers and banner. */
export interface AddressBookStore {
  /** The last written version (strongly consistent); `undefined` before the first. */
  read(): Promise<AddressBook | undefined>;
  /**
   * Writes if the record still has the version before it (0: no record). `conflict`: another writer
   * wrote meanwhile.
   */
  write(book: AddressBook): Promise<'written' | 'conflict'>;
}
