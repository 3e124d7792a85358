import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type NetworkAclOptions, networkAclTarget } from '../../../aws/firewalls/network-acl-target.ts';
import { formatCidr, parseCidr } from '../../../core/net/address.ts';
import type { PortRange } from '../../../core/net/ports.ts';
import type { TargetPlan, WantedBan } from '../../../core/ports/ban-target.ts';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';
import { banTargetContract, type TargetUnderTest } from '../../contracts/ban-target.contract.ts';

export let ec2: Ec2;
let client: EC2Client;
export const clock = virtualClock(1_000_000);

beforeAll(async () => {
  ec2 = await startEc2();
  client = new EC2Client({
    endpoint: ec2.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
beforeEach(() => {
  ec2.faults.clear();
  ec2.calls.clear();
});
afterAll(async () => {
  client.destroy();
  await ec2.close();
});

export const target = (acl: string | readonly string[], options: Partial<NetworkAclOptions> = {}) =>
  networkAclTarget(client, { acls: typeof acl === 'string' ? [acl] : acl, ...options }, clock);
export const newAcl = (): string => ec2.networkAcls.create().id;
export const all = (ids: readonly string[]): readonly WantedBan[] => ids.map((id) => ({ id, ports: 'all' }));
export const tcp = (from: number, to = from): PortRange => ({ protocol: 'tcp', from, to });
export const plan =
  (present: readonly string[] | readonly WantedBan[], absent: readonly string[] = []): TargetPlan =>
  async () => ({ present: present.map((ban) => (typeof ban === 'string' ? { id: ban, ports: 'all' } : ban)), absent });
export const addresses = (count: number): string[] => Array.from({ length: count }, (_, i) => `198.51.100.${i + 1}`);

/** Inbound entries other than those every ACL begins with: `3 deny 198.51.100.1 -1`. */
export function entries(acl: string): string[] {
  return ec2.networkAcls.get(acl).entries.flatMap(({ egress, ruleNumber, ruleAction, block, protocol, ports }) => {
    if (egress || ruleNumber === 100 || ruleNumber === 101 || ruleNumber > 32_766) return [];
    const range = parseCidr(block.cidr);
    const span = ports ? ` ${ports.from}-${ports.to}` : '';
    return [`${ruleNumber} ${ruleAction} ${range ? formatCidr(range) : block.cidr} ${protocol}${span}`];
  });
}

export function put(
  acl: string,
  ruleNumber: number,
  cidr: string,
  more: { allow?: boolean; protocol?: string; port?: number } = {},
) {
  const { allow = false, protocol = more.port === undefined ? '-1' : '6', port } = more;
  const ports = port === undefined ? undefined : { from: port, to: port };
  const ruleAction = allow ? 'allow' : 'deny';
  ec2.networkAcls.put(acl, { ruleNumber, egress: false, ruleAction, cidr, protocol, ports });
}

export const operations = (): string[] =>
  ec2.calls.find().map(({ operation }) => operation.replace(/NetworkAcl(?:Entry|s)$/, ''));

banTargetContract('network ACL', async (): Promise<TargetUnderTest> => {
  const acl = newAcl();
  return {
    target: target(acl),
    verifies: true,
    entries: () =>
      entries(acl)
        .map((entry) => entry.split(' ')[2] ?? '')
        .sort(),
    overwrite(ids) {
      for (let n = 1; n <= 18; n++) ec2.networkAcls.remove(acl, n);
      for (const [i, id] of ids.entries()) put(acl, i + 1, `${id}/32`);
    },
    beforeNextWrite: (run) => {
      ec2.faults.inject({ writes: true, fault: { kind: 'meanwhile', run } });
    },
    callsSince() {
      const calls = operations();
      ec2.calls.clear();
      const reads = calls.filter((operation) => operation === 'Describe').length;
      return { reads, writes: calls.length - reads };
    },
  };
});
