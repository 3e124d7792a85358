import { type Cidr, parseCidr } from '../net/address.ts';
import { aggregate } from '../net/aggregate.ts';
import { RESERVED_RANGES } from '../net/reserved.ts';
import type { AddressBook } from '../records/address-book.ts';
import type { Protection } from './never-banned.ts';

/**
 * The ranges that a widened ban must not cover: those that any jail protects, the account's own
 * addresses, those of names, and ranges that are never banned.
 */
export function sparedRanges(
  jails: readonly Pick<Protection, 'ignoreip' | 'neverBan'>[],
  book: AddressBook | undefined,
): readonly Cidr[] {
  const texts = [
    ...jails.flatMap(({ ignoreip, neverBan = [] }) => [...ignoreip, ...neverBan]),
    ...(book?.own.ranges ?? []),
    ...Object.values(book?.names ?? {}).flatMap(({ addresses }) => Object.keys(addresses)),
  ];
  return aggregate([...texts.flatMap((text) => parseCidr(text) ?? []), ...RESERVED_RANGES.map(({ range }) => range)]);
}
