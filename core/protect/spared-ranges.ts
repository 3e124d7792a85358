import { type Cidr, parseCidr } from '../net/address.ts';
import { aggregate } from '../net/aggregate.ts';
import { RESERVED_RANGES } from '../net/reserved.ts';
import type { AddressBook } from '../records/address-book.ts';
import type { Protection } from './never-banned.ts';

/**
 * What a target that bans more than was asked for must leave alone: whatever any jail spares, the
 * account's own addresses, those of names, and what nobody bans.
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
