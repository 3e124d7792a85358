import type { BlocklistFormat } from '../../../../core/enforce/blocklist/formats.ts';
import { formatCidr, parseCidr } from '../../../../core/net/address.ts';

const ENTRY: Readonly<Record<BlocklistFormat, RegExp>> = {
  plain: /^([^#\s]+)$/gm,
  nftables: /^\t([\da-f.:/]+),$/gm,
  ipset: /^add cloudjail[46]-next (\S+) -exist$/gm,
  'hosts.deny': /^ALL: (\S+)$/gm,
  nginx: /^deny (\S+);$/gm,
};

/** The canonical ids a published list bans, in its order: read by nothing that wrote it. */
export function readBack(format: BlocklistFormat, text: string): readonly string[] {
  const ids = [...text.matchAll(ENTRY[format])].map(([, entry = '']) => {
    const range = parseCidr(entry.replace(/[[\]]/g, ''));
    if (!range) throw new Error(`${format}: ${entry} is no range`);
    return formatCidr(range);
  });
  return format === 'ipset' ? joinHalves(ids) : ids;
}

/** ipset knows no prefix of length 0. */
function joinHalves(ids: readonly string[]): readonly string[] {
  const text = ids.join(' ').replace('0.0.0.0/1 128.0.0.0/1', '0.0.0.0/0').replace('::/1 8000::/1', '::/0');
  return text === '' ? [] : text.split(' ');
}
