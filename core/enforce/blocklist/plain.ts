import { formatCidr } from '../../net/address.ts';
import { type Blocklist, blocklist, headline } from './blocklist.ts';

/**
 * One address or CIDR a line, for scripts and for firewalls that read lists (pf tables, Network
 * Firewall imports, haproxy -f).
 */
export function renderPlain(list: Blocklist): string {
  return `${headline(list)}${list.ranges.map((range) => `${formatCidr(range)}\n`).join('')}`;
}

const REVISION = /^# cloudjail blocklist: \d+ entries, revision (\d{1,15})$/m;

/**
 * Reads a list back, edited by hand or not: `#` starts a comment, an entry stands alone on its
 * line. Lines that are no address and no CIDR are passed over. Without our first line the revision
 * is 0.
 */
export function parsePlain(text: string): Blocklist {
  const entries = text.split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim());
  return blocklist(entries, Number(REVISION.exec(text)?.[1] ?? 0));
}
