import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prefixListTarget } from '../../../aws/firewalls/prefix-list-target.ts';
import { formatCidr, formatWithPrefix, parseCidr } from '../../../core/net/address.ts';
import type { TargetPlan } from '../../../core/ports/ban-target.ts';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';
import { banTargetContract, type TargetUnderTest } from '../../contracts/ban-target.contract.ts';

let ec2: Ec2;
let client: EC2Client;
const clock = virtualClock(1_000_000);

beforeAll(async () => {
  ec2 = await startEc2({ now: () => clock.now() * 1000, prefixListModifyMs: 3_000 });
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

function newList(addressFamily: 'IPv4' | 'IPv6', maxEntries = 100): string {
  return ec2.prefixLists.create({ name: 'banned', addressFamily, maxEntries }).id;
}

/** Canonical ids, sorted. */
function idsIn(list: string): string[] {
  return ec2.prefixLists
    .get(list)
    .entries.map(({ cidr }) => canonical(cidr, formatCidr))
    .sort();
}

function canonical(text: string, format: typeof formatCidr): string {
  const range = parseCidr(text);
  if (!range) throw new Error(text);
  return format(range);
}

const overwrite = (list: string, ids: readonly string[]) => {
  ec2.prefixLists.edit(
    list,
    ids.map((id) => ({ cidr: canonical(id, formatWithPrefix) })),
  );
};
const plan =
  (present: readonly string[], absent: readonly string[] = []): TargetPlan =>
  async () => ({ present: present.map((id) => ({ id, ports: 'all' })), absent });
const addresses = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `198.51.${100 + (i >> 8)}.${i & 255}`);
const calls = (operation: string): number => ec2.calls.count('ec2', operation).calls;

banTargetContract('prefix lists', async (): Promise<TargetUnderTest> => {
  const [v4, v6] = [newList('IPv4'), newList('IPv6')];
  return {
    target: prefixListTarget(client, [v4, v6], clock),
    entries: () => [...idsIn(v4), ...idsIn(v6)].sort(),
    overwrite: (ids) => overwrite(v4, ids),
    beforeNextWrite: (run) => {
      ec2.faults.inject({ writes: true, fault: { kind: 'meanwhile', run } });
    },
    // Both lists are read each time; a read is that of the pair.
    callsSince() {
      const reads = calls('GetManagedPrefixListEntries') / 2;
      const writes = calls('ModifyManagedPrefixList');
      ec2.calls.clear();
      return { reads, writes };
    },
  };
});

describe('prefixListTarget', () => {
  it("marks each entry as cloudjail's", async () => {
    const list = newList('IPv4');
    await prefixListTarget(client, [list], clock).converge('all', plan(['198.51.100.0/24']));
    expect(ec2.prefixLists.get(list).entries).toEqual([
      { cidr: '198.51.100.0/24', description: 'banned by cloudjail' },
    ]);
  });

  it('changes a hundred entries a call, waits for each change, and reads once', async () => {
    const list = newList('IPv4', 1000);
    const target = prefixListTarget(client, [list], clock);
    const ids = addresses(650);
    const start = clock.now();
    expect((await target.converge('all', plan(ids))).added).toHaveLength(650);
    expect([calls('ModifyManagedPrefixList'), calls('GetManagedPrefixListEntries')]).toEqual([7, 1]);
    expect(clock.now() - start).toBeGreaterThanOrEqual(7 * 3);
    const report = await target.converge('all', plan(ids.slice(300), ids.slice(0, 300)));
    expect(report).toMatchObject({ removed: ids.slice(0, 300), added: [], held: 350, capacity: 1000 });
    expect(idsIn(list)).toEqual(ids.slice(300).sort());
  });

  it('holds the first bans when it is full, leaves what others put in, and names the rest', async () => {
    const list = newList('IPv4', 5);
    const target = prefixListTarget(client, [list], clock);
    overwrite(list, ['203.0.113.1', '203.0.113.2']);
    const ids = addresses(6);
    await target.converge('all', plan(ids));
    const ranked = [...ids].reverse();
    const report = await target.converge('all', plan(ranked));
    expect(report).toEqual({
      added: ranked.slice(0, 3),
      removed: ids.slice(0, 3),
      overflow: ranked.slice(3),
      held: 5,
      capacity: 5,
    });
    expect(idsIn(list)).toEqual([...ranked.slice(0, 3), '203.0.113.1', '203.0.113.2'].sort());
  });

  it('asks again about the list alone that another writer has changed, and counts what it did before that', async () => {
    const lists = [newList('IPv4', 1000), newList('IPv6')];
    const [v4 = ''] = lists;
    const ids = addresses(150);
    const run = () => overwrite(v4, [...idsIn(v4), '203.0.113.9']);
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', from: 2, fault: { kind: 'meanwhile', run } });
    let asked = 0;
    const report = await prefixListTarget(client, lists, clock).converge('all', async (held) => {
      asked += 1;
      return await plan([...ids, '2001:db8::/64'])(held);
    });
    expect(asked).toBe(2);
    expect(report.added).toHaveLength(151);
    expect(report).toMatchObject({ removed: [], overflow: [], held: 152 });
    expect(idsIn(v4)).toContain('203.0.113.9');
    expect(calls('GetManagedPrefixListEntries')).toBe(1 + 1 + 2);
  });

  it('warns of bans for whose family it has no list', async () => {
    const list = newList('IPv4');
    const report = await prefixListTarget(client, [list], clock).converge(
      'all',
      plan(['198.51.100.1', '2001:db8::/64']),
    );
    expect(report.warnings).toEqual([
      'no prefix list for IPv6 is configured, so the bans of 2001:db8::/64 are in none',
    ]);
    expect(report.overflow).toEqual([]);
  });

  it('gives up, loudly, when another writer changes the list every time', async () => {
    const list = newList('IPv4');
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', times: Infinity, fault: { kind: 'conflict' } });
    const converging = prefixListTarget(client, [list], clock).converge('all', plan(['198.51.100.1']));
    await expect(converging).rejects.toThrow('changed by another writer 10 times in a row');
    expect(calls('ModifyManagedPrefixList')).toBe(11);
  });

  it('leaves a change that was cut short to the next run, which ends it', async () => {
    const list = newList('IPv4', 1000);
    const target = prefixListTarget(client, [list], clock);
    const ids = addresses(250);
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', from: 2, fault: { kind: 'crash-after-write' } });
    await expect(target.converge('all', plan(ids))).rejects.toThrow();
    const report = await target.converge('all', plan(ids));
    expect(idsIn(list)).toEqual([...ids].sort());
    expect(report.added).toEqual(ids.slice(200));
  });
});
