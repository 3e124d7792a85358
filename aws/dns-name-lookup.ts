import { NODATA, NOTFOUND, Resolver } from 'node:dns/promises';
import type { NameLookup } from '../core/ports/name-lookup.ts';

/** Milliseconds to wait for one server at the first try. */
const TIMEOUT = 2000;
const TRIES = 2;

/**
 * Looks names up by DNS alone (A and AAAA) from the machine's name servers. It reads no hosts file.
 * It uses no threads, so a slow server can't exhaust them as it can with getaddrinfo.
 *
 * @param servers replace the machine's name servers; format of `dns.setServers`
 */
export function dnsNameLookup(servers?: readonly string[], timeout = TIMEOUT): NameLookup {
  const resolver = new Resolver({ timeout, tries: TRIES });
  if (servers) resolver.setServers(servers);
  return {
    async lookUp(name) {
      const [ipv4, ipv6] = await Promise.all([answer(resolver.resolve4(name)), answer(resolver.resolve6(name))]);
      const failures = [ipv4, ipv6].filter((part) => typeof part === 'string');
      return {
        addresses: [ipv4, ipv6].flatMap((part) => (typeof part === 'string' ? [] : part)),
        failure: failures.length === 0 ? undefined : [...new Set(failures)].join(', '),
      };
    },
  };
}

/**
 * The addresses, or the code of the failure. A name that does not exist, or has no address in this
 * family, is an answer and no failure.
 */
async function answer(addresses: Promise<readonly string[]>): Promise<readonly string[] | string> {
  try {
    return await addresses;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === NODATA || code === NOTFOUND ? [] : code;
  }
}
