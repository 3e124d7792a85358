import { type Cidr, formatCidr, formatWithPrefix } from '../../net/address.ts';
import { type Blocklist, headline } from './blocklist.ts';

/**
 * A hosts.deny for TCP wrappers (hosts_access(5), "PATTERNS"): `ALL: ADDRESS`, IPv4 networks as
 * `net/mask` in dotted decimal, IPv6 as `[net]/prefixlen`. One rule a line: libwrap reads lines of
 * 2,047 bytes at most.
 */
export function renderHostsDeny(list: Blocklist): string {
  return `${headline(list)}${list.ranges.map((range) => `ALL: ${pattern(range)}\n`).join('')}`;
}

function pattern(range: Cidr): string {
  if (range.family === 6) return formatWithPrefix(range).replace(/^(.*)(?=\/)/, '[$1]');
  if (range.prefix === 32) return formatCidr(range);
  return formatWithPrefix(range).replace(/\/.*/, `/${dottedMask(range.prefix)}`);
}

function dottedMask(prefix: number): string {
  const mask = (0xffffffffn << BigInt(32 - prefix)) & 0xffffffffn;
  return formatCidr({ family: 4, network: mask, prefix: 32 });
}
