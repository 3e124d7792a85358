import { canonicalAddress, formatCidr, parseCidr } from '../net/address.ts';
import type { CompiledMatch } from '../records/compiled-jail.ts';
import type { Groups } from './group-reader.ts';
import { wellFormed } from './well-formed.ts';

/** What a failure would ban, or why there is nothing to ban. */
export type BanKey =
  | {
      readonly kind: 'address' | 'other';
      readonly id: string /** The address, where the id is another. */;
      readonly ip?: string;
    }
  /**
   * A host name: names are not resolved, because the owner of the name's DNS could then choose whom
   * to ban.
   */
  | { readonly kind: 'name'; readonly name: string }
  /** Looks like an address to the regex and is none: `999.1.1.1`. */
  | { readonly kind: 'not-an-address'; readonly text: string };

/**
 * An id is part of a DynamoDB key, which holds 2,048 bytes; F-ID text comes from the log and may be
 * longer.
 */
const LONGEST_ID = 512;
const PLAIN_IPV4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/**
 * The ban key of a failure's groups: fid, ip4, ip6, dns, the first that captured. An address stands
 * for itself in canonical form (with `cidr`, for its range), wherever it was captured
 * (fail2ban/server/filter.py: findFailure).
 */
export function banKey(groups: Groups, usedns: CompiledMatch['usedns']): BanKey {
  const { fid, cidr } = groups;
  const text = groups['ip4'] ?? groups['ip6'];
  const host = text ?? groups['dns'];
  if (fid === undefined || fid === host) return hostKey(host ?? '', text !== undefined, cidr, usedns);
  const id = addressOrRange(fid) ?? otherId(fid);
  if (id === '') return { kind: 'not-an-address', text: fid };
  const ip = text === undefined ? undefined : canonical(text, cidr);
  return { kind: addressOrRange(id) ? 'address' : 'other', id, ...(ip !== undefined && ip !== id && { ip }) };
}

function hostKey(host: string, isAddress: boolean, cidr: string | undefined, usedns: CompiledMatch['usedns']): BanKey {
  const id = isAddress ? canonical(host, cidr) : canonical(host, undefined);
  if (id !== undefined) return { kind: 'address', id };
  if (isAddress || host === '') return { kind: 'not-an-address', text: host };
  return usedns === 'raw' ? { kind: 'other', id: otherId(host) } : { kind: 'name', name: host };
}

function canonical(address: string, cidr: string | undefined): string | undefined {
  if (!cidr) return PLAIN_IPV4.test(address) ? address : canonicalAddress(address);
  return addressOrRange(`${address}/${cidr}`);
}

function addressOrRange(text: string): string | undefined {
  const range = parseCidr(text);
  return range && formatCidr(range);
}

function otherId(text: string): string {
  return wellFormed(text.slice(0, LONGEST_ID));
}
