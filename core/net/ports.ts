/** Ports of one protocol, both ends included. */
export interface PortRange {
  readonly protocol: 'tcp' | 'udp';
  readonly from: number;
  readonly to: number;
}

/** The traffic that a ban blocks: everything, or some ports. */
export type Ports = 'all' | readonly PortRange[];

/** Ports that are in one or the other. */
export function eitherPorts(some: Ports, others: Ports): Ports {
  return some === 'all' || others === 'all' ? 'all' : merged([...some, ...others]);
}

/** In order, without overlaps and neighbors. */
function merged(ranges: readonly PortRange[]): readonly PortRange[] {
  const done: PortRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.protocol.localeCompare(b.protocol) || a.from - b.from)) {
    const last = done.at(-1);
    if (last?.protocol === range.protocol && range.from <= last.to + 1) {
      done[done.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    } else {
      done.push(range);
    }
  }
  return done;
}
