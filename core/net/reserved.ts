import { type Cidr, parseCidr } from './address.ts';

/**
 * Ranges from which no attacker on the internet can come. A ban of one can only hurt its owner: a
 * log that names one is forged, misread, or shows a proxy. IANA IPv4 and IPv6 Special-Purpose
 * Address Registries (RFC 6890 and successors), and multicast.
 */
const RESERVED: readonly (readonly [range: string, what: string])[] = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private use'],
  ['100.64.0.0/10', 'carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link local'],
  ['172.16.0.0/12', 'private use'],
  ['192.0.0.0/24', 'IETF protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.168.0.0/16', 'private use'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified address'],
  ['::1/128', 'loopback'],
  ['64:ff9b::/96', 'IPv4/IPv6 translation'],
  ['64:ff9b:1::/48', 'IPv4/IPv6 translation'],
  ['100::/64', 'discard only'],
  ['2001::/23', 'IETF protocol assignments'],
  ['2001:db8::/32', 'documentation'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment routing'],
  ['fc00::/7', 'unique local'],
  ['fe80::/10', 'link local'],
  ['ff00::/8', 'multicast'],
];

export interface ReservedRange {
  readonly range: Cidr;
  /** The purpose of the range: `private use`, `documentation`, … */
  readonly what: string;
}

/** The special-purpose ranges, parsed. */
export const RESERVED_RANGES: readonly ReservedRange[] = RESERVED.flatMap(([text, what]) => {
  const range = parseCidr(text);
  return range ? [{ range, what }] : [];
});
