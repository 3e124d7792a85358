import { formatCidr, parseCidr, widen, width } from '../net/address.ts';

/**
 * The id that an address counts under and is banned as: the range of the jail's `ipv4prefix` or
 * `ipv6prefix` around it. A host commands a whole IPv6 /64 (RFC 6177), so its addresses must count
 * together. Ids that are no addresses stay as they are.
 */
export function banId(id: string, prefixes: { readonly ipv4prefix: number; readonly ipv6prefix: number }): string {
  const range = parseCidr(id);
  if (!range) return id;
  const prefix = range.family === 4 ? prefixes.ipv4prefix : prefixes.ipv6prefix;
  return formatCidr(widen(range, Math.min(prefix, width(range.family))));
}
