import { describe, expect, it } from 'vitest';
import type { AddressBookStore } from '../../core/ports/address-book-store.ts';
import type { AddressBook } from '../../core/records/address-book.ts';

/** What every AddressBookStore must do. @param create a store with nothing in it */
export function addressBookStoreContract(name: string, create: () => Promise<AddressBookStore>): void {
  const book: AddressBook = {
    own: { ranges: ['10.0.0.0/16', '2600:1f18::/56'], readAt: 1000 },
    names: {
      'home.example.net': { answeredAt: 1000, addresses: { '9.0.0.1': 1000, '2600::1': 400 } },
      'new.example.net': { answeredAt: undefined, addresses: {} },
    },
    version: 1,
  };

  describe(`AddressBookStore contract: ${name}`, () => {
    it('returns what was written, whole', async () => {
      const store = await create();
      expect(await store.read()).toBeUndefined();
      expect(await store.write(book)).toBe('written');
      expect(await store.read()).toEqual(book);
      const empty: AddressBook = { own: { ranges: [], readAt: undefined }, names: {}, version: 2 };
      expect(await store.write(empty)).toBe('written');
      expect(await store.read()).toEqual(empty);
    });

    it('lets exactly one of many who started from the same book write', async () => {
      const store = await create();
      for (const version of [1, 2]) {
        const outcomes = await Promise.all(Array.from({ length: 8 }, () => store.write({ ...book, version })));
        expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      }
      expect(await store.write({ ...book, version: 5 })).toBe('conflict');
    });
  });
}
