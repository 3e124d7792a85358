import { type AddressBookPorts, keepAddressBook } from '../../core/protect/keep-address-book.ts';
import { ignoredNames } from '../../core/protect/never-banned.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';

/**
 * The lookout: a scheduled event in, an address book of the account's own addresses and those of
 * the names in `ignoreip` out. The content of the event does not matter.
 */
export function lookoutHandler(jails: readonly CompiledJail[], ports: AddressBookPorts) {
  const names = [...new Set(jails.flatMap(ignoredNames))];
  const own = jails.some(({ ignoreself }) => ignoreself);
  return async (_event: unknown): Promise<void> => {
    await keepAddressBook({ names, own }, ports);
  };
}
