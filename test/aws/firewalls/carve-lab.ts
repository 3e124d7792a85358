import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import {
  type SecurityGroupCarveSettings,
  securityGroupCarveTarget,
} from '../../../aws/firewalls/security-group-carve-target.ts';
import { type Cidr, formatWithPrefix, overlaps, parseCidr } from '../../../core/net/address.ts';
import { complement } from '../../../core/net/complement.ts';
import type { TargetPlan } from '../../../core/ports/ban-target.ts';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';

export const WORLD = '0.0.0.0/0';
const clock = virtualClock(1_000_000);
export let ec2: Ec2;
export let client: EC2Client;

beforeAll(async () => {
  ec2 = await startEc2({ now: () => clock.now() * 1000, prefixListModifyMs: 1_500 });
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

export function range(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

export function newList(entries: readonly string[], maxEntries = 60, addressFamily: 'IPv4' | 'IPv6' = 'IPv4'): string {
  const list = { name: 'let-in', addressFamily, maxEntries, entries: entries.map((cidr) => ({ cidr })) };
  return ec2.prefixLists.create(list).id;
}

export type Changes = Partial<SecurityGroupCarveSettings>;

export function target(list: string | readonly string[], changes: Changes = {}, through: EC2Client = client) {
  const settings = {
    prefixLists: typeof list === 'string' ? [list] : list,
    allowed: [],
    widest: {},
    never: [],
    ...changes,
  };
  return securityGroupCarveTarget(through, settings, clock);
}

export const planOf =
  (present: readonly string[], absent: readonly string[] = []): TargetPlan =>
  async () => ({ present: present.map((id) => ({ id, ports: 'all' })), absent });
export const letIn = (list: string): readonly Cidr[] =>
  ec2.prefixLists.get(list).entries.map(({ cidr }) => range(cidr));
export const texts = (ranges: readonly Cidr[]) => ranges.map(formatWithPrefix).sort();
export const without = (bans: readonly string[], allowed = [WORLD]) =>
  texts(complement(bans.map(range), allowed.map(range)));
export const isIn = (list: string, address: string) => letIn(list).some((entry) => overlaps(entry, range(address)));
export const calls = () => ec2.calls.find().map(({ operation }) => operation.replace(/ManagedPrefixLists?/, ''));
export const modifications = () => calls().filter((operation) => operation === 'Modify').length;
