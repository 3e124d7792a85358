import { formatCidr } from '../../net/address.ts';
import { type Blocklist, headline } from './blocklist.ts';
import { renderHostsDeny } from './hosts-deny.ts';
import { renderIpset } from './ipset.ts';
import { renderNftables } from './nftables.ts';
import { renderPlain } from './plain.ts';

/** The forms a blocklist is published in, as the stack's settings name them. */
export const BLOCKLIST_FORMATS = ['plain', 'nftables', 'ipset', 'hosts.deny', 'nginx'] as const;

export type BlocklistFormat = (typeof BLOCKLIST_FORMATS)[number];

/** The file of each form; its key in the bucket is the prefix and this. */
export const BLOCKLIST_FILES: Readonly<Record<BlocklistFormat, string>> = {
  plain: 'banned.txt',
  nftables: 'banned.nft',
  ipset: 'banned.ipset',
  'hosts.deny': 'hosts.deny',
  nginx: 'nginx-deny.conf',
};

const RENDERERS: Readonly<Record<BlocklistFormat, (list: Blocklist) => string>> = {
  plain: renderPlain,
  nftables: renderNftables,
  ipset: renderIpset,
  'hosts.deny': renderHostsDeny,
  nginx: renderNginx,
};

/** The list's text in a form: the same for the same list, always. */
export function renderBlocklist(format: BlocklistFormat, list: Blocklist): string {
  return RENDERERS[format](list);
}

/**
 * `deny` directives to `include` in an http, server or location block
 * (https://nginx.org/en/docs/http/ngx_http_access_module.html). The first rule that matches
 * decides, and rules of a level replace those of the level above.
 */
function renderNginx(list: Blocklist): string {
  return `${headline(list)}${list.ranges.map((range) => `deny ${formatCidr(range)};\n`).join('')}`;
}
