import { readPorts } from '../net/port-ranges.ts';
import type { PortRange, Ports } from '../net/ports.ts';
import type { Acknowledgement } from './acknowledged.ts';
import { type FirewallTarget, reachesTarget } from './actions.ts';
import type { ActionReference } from './jail.ts';

/** Where HTTP is served, as load balancers, proxies and web panels do it. */
const WEB_PORTS: readonly number[] = [80, 443, 591, 8000, 8008, 8080, 8081, 8443, 8880, 8888, 9443];

export interface GuardedService {
  readonly name: string;
  readonly port?: string | undefined;
  readonly protocol?: string | undefined;
  readonly actions: readonly ActionReference[];
  readonly acknowledged: readonly Acknowledgement[];
}

/**
 * How much of the traffic to a jail's `port` and `protocol` a target can keep out. WAF sees HTTP
 * requests to load balancers, APIs and distributions and nothing else
 * (https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html). All
 * others drop packets, whatever port they are for.
 */
function reach(target: FirewallTarget, ports: Ports): 'all' | 'part' | 'none' {
  if (target !== 'waf') return 'all';
  if (ports === 'all') return 'part';
  if (ports.every(isWeb)) return 'all';
  return ports.some(holdsWeb) ? 'part' : 'none';
}

/**
 * How much of a jail's service the targets that its actions mean can guard together.
 *
 * `none`: an offender that the jail bans can go on as before.
 *
 * @param configured the targets the stack has
 */
export function stops(jail: GuardedService, configured: readonly FirewallTarget[]): 'all' | 'part' | 'none' {
  const reading = readPorts(jail.port ?? '', jail.protocol ?? '');
  const ports = reading.kind === 'ports' ? reading.ports : 'all';
  const reaches = configured
    .filter((target) => reachesTarget(jail.actions, target))
    .map((target) => reach(target, ports));
  if (reaches.includes('all')) return 'all';
  return reaches.includes('part') ? 'part' : 'none';
}

/** Whether HTTP is served on every port of a range. */
function isWeb({ from, to }: PortRange): boolean {
  return WEB_PORTS.filter((port) => from <= port && port <= to).length === to - from + 1;
}

function holdsWeb({ from, to }: PortRange): boolean {
  return WEB_PORTS.some((port) => from <= port && port <= to);
}
