import { formatCidr } from '../../net/address.ts';
import { type Blocklist, headline } from './blocklist.ts';

/**
 * `deny` directives to `include` in an http, server or location block
 * (https://nginx.org/en/docs/http/ngx_http_access_module.html). The first rule that matches
 * decides, and rules of a level replace those of the level above.
 */
export function renderNginx(list: Blocklist): string {
  return `${headline(list)}${list.ranges.map((range) => `deny ${formatCidr(range)};\n`).join('')}`;
}
