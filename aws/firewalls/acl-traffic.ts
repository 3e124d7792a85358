import { contains, formatCidr, formatWithPrefix, overlaps } from '../../core/net/address.ts';
import type { AclEntry, AclTraffic } from './ec2-network-acl.ts';

/** The canonical address or range that an entry matches. */
export function idOf({ range }: AclTraffic): string {
  return formatCidr(range);
}

/** True for a deny entry in the form that bans take. */
export function isBanLike({ action, protocol, ports }: AclEntry): boolean {
  return action === 'deny' && (protocol === '-1' || (ports !== undefined && (protocol === '6' || protocol === '17')));
}

export function isSame(a: AclTraffic, b: AclTraffic): boolean {
  const { family, network, prefix } = a.range;
  if (family !== b.range.family || network !== b.range.network || prefix !== b.range.prefix) return false;
  return a.protocol === b.protocol && a.ports?.from === b.ports?.from && a.ports?.to === b.ports?.to;
}

/** Whether an entry matches all of the traffic. */
export function coversAll(entry: AclTraffic, traffic: AclTraffic): boolean {
  if (!contains(entry.range, traffic.range)) return false;
  if (entry.protocol === '-1') return true;
  const [outer, inner] = [entry.ports, traffic.ports];
  return entry.protocol === traffic.protocol && !!outer && !!inner && outer.from <= inner.from && outer.to >= inner.to;
}

/** Whether an entry matches any of the traffic. */
export function coversSome(entry: AclTraffic, traffic: AclTraffic): boolean {
  if (!overlaps(entry.range, traffic.range)) return false;
  if (entry.protocol === '-1' || traffic.protocol === '-1') return true;
  const [one, other] = [entry.ports, traffic.ports];
  return entry.protocol === traffic.protocol && !!one && !!other && one.from <= other.to && one.to >= other.from;
}

/** `tcp 22 from 0.0.0.0/0` */
export function describeTraffic({ range, protocol, ports }: AclTraffic): string {
  const name = { '6': 'tcp', '17': 'udp', '-1': 'everything' }[protocol] ?? `protocol ${protocol}`;
  const span = ports ? ` ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}` : '';
  return `${name}${span} from ${formatWithPrefix(range)}`;
}
