import { formatCidr } from '../../net/address.ts';
import { type Blocklist, headline } from './blocklist.ts';

/**
 * A file for `nft -f` (nft(8), "-f, --file" and "SETS"): a table of our own that drops what comes from banned ranges.
 *
 * - `nft -f` is one transaction: the old table is in force until the new one is. The table is replaced as a whole, not refilled, so
 *   that a set being searched never changes under the search. `add` before `delete` makes the first load work too.
 * - The hook is prerouting, ahead of connection tracking and address translation: packets for containers and forwarded hosts
 *   pass it, those meet no input chain.
 * - `auto-merge` takes ranges that overlap or touch.
 * - `never4` and `never6` are for the host to fill in the same transaction; nobody banned centrally may shut an operator out.
 *
 * hosts/cloudjail-blocklist loads nothing but lines of this shape as root: whoever changes the frame changes both.
 */
export function renderNftables(list: Blocklist): string {
  const elements = (family: 4 | 6): string =>
    list.ranges
      .filter((range) => range.family === family)
      .map((range) => `\t\t\t${formatCidr(range)},\n`)
      .join('');
  return [
    headline(list),
    'add table inet cloudjail\n',
    'delete table inet cloudjail\n',
    'table inet cloudjail {\n',
    set('never4', 'ipv4_addr', ''),
    set('never6', 'ipv6_addr', ''),
    set('banned4', 'ipv4_addr', elements(4)),
    set('banned6', 'ipv6_addr', elements(6)),
    CHAIN,
    '}\n',
  ].join('');
}

/** An accepted packet goes on to the host's own chains: `never` exempts it from these drops and from nothing else. */
const CHAIN = `\tchain prerouting {
\t\ttype filter hook prerouting priority raw; policy accept;
\t\tiifname "lo" accept
\t\tip saddr @never4 accept
\t\tip6 saddr @never6 accept
\t\tip saddr @banned4 counter drop
\t\tip6 saddr @banned6 counter drop
\t}
`;

function set(name: string, type: string, elements: string): string {
  // `elements = { }` is a syntax error.
  const content = elements === '' ? '' : `\t\telements = {\n${elements}\t\t}\n`;
  return `\tset ${name} {\n\t\ttype ${type}\n\t\tflags interval\n\t\tauto-merge\n${content}\t}\n`;
}
