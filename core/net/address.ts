import { formatIpv6, parseIpv4, parseIpv6 } from './ipv6.ts';

/**
 * A range of addresses: the network address as an integer and the prefix length. A single address
 * is a /32 or /128.
 */
export interface Cidr {
  readonly family: 4 | 6;
  /** Host bits are zero. */
  readonly network: bigint;
  readonly prefix: number;
}

/**
 * The canonical text of an address: dotted decimal for IPv4, RFC 5952 for IPv6, IPv4 for a
 * v4-mapped IPv6 address. `undefined` for anything else: `999.1.1.1`, leading zeros, zone ids,
 * names. It refuses what inet_pton(3) refuses, as in fail2ban/server/ipdns.py: IPAddr.
 */
export function canonicalAddress(text: string): string | undefined {
  const cidr = parseAddress(text);
  return cidr && formatCidr(cidr);
}

/**
 * Parses an address or `address/prefix`; host bits after the prefix are cleared, as fail2ban does
 * with `ignoreip`. A dotted IPv4 mask (`10.0.0.0/255.0.0.0`) is accepted where it is contiguous.
 * `undefined` for anything else.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return parseAddress(text);
  const address = parseBits(text.slice(0, slash));
  if (!address) return undefined;
  const prefix = parsePrefix(text.slice(slash + 1), address.family);
  return prefix === undefined ? undefined : unmap(cidr(address.family, address.bits, prefix));
}

/** `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/64`: a single address carries no prefix. */
export function formatCidr(range: Cidr): string {
  const text = formatAddress(range.family, range.network);
  return range.prefix === width(range.family) ? text : `${text}/${range.prefix}`;
}

/** Always with its prefix (`192.0.2.1/32`), as WAFv2, EC2 and prefix lists want it. */
export function formatWithPrefix(range: Cidr): string {
  return `${formatAddress(range.family, range.network)}/${range.prefix}`;
}

/** The range of `prefix` bits around `range`; `range` itself when it is already as wide. */
export function widen(range: Cidr, prefix: number): Cidr {
  return prefix >= range.prefix ? range : cidr(range.family, range.network, prefix);
}

/** True when every address of `inner` is in `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const shift = BigInt(width(outer.family) - outer.prefix);
  return outer.network >> shift === inner.network >> shift;
}

/** True when the two ranges share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a);
}

/** Bits of an address: 32 or 128. */
export function width(family: 4 | 6): 32 | 128 {
  return family === 4 ? 32 : 128;
}

function cidr(family: 4 | 6, address: bigint, prefix: number): Cidr {
  const shift = BigInt(width(family) - prefix);
  return { family, network: (address >> shift) << shift, prefix };
}

function parseAddress(text: string): Cidr | undefined {
  const found = parseBits(text);
  return found && unmap(cidr(found.family, found.bits, width(found.family)));
}

function parseBits(text: string): { readonly family: 4 | 6; readonly bits: bigint } | undefined {
  const bytes = parseIpv4(text);
  if (bytes) return { family: 4, bits: toInteger(bytes, 8n) };
  const groups = text.includes(':') ? parseIpv6(text) : undefined;
  return groups && { family: 6, bits: toInteger(groups, 16n) };
}

function parsePrefix(text: string, family: 4 | 6): number | undefined {
  if (/^\d{1,3}$/.test(text)) {
    const prefix = Number(text);
    return prefix <= width(family) ? prefix : undefined;
  }
  const mask =
    family === 4
      ? parseIpv4(text)
          ?.map((byte) => byte.toString(2).padStart(8, '0'))
          .join('')
      : undefined;
  return mask !== undefined && /^1*0*$/.test(mask) ? mask.lastIndexOf('1') + 1 : undefined;
}

/**
 * ::ffff:0:0/96 holds the IPv4 addresses (RFC 4291 2.5.5.2); both spellings of one peer must be one
 * id.
 */
function unmap(range: Cidr): Cidr {
  if (range.family === 4 || range.prefix < 96 || range.network >> 32n !== 0xffffn) return range;
  return { family: 4, network: range.network & 0xffffffffn, prefix: range.prefix - 96 };
}

function toInteger(parts: readonly number[], bitsEach: bigint): bigint {
  return parts.reduce((value, part) => (value << bitsEach) | BigInt(part), 0n);
}

function formatAddress(family: 4 | 6, value: bigint): string {
  const [count, bitsEach] = family === 4 ? [4, 8n] : [8, 16n];
  const parts: number[] = [];
  for (let rest = value; parts.length < count; rest >>= bitsEach) parts.unshift(Number(rest & ((1n << bitsEach) - 1n)));
  return family === 4 ? parts.join('.') : formatIpv6(parts);
}
