import { type Cidr, formatCidr, width } from '../../net/address.ts';
import { type Blocklist, headline } from './blocklist.ts';

/**
 * A file for `ipset restore` (ipset(8), "restore", "swap", "hash:net"): fills new sets, then swaps
 * them with `cloudjail4` and `cloudjail6`, on which the host has a rule such as `iptables -I INPUT
 * -m set --match-set cloudjail4 src -j DROP`. A swap is atomic; a file that breaks off before it
 * leaves the old sets as they are.
 */
export function renderIpset(list: Blocklist): string {
  return `${headline(list)}${family(list, 4)}${family(list, 6)}`;
}

/**
 * `-exist` takes an existing set only with the same parameters, so the bound is the same for every
 * length of the list: the largest.
 */
const MAXELEM = 4_294_967_295;

function family(list: Blocklist, version: 4 | 6): string {
  const [set, next] = [`cloudjail${version}`, `cloudjail${version}-next`];
  const parameters = `hash:net family ${version === 4 ? 'inet' : 'inet6'} maxelem ${MAXELEM} -exist`;
  const ranges = list.ranges.filter((range) => range.family === version).flatMap(halvesOfEverything);
  return [
    `create ${set} ${parameters}\n`,
    `create ${next} ${parameters}\n`,
    `flush ${next}\n`,
    ...ranges.map((range) => `add ${next} ${formatCidr(range)} -exist\n`),
    `swap ${next} ${set}\n`,
    `destroy ${next}\n`,
  ].join('');
}

/** hash:net takes no prefix of length 0. */
function halvesOfEverything(range: Cidr): readonly Cidr[] {
  if (range.prefix > 0) return [range];
  const half = 1n << BigInt(width(range.family) - 1);
  return [
    { ...range, prefix: 1 },
    { ...range, network: half, prefix: 1 },
  ];
}
