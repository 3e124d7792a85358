import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { parseIpSetNames, readIpSet } from '../aws/firewalls/wafv2-ip-set.ts';
import { ENV } from '../core/names.ts';
import { formatWithPrefix, parseCidr } from '../core/net/address.ts';

/** The joint content of an address family's IP sets, as WAF's API returns it. */
export interface IpSetContents {
  readonly family: 'IPV4' | 'IPV6';
  readonly addresses: readonly string[];
}

/** What the IP sets of a banner hold, read through WAF. @param environment of the banner */
export async function readIpSets(environment: Readonly<Record<string, string>>) {
  const client = new WAFV2Client({});
  const contents: IpSetContents[] = [];
  for (const [family, variable] of [
    ['IPV4', ENV.wafIpv4Sets],
    ['IPV6', ENV.wafIpv6Sets],
  ] as const) {
    const addresses: string[] = [];
    for (const set of parseIpSetNames(environment[variable] ?? '')) {
      for (const id of (await readIpSet(client, set)).addresses) addresses.push(inCidrForm(id));
    }
    contents.push({ family, addresses: addresses.sort() });
  }
  client.destroy();
  return contents;
}

function inCidrForm(id: string): string {
  const range = parseCidr(id);
  return range ? formatWithPrefix(range) : id;
}
