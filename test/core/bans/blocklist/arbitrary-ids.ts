import fc from 'fast-check';
import { formatCidr, parseCidr, widen } from '../../../../core/net/address.ts';

function range(address: string, prefix: number): string {
  const cidr = parseCidr(address);
  if (!cidr) throw new Error(address);
  return formatCidr(widen(cidr, prefix));
}

const ipv4 = fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, prefix]) => range(address, prefix));
const ipv6 = fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, prefix]) => range(address, prefix));
/** Close together, so that ranges overlap, touch and repeat. */
const crowded = fc
  .tuple(fc.nat(3), fc.nat(255), fc.constantFrom(22, 24, 30, 31, 32))
  .map(([third, fourth, prefix]) => range(`198.51.${third}.${fourth}`, prefix));

/** Canonical ids as the bans table has them, distinct or not. */
export const arbitraryIds = fc.array(fc.oneof(crowded, ipv4, ipv6), { maxLength: 40, size: 'max' });
