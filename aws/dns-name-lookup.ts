import { NODATA, NOTFOUND, Resolver } from 'node:dns/promises';
import type { NameLookup } from '../core/ports/name-lookup.ts';

/** Milliseconds for which one server is waited for at the first try. */
const TIMEOUT = 2000;
const TRIES = 2;

/**
 * Names by DNS alone, A and AAAA, from the machine's name servers: no hosts file, and no threads
 * that a slow server could use up, as getaddrinfo's are.
 *
 * @param servers to ask in their place, as `dns.setServers` takes them
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
 * The addresses, or the code of the failure. That a name does not exist, or not in this family, is
 * an answer.
 */
async function answer(addresses: Promise<readonly string[]>): Promise<readonly string[] | string> {
  try {
    return await addresses;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === NODATA || code === NOTFOUND ? [] : code;
  }
}
