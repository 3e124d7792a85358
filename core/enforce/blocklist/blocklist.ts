import { type Cidr, formatCidr, parseCidr } from '../../net/address.ts';

/** The banned ranges as published for host firewalls. */
export interface Blocklist {
  /**
   * Distinct; IPv4 before IPv6, in order of their addresses, the wider of two that start alike
   * first.
   */
  readonly ranges: readonly Cidr[];
  /**
   * Counts the changes of the list. It makes each version's text unique, so that a comparison of
   * ETags does not take a list that returned to an earlier state for that earlier version.
   */
  readonly revision: number;
}

/** @param ids addresses and CIDRs; what is neither is left out: no firewall could hold it */
export function blocklist(ids: Iterable<string>, revision: number): Blocklist {
  const distinct = new Map<string, Cidr>();
  for (const id of ids) {
    const range = parseCidr(id);
    if (range) distinct.set(formatCidr(range), range);
  }
  return { ranges: [...distinct.values()].sort(inOrder), revision };
}

/**
 * The first line of every form of the list. All five syntaxes take `#` to the end of the line for a
 * comment.
 */
export function headline({ ranges, revision }: Blocklist): string {
  return `# cloudjail blocklist: ${ranges.length} entries, revision ${revision}\n`;
}

function inOrder(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.network !== b.network) return a.network < b.network ? -1 : 1;
  return a.prefix - b.prefix;
}
