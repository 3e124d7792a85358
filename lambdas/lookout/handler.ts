import { type AddressBookPorts, keepAddressBook } from '../../core/protect/keep-address-book.ts';
import { ignoredNames } from '../../core/protect/never-banned.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';

/**
 * The lookout: a scheduled event in, an address book that says which addresses are the account's
 * own and which belong to the names in `ignoreip`. What the event says does not matter.
 */
export function lookoutHandler(jails: readonly CompiledJail[], ports: AddressBookPorts) {
  const names = [...new Set(jails.flatMap(ignoredNames))];
  const own = jails.some(({ ignoreself }) => ignoreself);
  return async (_event: unknown): Promise<void> => {
    await keepAddressBook({ names, own }, ports);
  };
}
