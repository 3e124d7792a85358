import { expect, it } from 'vitest';
import { contains, formatWithPrefix, parseCidr } from '../../core/net/address.ts';
import { synthesize } from '../../local/synthesize.ts';
import { targetsOf } from '../../local/template.ts';
import { ACL, aws, ban, held, inAll, jailFor, LISTS, letIn, NOW, start } from './targets-lab.ts';

it('all of EC2 down holds up neither WAF nor the blocklist, and the other way round', async () => {
  await start([jailFor('stock', 'iptables-multiport')]);
  await letIn('9.0.0.1/32', '9.0.0.2/32');
  const sources = ['9.0.0.1/32', '9.0.0.2/32'];
  aws.faults.inject({ service: 'ec2', fault: { kind: 'crash-before-write' }, times: Number.POSITIVE_INFINITY });
  await ban('stock', '9.0.0.1');
  await expect(aws.enforceChanges(NOW)).rejects.toThrow();
  const first = { ...inAll(), waf: ['9.0.0.1/32'], blocklist: ['9.0.0.1/32'] };
  expect(await held(sources)).toEqual(first);
  aws.faults.clear();
  for (const service of ['wafv2', 's3']) {
    aws.faults.inject({
      service,
      writes: true,
      fault: { kind: 'crash-before-write' },
      times: Number.POSITIVE_INFINITY,
    });
  }
  await ban('stock', '9.0.0.2', NOW + 5);
  await expect(aws.enforceChanges(NOW + 5)).rejects.toThrow();
  expect(await held(sources)).toEqual({ ...inAll(...sources), waf: first.waf, blocklist: first.blocklist });
  aws.faults.clear();
  await aws.enforceChanges(NOW + 10);
  expect(await held(sources)).toEqual(inAll(...sources));
});

it('a security group is carved: every address is allowed except the banned, and widened bans leave out protected addresses', async () => {
  const carve = { mode: 'carve', prefixLists: { ipv4: LISTS.ipv4 }, widen: { ipv4: 24 } };
  const carved = await synthesize({ settings: { securityGroups: carve } });
  const jail = { ...jailFor('group', 'security-group'), ignoreip: ['9.7.0.2'] };
  const own = {
    names: { lookUp: async () => ({ addresses: [], failure: undefined }) },
    own: { read: async () => ['9.8.0.2'] },
  };
  await start([jail], carved, own);
  const entries = () => aws.ec2?.prefixLists.get(LISTS.ipv4).entries.flatMap(({ cidr }) => parseCidr(cidr) ?? []) ?? [];
  const letsIn = (ip: string) => {
    const address = parseCidr(ip);
    return address !== undefined && entries().some((entry) => contains(entry, address));
  };
  await aws.reconcile(NOW);
  expect(entries().map(formatWithPrefix)).toEqual(['0.0.0.0/0']);
  await ban('group', '9.0.0.1');
  await aws.enforceChanges(NOW);
  expect([letsIn('9.0.0.1'), letsIn('9.0.0.2'), letsIn('8.255.255.255')]).toEqual([false, true, true]);
  // More than the list has room for one by one.
  const nets = Array.from({ length: 100 }, (_, n) => `9.${n}.0`);
  for (const net of nets) await ban('group', `${net}.1`);
  await aws.enforceChanges(NOW);
  expect(nets.filter((net) => !letsIn(`${net}.2`)).length).toBeGreaterThan(50);
  expect([letsIn('9.7.0.2'), letsIn('9.8.0.2')]).toEqual([true, true]);
  await aws.runExpirer(NOW + 180);
  await aws.enforceChanges(NOW + 180);
  expect(entries().map(formatWithPrefix)).toEqual(['0.0.0.0/0']);
});

it('a stack without WAF has no IP sets and no function for them', async () => {
  const without = await synthesize({ settings: { waf: false, blocklist: false, networkAcls: { ids: [ACL] } } });
  expect(targetsOf(without)).toEqual(['network-acl']);
  await start([jailFor('stock', 'iptables-multiport')], without);
  await ban('stock', '9.0.0.1');
  await aws.enforceChanges(NOW);
  const denied = aws.ec2?.networkAcls.get(ACL).entries.filter(({ ruleNumber }) => ruleNumber < 100);
  expect(denied?.map(({ block }) => block.cidr)).toEqual(['9.0.0.1/32']);
  expect(aws.wafv2.calls.find({})).toEqual([]);
  expect(aws.s3).toBeUndefined();
});

it('only what is configured is started: the sample needs no EC2, and S3 for its block list', async () => {
  await start([jailFor('stock', 'iptables-multiport')], await synthesize());
  expect(aws.ec2).toBeUndefined();
  expect(aws.s3).toBeDefined();
});
