import { type PortsReading, readPorts } from '../net/port-ranges.ts';
import { eitherPorts, type Ports } from '../net/ports.ts';
import { meaningOf } from './actions.ts';
import type { ActionReference, Jail } from './jail.ts';

/** The actions that keep an address from some ports and let it reach others. */
export const TARGETS_WITH_PORTS: readonly string[] = ['network-acl'];

type PortOptions = Pick<Jail, 'port' | 'protocol'>;

/**
 * The ports that a jail's bans block in targets that restrict ports: those of all its actions, each
 * with its own `port` and `protocol` or else the jail's. Unreadable ports count as all ports,
 * because a ban must never block less than was configured.
 */
export function jailPorts(jail: PortOptions & { readonly actions: readonly ActionReference[] }): Ports {
  const narrowed = jail.actions.filter((action) => {
    const target = meaningOf(action);
    return target === 'stack' || TARGETS_WITH_PORTS.includes(target);
  });
  const [first = 'all', ...others] = narrowed.map((action) => {
    const reading = actionPorts(action, jail);
    return reading.kind === 'ports' ? reading.ports : 'all';
  });
  return others.reduce(eitherPorts, first);
}

/** The ports that one action of a jail blocks. */
export function actionPorts(action: ActionReference, jail: PortOptions): PortsReading {
  const { name, args } = action;
  if (meaningOf(action) === 'stack' && !tellsPorts(name)) return { kind: 'ports', ports: 'all' };
  const whole = name.endsWith('-allports') || args['type'] === 'allports' || args['actiontype'] === '<allports>';
  return readPorts(whole ? 'all' : (args['port'] ?? jail.port ?? ''), args['protocol'] ?? jail.protocol ?? '');
}

/**
 * fail2ban's other firewalls (`route`, `hostsdeny`, `ufw`, `shorewall`, …) shut everything,
 * whatever ports they are given.
 */
function tellsPorts(name: string): boolean {
  return /^(?:iptables|nftables|firewallcmd|pf)(?:-|$)/.test(name);
}
