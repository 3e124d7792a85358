import ipaddr from 'ipaddr.js';

/** A range of addresses: the network address as an integer and the prefix length. A single address is a /32 or /128. */
export interface Cidr {
  readonly family: 4 | 6;
  /** Host bits are zero. */
  readonly network: bigint;
  readonly prefix: number;
}

const FOUR_DECIMALS = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;

/**
 * The canonical text of an address: dotted decimal for IPv4, RFC 5952 for IPv6, IPv4 for a v4-mapped IPv6 address.
 * `undefined` for anything else: `999.1.1.1`, leading zeros, zone ids, names. What inet_pton(3) refuses is refused here,
 * as in fail2ban/server/ipdns.py: IPAddr.
 */
export function canonicalAddress(text: string): string | undefined {
  const cidr = parseAddress(text);
  return cidr && formatCidr(cidr);
}

/**
 * Parses an address or `address/prefix`; host bits after the prefix are cleared, as fail2ban does with `ignoreip`.
 * A dotted IPv4 mask (`10.0.0.0/255.0.0.0`) is accepted where it is contiguous. `undefined` for anything else.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return parseAddress(text);
  const address = parseBytes(text.slice(0, slash));
  if (!address) return undefined;
  const prefix = parsePrefix(text.slice(slash + 1), address.length === 4 ? 4 : 6);
  if (prefix === undefined) return undefined;
  return unmap(cidr(address.length === 4 ? 4 : 6, toInteger(address), prefix));
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
  const bytes = parseBytes(text);
  if (!bytes) return undefined;
  const family = bytes.length === 4 ? 4 : 6;
  return unmap(cidr(family, toInteger(bytes), width(family)));
}

function parseBytes(text: string): readonly number[] | undefined {
  if (FOUR_DECIMALS.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte <= 255) ? bytes : undefined;
  }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.IPv6.parse(text).toByteArray();
}

function parsePrefix(text: string, family: 4 | 6): number | undefined {
  if (/^\d{1,3}$/.test(text)) {
    const prefix = Number(text);
    return prefix <= width(family) ? prefix : undefined;
  }
  if (family !== 4 || !FOUR_DECIMALS.test(text)) return undefined;
  const mask = text.split('.').reduce((bits, byte) => bits + Number(byte).toString(2).padStart(8, '0'), '');
  return /^1*0*$/.test(mask) && mask.length === 32 ? mask.lastIndexOf('1') + 1 : undefined;
}

/** ::ffff:0:0/96 holds the IPv4 addresses (RFC 4291 2.5.5.2); two spellings of one peer must be one id. */
function unmap(range: Cidr): Cidr {
  if (range.family === 4 || range.prefix < 96 || range.network >> 32n !== 0xffffn) return range;
  return { family: 4, network: range.network & 0xffffffffn, prefix: range.prefix - 96 };
}

function toInteger(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function formatAddress(family: 4 | 6, value: bigint): string {
  const bytes: number[] = [];
  for (let rest = value, i = 0; i < width(family) / 8; i++, rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return family === 4 ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
}
