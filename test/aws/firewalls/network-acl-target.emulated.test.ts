import { describe, expect, it } from 'vitest';
import type { TargetPlan } from '../../../core/ports/ban-target.ts';
import { addresses, all, clock, ec2, entries, newAcl, operations, plan, put, target, tcp } from './network-acl-lab.ts';

describe('networkAclTarget', () => {
  it('puts a new ban in the place of a lifted one by one call, and looks again', async () => {
    const acl = newAcl();
    await target(acl).converge('all', plan(['198.51.100.1', '2001:db8::/64']));
    expect(entries(acl)).toEqual(['1 deny 198.51.100.1 -1', '2 deny 2001:db8::/64 -1']);
    ec2.calls.clear();
    const report = await target(acl).converge('all', plan(['2001:db8::/64', '198.51.100.7'], ['198.51.100.1']));
    expect(entries(acl)).toEqual(['1 deny 198.51.100.7 -1', '2 deny 2001:db8::/64 -1']);
    expect(report).toEqual({ added: ['198.51.100.7'], removed: ['198.51.100.1'], overflow: [], held: 2, capacity: 18 });
    expect(operations()).toEqual(['Describe', 'Describe', 'Replace', 'Describe']);
  });

  it('gives the numbers to the first bans, whatever was there before, and names the others', async () => {
    const acl = newAcl();
    const ids = addresses(25);
    await target(acl).converge('all', plan(ids));
    expect(entries(acl)).toHaveLength(18);
    const ranked = [...ids].reverse();
    const report = await target(acl).converge('all', plan(ranked));
    expect(report).toMatchObject({ held: 18, capacity: 18 });
    expect(report.overflow).toEqual(ranked.slice(18));
    expect(report.added).toEqual(ranked.slice(0, 7));
    expect([...report.removed].sort()).toEqual(ids.slice(0, 7).sort());
    expect(
      entries(acl)
        .map((entry) => entry.split(' ')[2])
        .sort(),
    ).toEqual(ranked.slice(0, 18).sort());
  });

  it('touches nothing outside the window, nor what is in it and is not of its making', async () => {
    const acl = newAcl();
    put(acl, 9, '198.51.100.1/32');
    put(acl, 10, '203.0.113.0/24', { allow: true });
    put(acl, 11, '203.0.113.9/32');
    put(acl, 12, '198.51.100.1/32', { protocol: '1' });
    put(acl, 14, '198.51.100.1/32');
    const options = { firstRule: 10, capacity: 4 };
    const foreign = [
      '9 deny 198.51.100.1 -1',
      '10 allow 203.0.113.0/24 -1',
      '11 deny 203.0.113.9 -1',
      '12 deny 198.51.100.1 1',
      '14 deny 198.51.100.1 -1',
    ];
    const before = ec2.networkAcls.get(acl).entries;
    const report = await target(acl, options).converge('all', plan(['198.51.100.1', '198.51.100.2']));
    expect(entries(acl)).toEqual([...foreign.slice(0, 4), '13 deny 198.51.100.1 -1', ...foreign.slice(4)]);
    expect(report).toMatchObject({ overflow: ['198.51.100.2'], held: 4, capacity: 4 });
    await target(acl, options).converge('all', plan([], ['198.51.100.1', '198.51.100.2']));
    expect(entries(acl)).toEqual(foreign);
    expect(ec2.networkAcls.get(acl).entries).toEqual(before);
  });

  it('denies ports where configured, one entry per range, and everything otherwise', async () => {
    const acl = newAcl();
    const ban = {
      id: '198.51.100.1',
      ports: [tcp(80), tcp(8000, 8100), { protocol: 'udp', from: 53, to: 53 }],
    } as const;
    await target(acl).converge('all', plan([ban]));
    expect(entries(acl)).toEqual(['1 deny 198.51.100.1 -1']);
    const byPort = target(acl, { byPort: true });
    await byPort.converge('all', plan([ban]));
    expect(entries(acl)).toEqual([
      '1 deny 198.51.100.1 6 80-80',
      '2 deny 198.51.100.1 6 8000-8100',
      '3 deny 198.51.100.1 17 53-53',
    ]);
    ec2.calls.clear();
    expect(await byPort.converge('all', plan([ban]))).toMatchObject({ added: [], removed: [], held: 3 });
    expect(operations()).toEqual(['Describe']);
    await byPort.converge('all', plan(all([ban.id])));
    expect(entries(acl)).toEqual(['1 deny 198.51.100.1 -1']);
  });

  it('lets a ban have all of its ranges or none, and the room to one that needs less', async () => {
    const acl = newAcl();
    const bans = [
      { id: '198.51.100.1', ports: [tcp(80), tcp(443)] },
      { id: '198.51.100.2', ports: [tcp(80), tcp(443)] },
      { id: '198.51.100.3', ports: [tcp(22)] },
    ];
    const report = await target(acl, { capacity: 3, byPort: true }).converge('all', plan(bans));
    expect(report).toMatchObject({ added: ['198.51.100.1', '198.51.100.3'], overflow: ['198.51.100.2'] });
  });

  it('makes do with the room that the quota of a family leaves, first bans first', async () => {
    const acl = newAcl();
    for (let n = 200; n < 213; n++) put(acl, n, '203.0.113.0/24', { allow: true });
    const six = ['2001:db8:0:1::/64', '2001:db8:0:2::/64'];
    const ids = addresses(7);
    const report = await target(acl).converge('all', plan([...ids, ...six]));
    expect(report).toMatchObject({ added: [...ids.slice(0, 5), ...six], overflow: ids.slice(5) });
    ec2.calls.clear();
    const ranked = [...ids].reverse();
    const again = await target(acl).converge('all', plan([...ranked, ...six]));
    expect(again).toMatchObject({ added: ranked.slice(0, 2), removed: ids.slice(0, 2), overflow: ranked.slice(5) });
    expect(entries(acl).filter((entry) => entry.includes('deny'))).toHaveLength(7);
    expect(operations().length).toBeLessThanOrEqual(12);
  });

  it('keeps several ACLs alike', async () => {
    const acls = [newAcl(), newAcl()];
    const [first = '', second = ''] = acls;
    put(first, 1, '203.0.113.9/32');
    await target(acls).converge('all', plan(['198.51.100.1']));
    expect(entries(first)).toEqual(['1 deny 203.0.113.9 -1', '2 deny 198.51.100.1 -1']);
    expect(entries(second)).toEqual(['1 deny 198.51.100.1 -1']);
    ec2.networkAcls.remove(second, 1);
    const seen: string[][] = [];
    const report = await target(acls).converge('all', async (held) => {
      seen.push([...held].sort());
      return { present: all(['198.51.100.1']), absent: [] };
    });
    expect(report).toMatchObject({ added: ['198.51.100.1'], held: 3, capacity: 36 });
    expect(seen[0]).toEqual(['198.51.100.1', '203.0.113.9']);
    expect(entries(second)).toEqual(['1 deny 198.51.100.1 -1']);
  });

  it('is not misled by what it has looked at before someone edited it', async () => {
    const acl = newAcl();
    await target(acl).converge('all', plan(['198.51.100.1']));
    const edit = () => put(acl, 1, '203.0.113.9/32', { allow: true });
    const report = await target(acl).converge('all', async () => {
      edit();
      return { present: all(['198.51.100.2']), absent: ['198.51.100.1'] };
    });
    expect(entries(acl)).toEqual(['1 allow 203.0.113.9 -1', '2 deny 198.51.100.2 -1']);
    expect(report).toMatchObject({ added: ['198.51.100.2'], removed: [] });
  });

  it('takes back what it wrote on an old plan, when another banner learned of a change and had nothing to do', async () => {
    const acl = newAcl();
    let holds = ['198.51.100.1'];
    const current: TargetPlan = async () => ({ present: all(holds), absent: ['198.51.100.1'] });
    const run = async () => {
      holds = [];
      expect(await target(acl).converge('all', current)).toMatchObject({ added: [], removed: [] });
    };
    ec2.faults.inject({ operation: 'CreateNetworkAclEntry', fault: { kind: 'meanwhile', run } });
    expect(await target(acl).converge('all', current)).toMatchObject({ added: [], removed: [], held: 0 });
    expect(entries(acl)).toEqual([]);
  });

  it('takes two banners that put a ban at two numbers back to one', async () => {
    const acl = newAcl();
    put(acl, 4, '198.51.100.1/32');
    put(acl, 2, '198.51.100.1/32');
    expect(await target(acl).converge('all', plan(['198.51.100.1']))).toMatchObject({
      added: [],
      removed: [],
      held: 1,
    });
    expect(entries(acl)).toEqual(['2 deny 198.51.100.1 -1']);
  });

  it('leaves an interrupted change to the next run, which ends it', async () => {
    const acl = newAcl();
    await target(acl).converge('all', plan(addresses(3)));
    ec2.faults.inject({ writes: true, from: 2, fault: { kind: 'throttle' } });
    const next = plan(['198.51.100.8', '198.51.100.9'], addresses(3));
    await expect(target(acl).converge('all', next)).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    expect(entries(acl)).toHaveLength(3);
    await target(acl).converge('all', next);
    expect(entries(acl).map((entry) => entry.split(' ')[2])).toEqual(['198.51.100.8', '198.51.100.9']);
  });

  it('gives up, loudly, when another writer is always faster', async () => {
    const acl = newAcl();
    let n = 1;
    const run = () => put(acl, n++, '203.0.113.9/32');
    ec2.faults.inject({ operation: 'CreateNetworkAclEntry', times: Infinity, fault: { kind: 'meanwhile', run } });
    const before = clock.now();
    await expect(target(acl).converge('all', plan(['198.51.100.1']))).rejects.toThrow(
      'another writer changed it in each of',
    );
    expect(operations()).toHaveLength(16);
    expect(clock.now() - before).toBeLessThan(10);
  });

  it('fails when an ACL is gone', async () => {
    const gone = target([newAcl(), 'acl-0123456789abcdef0']).converge('all', plan(['198.51.100.1']));
    await expect(gone).rejects.toMatchObject({ name: 'InvalidNetworkAclID.NotFound' });
  });

  it.each([
    [{ capacity: 39 }, 'a capacity of 39'],
    [{ capacity: 0 }, 'a capacity of 0'],
    [{ firstRule: 0 }, 'rule numbers 0 to 17'],
    [{ firstRule: 32_750 }, 'rule numbers 32750 to 32767'],
  ])('refuses %j', (options, message) => {
    expect(() => target('acl-1', options)).toThrow(message);
  });
});
