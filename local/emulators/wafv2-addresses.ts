/** The addresses that an IP set accepts (WAF API reference, CreateIPSet: Addresses). */

import ipaddr from 'ipaddr.js';
import { ServiceError } from './service-error.ts';
import { invalidParameter } from './wafv2-errors.ts';

export type IpAddressVersion = 'IPV4' | 'IPV6';

/** WAF quotas: CIDRs an IP set; cannot be raised. */
const MAX_ADDRESSES = 10_000;
const MAX_LENGTH = 50;
const IPV4_CIDR = /^((?:\d{1,3}\.){3}\d{1,3})\/([1-9]\d?)$/;
const IPV6_CIDR = /^([0-9a-fA-F:]+)\/([1-9]\d{0,2})$/;

/**
 * The addresses as GetIPSet returns them, IPv6 in full (`2001:0db8:0000:…`). Throws
 * WAFInvalidParameterException for anything but a CIDR range of the set's family, from /1 on, whose
 * host bits are zero (https://github.com/aws/aws-cdk/issues/20003), and WAFLimitsExceededException
 * past 10,000.
 *
 * AWS does not document the result of a duplicate range. The emulator refuses it, so that callers
 * pass each range once.
 */
export function storedAddresses(addresses: readonly string[], version: IpAddressVersion): readonly string[] {
  if (addresses.length > MAX_ADDRESSES) {
    throw new ServiceError(
      'WAFLimitsExceededException',
      `AWS WAF couldn’t perform the operation because you exceeded your resource limit: ${MAX_ADDRESSES} addresses`,
      { members: { SourceType: 'IP_SET' } },
    );
  }
  const stored = new Set<string>();
  for (const address of addresses) {
    const cidr = address.length <= MAX_LENGTH ? fullForm(address, version) : undefined;
    if (cidr === undefined) {
      throw invalidParameter('IP_ADDRESS', address, 'The parameter contains formatting that is not valid.');
    }
    if (stored.has(cidr)) throw invalidParameter('IP_ADDRESS', address, 'The parameter contains a duplicate.');
    stored.add(cidr);
  }
  return [...stored];
}

function fullForm(address: string, version: IpAddressVersion): string | undefined {
  const [, host, bits] = (version === 'IPV4' ? IPV4_CIDR : IPV6_CIDR).exec(address) ?? [];
  if (host === undefined || bits === undefined) return undefined;
  return version === 'IPV4' ? fullIpv4(host, Number(bits)) : fullIpv6(host, Number(bits));
}

function fullIpv4(host: string, bits: number): string | undefined {
  if (bits > 32 || !ipaddr.IPv4.isValidFourPartDecimal(host)) return undefined;
  const network = ipaddr.IPv4.networkAddressFromCIDR(`${host}/${bits}`).toString();
  return network === host ? `${host}/${bits}` : undefined;
}

function fullIpv6(host: string, bits: number): string | undefined {
  if (bits > 128 || !ipaddr.IPv6.isValid(host)) return undefined;
  const full = inFull(ipaddr.IPv6.parse(host));
  const network = inFull(ipaddr.IPv6.networkAddressFromCIDR(`${host}/${bits}`));
  return network === full ? `${full}/${bits}` : undefined;
}

function inFull(address: ipaddr.IPv6): string {
  return address.parts.map((part) => part.toString(16).padStart(4, '0')).join(':');
}
