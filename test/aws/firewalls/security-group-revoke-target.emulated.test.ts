import { describe, expect, it } from 'vitest';
import { securityGroupRevokeTarget } from '../../../aws/firewalls/security-group-revoke-target.ts';
import { memoryRevokedRulesStore } from '../../memory/memory-revoked-rules-store.ts';
import { ec2Client, FRIEND, HOME, OFFICE, type TcpRule, V6 } from '../../support/security-group-rules.ts';
import { byHand, calls, clock, ec2, faults, planOf, table, target, WORLD } from './revoke-lab.ts';

describe('securityGroupRevokeTarget', () => {
  it('revokes rules whose source lies inside a ban, and restores them to the letter', async () => {
    const group = await byHand.newGroup(HOME, OFFICE, V6, FRIEND);
    const before = await byHand.rulesOf(group);
    const held = target(group, await table());
    const report = await held.converge('all', planOf(['198.51.100.0/24', '2001:db8::/48', '8.8.8.8']));
    expect(report).toEqual({
      added: ['198.51.100.0/24', '2001:db8::/48'],
      removed: [],
      overflow: [],
      // The third is let in by no rule.
      enforced: ['198.51.100.0/24', '2001:db8::/48', '8.8.8.8'],
      held: 2,
      capacity: 4,
    });
    expect(byHand.cidrs(group)).toEqual([OFFICE.cidr, FRIEND.cidr].sort());
    ec2.calls.clear();
    const back = await held.converge('all', planOf([], ['198.51.100.0/24', '2001:db8::/48']));
    expect(back).toMatchObject({ added: [], held: 0, capacity: 4 });
    expect([...back.removed].sort()).toEqual(['198.51.100.0/24', '2001:db8::/48']);
    // One call for each set of tags.
    expect(calls()).toEqual(['Describe', 'Authorize', 'Authorize']);
    expect(await byHand.rulesOf(group)).toEqual(before);
  });

  it('restores all protocols as they were', async () => {
    const source = { kind: 'cidr', block: { cidr: '198.51.100.7/32', family: 'IPv4' } } as const;
    const { id } = ec2.securityGroups.create({
      rules: [
        { protocol: '-1', fromPort: -1, toPort: -1, source },
        { protocol: 'icmp', fromPort: 8, toPort: -1, source, description: 'ping' },
        { protocol: 'udp', fromPort: 0, toPort: 65_535, source },
        { protocol: '47', fromPort: -1, toPort: -1, source },
      ],
    });
    const before = await byHand.rulesOf(id);
    const held = target(id);
    await held.converge('all', planOf(['198.51.100.7']));
    expect(await byHand.rulesOf(id)).toEqual([]);
    await held.converge('all', planOf([]));
    expect(await byHand.rulesOf(id)).toEqual(before);
  });

  it('writes nothing when nothing changes', async () => {
    const group = await byHand.newGroup(HOME, FRIEND);
    const store = memoryRevokedRulesStore();
    await target(group, store).converge('all', planOf(['198.51.100.7', '8.8.8.8']));
    const { version } = await store.read(group);
    ec2.calls.clear();
    await target(group, store).converge('all', planOf(['198.51.100.7', '8.8.8.8'], ['7.7.7.7']));
    expect(calls()).toEqual(['Describe']);
    expect((await store.read(group)).version).toBe(version);
  });

  it('is about the ports of the ban', async () => {
    const group = await byHand.newGroup(HOME, { ...HOME, port: 443 });
    const held = target(group);
    await held.converge('all', planOf([{ id: '198.51.100.7', ports: [{ protocol: 'tcp', from: 20, to: 22 }] }]));
    expect(ec2.securityGroups.get(group).rules.map(({ fromPort }) => fromPort)).toEqual([443]);
    await held.converge('all', planOf([{ id: '198.51.100.7', ports: [{ protocol: 'udp', from: 0, to: 65_535 }] }]));
    expect(ec2.securityGroups.get(group).rules.map(({ fromPort }) => fromPort)).toEqual([443, 22]);
  });

  it('keeps a rule out while any ban is about it', async () => {
    const group = await byHand.newGroup(HOME);
    const held = target(group);
    await held.converge('all', planOf(['198.51.100.7']));
    expect(await held.converge('all', planOf(['198.51.100.0/24', '198.51.100.7']))).toMatchObject({
      added: ['198.51.100.0/24'],
    });
    let shown: readonly string[] = [];
    await held.converge('all', async (ids) => {
      shown = [...ids];
      return await planOf(['198.51.100.0/24'], ['198.51.100.7'])(ids);
    });
    expect(shown).toEqual(['198.51.100.0/24', '198.51.100.7']);
    expect(byHand.cidrs(group)).toEqual([]);
    await held.converge('all', planOf([]));
    expect(byHand.cidrs(group)).toEqual([HOME.cidr]);
  });

  it('refuses what only a wider rule lets in, and names the alternatives', async () => {
    const group = await byHand.newGroup(HOME, WORLD, OFFICE);
    const ban = { id: '198.51.100.7', ports: [{ protocol: 'tcp', from: 22, to: 22 }] } as const;
    const bans = ['203.0.113.9', ban, '8.8.8.8'];
    const report = await target(group).converge('all', planOf(bans));
    expect(report).toMatchObject({ added: ['198.51.100.7'], overflow: ['203.0.113.9', '8.8.8.8'] });
    const instead = "security groups can't deny: use the action network-acl or waf, or security-group in mode carve";
    expect(report.warnings).toEqual([
      `${group} lets 203.0.113.9 and 1 more in by "tcp 443 from 0.0.0.0/0", which stays because revoking it would block every address; ${instead}`,
      `${group} lets 203.0.113.9 in by "tcp 443 from 203.0.113.0/24", which stays because revoking it would block other addresses too; ${instead}`,
    ]);
    expect(byHand.cidrs(group)).toEqual([WORLD.cidr, OFFICE.cidr]);
  });

  it('takes a rule that comes back by hand while it is banned out again, as it then is', async () => {
    const group = await byHand.newGroup(HOME);
    const store = memoryRevokedRulesStore();
    await target(group, store).converge('all', planOf(['198.51.100.7']));
    await byHand.add(group, { ...HOME, description: 'Zoe, moved' });
    const changed = await byHand.rulesOf(group);
    await target(group, store).converge('all', planOf(['198.51.100.7']));
    expect(byHand.cidrs(group)).toEqual([]);
    await target(group, store).converge('all', planOf([]));
    expect(await byHand.rulesOf(group)).toEqual(changed);
  });

  it('strikes a rule off the record when no run can still revoke it', async () => {
    const group = await byHand.newGroup(HOME);
    const store = memoryRevokedRulesStore();
    const onRecord = async () => (await store.read(group)).rules.length;
    await target(group, store).converge('all', planOf(['198.51.100.7']));
    await target(group, store).converge('all', planOf([]));
    expect([byHand.cidrs(group), await onRecord()]).toEqual([[HOME.cidr], 1]);
    clock.set(clock.now() + 901);
    await target(group, store).converge('all', planOf([]));
    expect(await onRecord()).toBe(0);
    await target(group, store).converge('all', planOf(['198.51.100.7']));
    clock.set(clock.now() + 901);
    await target(group, store).converge('all', planOf([]));
    expect([byHand.cidrs(group), await onRecord()]).toEqual([[HOME.cidr], 0]);
  });

  it('restores as much as a full group has room for, and the rest later', async () => {
    const many = Array.from({ length: 10 }, (_, i): TcpRule => ({ cidr: `198.51.100.${i}/32` }));
    const group = await byHand.newGroup(...many);
    const before = await byHand.rulesOf(group);
    const held = target(group);
    await held.converge('all', planOf(['198.51.100.0/24']));
    await byHand.add(group, FRIEND);
    await expect(held.converge('all', planOf([]))).rejects.toThrow('maximum number of rules');
    expect(byHand.cidrs(group)).toHaveLength(10);
    byHand.remove(group, FRIEND);
    await held.converge('all', planOf([]));
    expect(await byHand.rulesOf(group)).toEqual(before);
  });

  it('serves several groups', async () => {
    const groups = [await byHand.newGroup(HOME, FRIEND), await byHand.newGroup(OFFICE, HOME)];
    const held = target(groups);
    const report = await held.converge('all', planOf(['198.51.100.7']));
    expect(report).toMatchObject({ added: ['198.51.100.7'], held: 2, capacity: 4 });
    expect(groups.map(byHand.cidrs)).toEqual([[FRIEND.cidr], [OFFICE.cidr]]);
  });

  it("never records less than it revokes: a record that can't be written leaves the rule in its place", async () => {
    const group = await byHand.newGroup(HOME);
    faults.inject({ service: 'dynamodb', operation: 'PutItem', fault: { kind: 'throttle' } });
    await expect(target(group, await table()).converge('all', planOf(['198.51.100.7']))).rejects.toThrow();
    expect(calls()).toEqual(['Describe']);
  });

  it('keeps a rule on record that another banner is about to revoke', async () => {
    const group = await byHand.newGroup(HOME);
    const store = await table();
    const run = async () => {
      await target(group, store).converge('all', planOf([]));
      expect(byHand.cidrs(group)).toEqual([HOME.cidr]);
    };
    faults.inject({ operation: 'RevokeSecurityGroupIngress', fault: { kind: 'meanwhile', run } });
    await target(group, store).converge('all', planOf(['198.51.100.7']));
    expect(byHand.cidrs(group)).toEqual([]);
    await target(group, store).converge('all', planOf([]));
    expect(byHand.cidrs(group)).toEqual([HOME.cidr]);
  });

  it.each([
    ['before it records', 'PutItem', 1],
    ['before it revokes', 'RevokeSecurityGroupIngress', 1],
    ['before it restores', 'AuthorizeSecurityGroupIngress', 1],
    ['before it strikes off', 'PutItem', 2],
  ])('loses nothing when another banner bans and unbans meanwhile: %s', async (_, operation, from) => {
    const group = await byHand.newGroup(HOME, OFFICE, V6, FRIEND);
    const before = await byHand.rulesOf(group);
    const store = await table();
    await target(group, store).converge('all', planOf(['198.51.100.7']));
    clock.set(clock.now() + 901);
    let asked = 0;
    const run = async () => {
      await target(group, store).converge('all', planOf(['203.0.113.0/24', '198.51.100.0/24']));
    };
    faults.inject({ operation, from, fault: { kind: 'meanwhile', run } });
    await target(group, store).converge('all', async (held) => {
      asked++;
      return await planOf(['2001:db8::/48'])(held);
    });
    expect(asked).toBeGreaterThan(operation === 'PutItem' && from === 1 ? 1 : 0);
    await target(group, store).converge('all', planOf(['2001:db8::/48']));
    expect(byHand.cidrs(group)).toEqual([HOME.cidr, OFFICE.cidr, FRIEND.cidr].sort());
    await target(group, store).converge('all', planOf([]));
    expect(await byHand.rulesOf(group)).toEqual(before);
  });

  it('waits out RequestLimitExceeded with the client', async () => {
    const group = await byHand.newGroup(HOME);
    const patient = ec2Client(ec2, 3);
    for (const operation of ['RevokeSecurityGroupIngress', 'AuthorizeSecurityGroupIngress']) {
      faults.inject({ operation, fault: { kind: 'throttle' } });
    }
    const before = await byHand.rulesOf(group);
    const held = securityGroupRevokeTarget(patient, memoryRevokedRulesStore(), [group], clock);
    await held.converge('all', planOf(['198.51.100.7']));
    expect(byHand.cidrs(group)).toEqual([]);
    await held.converge('all', planOf([]));
    expect(await byHand.rulesOf(group)).toEqual(before);
    patient.destroy();
  });

  it('ends right when killed at any write, before or after it took effect', async () => {
    const bans = ['198.51.100.7', '2001:db8::/48'];
    let deaths = 0;
    for (const side of ['before', 'after'] as const) {
      for (const [first, second, third] of [
        [[], bans, []],
        [bans, [], bans],
        [bans, ['203.0.113.0/24'], bans],
      ] as const) {
        for (let k = 1; ; k++) {
          const group = await byHand.newGroup(HOME, OFFICE, V6, FRIEND);
          const before = await byHand.rulesOf(group);
          const store = await table();
          await target(group, store).converge('all', planOf(first));
          if (k % 2 === 0) clock.set(clock.now() + 901);
          const death = faults.killAtWrite(k, side);
          const died = await target(group, store)
            .converge('all', planOf(second))
            .then(
              () => false,
              () => true,
            );
          death.remove();
          await target(group, store).converge('all', planOf(third));
          expect(byHand.cidrs(group)).toHaveLength(third.length === 0 ? 4 : 2);
          await target(group, store).converge('all', planOf([]));
          expect(await byHand.rulesOf(group)).toEqual(before);
          if (!died) break;
          deaths++;
        }
      }
    }
    expect(deaths).toBeGreaterThan(12);
  });
});
