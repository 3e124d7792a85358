import { formatCidr } from '../../net/address.ts';
import { type Blocklist, headline } from './blocklist.ts';

/**
 * A file for `nft -f` (nft(8), "-f, --file" and "SETS"): a table of our own that drops what comes
 * from banned ranges.
 *
 * - `nft -f` is one transaction, yet deleting the table and making it anew would let packets pass:
 *   one under way may miss the new chain and then the old one too. The chain and the sets are kept
 *   and refilled; a packet sees the old elements or the new.
 * - The hook is prerouting, ahead of connection tracking and address translation: packets for
 *   containers and forwarded hosts pass it, those meet no input chain.
 * - `auto-merge` takes ranges that overlap or touch.
 * - `never4` and `never6` are for the host to fill in the same transaction; so that no central ban
 *   can shut an operator out.
 *
 * hosts/cloudjail-blocklist writes the same rules on the host: a change of one needs the same
 * change of the other.
 */
export function renderNftables(list: Blocklist): string {
  return `${headline(list)}${FRAME}${elements(list, 4)}${elements(list, 6)}`;
}

/**
 * An accepted packet goes on to the host's own chains: `never` exempts it from these drops and from
 * nothing else.
 */
const FRAME = `add table inet cloudjail
add chain inet cloudjail prerouting { type filter hook prerouting priority raw; policy accept; }
add set inet cloudjail never4 { type ipv4_addr; flags interval; auto-merge; }
add set inet cloudjail never6 { type ipv6_addr; flags interval; auto-merge; }
add set inet cloudjail banned4 { type ipv4_addr; flags interval; auto-merge; }
add set inet cloudjail banned6 { type ipv6_addr; flags interval; auto-merge; }
flush chain inet cloudjail prerouting
flush set inet cloudjail never4
flush set inet cloudjail never6
flush set inet cloudjail banned4
flush set inet cloudjail banned6
add rule inet cloudjail prerouting iifname "lo" accept
add rule inet cloudjail prerouting ip saddr @never4 accept
add rule inet cloudjail prerouting ip6 saddr @never6 accept
add rule inet cloudjail prerouting ip saddr @banned4 counter drop
add rule inet cloudjail prerouting ip6 saddr @banned6 counter drop
`;

/** `{ }` without elements is a syntax error. */
function elements({ ranges }: Blocklist, family: 4 | 6): string {
  const lines = ranges.filter((range) => range.family === family).map((range) => `\t${formatCidr(range)},\n`);
  return lines.length === 0 ? '' : `add element inet cloudjail banned${family} {\n${lines.join('')}}\n`;
}
