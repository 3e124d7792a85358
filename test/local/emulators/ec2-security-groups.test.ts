import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { type Ec2Query, ec2Query } from './ec2-query.ts';

let ec2: Ec2;
let query: Ec2Query;
let GroupId: string;

beforeEach(async () => {
  ec2 = await startEc2();
  query = ec2Query(ec2.endpoint);
  GroupId = ec2.securityGroups.create().id;
});

afterEach(() => ec2.close());

const SSH = { 'IpPermissions.1.IpProtocol': 'tcp', 'IpPermissions.1.FromPort': 22, 'IpPermissions.1.ToPort': 22 };

function ssh(...cidrs: string[]): Record<string, string | number> {
  const ranges = cidrs.map((cidr, i) =>
    cidr.includes(':')
      ? [`IpPermissions.1.Ipv6Ranges.${i + 1}.CidrIpv6`, cidr]
      : [`IpPermissions.1.IpRanges.${i + 1}.CidrIp`, cidr],
  );
  return { GroupId, ...SSH, ...Object.fromEntries(ranges) };
}

function authorize(...cidrs: string[]) {
  return query('AuthorizeSecurityGroupIngress', ssh(...cidrs));
}

function sources(): (string | undefined)[] {
  return ec2.securityGroups
    .get(GroupId)
    .rules.map(({ source }) => (source.kind === 'cidr' ? source.block.cidr : source.id));
}

describe('AuthorizeSecurityGroupIngress', () => {
  it('makes a rule of every source, described and tagged', async () => {
    const list = ec2.prefixLists.create({ name: 'office', addressFamily: 'IPv4', maxEntries: 5 });
    const answer = await query('AuthorizeSecurityGroupIngress', {
      ...ssh('203.0.113.0/24', '2001:db8::/32'),
      'IpPermissions.1.IpRanges.1.Description': 'R&D',
      'IpPermissions.1.PrefixListIds.1.PrefixListId': list.id,
      'IpPermissions.1.Groups.1.GroupId': 'sg-2',
      'TagSpecification.1.ResourceType': 'security-group-rule',
      'TagSpecification.1.Tag.1.Key': 'team',
      'TagSpecification.1.Tag.1.Value': 'ops',
    });
    expect(answer.all('cidrIpv4')).toEqual(['203.0.113.0/24']);
    expect(answer.all('cidrIpv6')).toEqual(['2001:db8::/32']);
    expect(answer.all('prefixListId')).toEqual([list.id]);
    expect(answer.xml).toContain('<referencedGroupInfo><groupId>sg-2</groupId>');
    expect(answer.all('description')).toEqual(['R&amp;D']);
    expect(answer.all('value')).toEqual(['ops', 'ops', 'ops', 'ops']);
    const described = await query('DescribeSecurityGroupRules', {
      'Filter.1.Name': 'group-id',
      'Filter.1.Value.1': GroupId,
    });
    expect(described.all('securityGroupRuleId')).toEqual(answer.all('securityGroupRuleId'));
  });

  it('clears host bits, and takes such a block for the rule that is there', async () => {
    await authorize('100.68.0.18/18');
    expect(sources()).toEqual(['100.68.0.0/18']);
    const again = await authorize('192.0.2.1/32', '100.68.0.19/18');
    expect(again.error).toBe('InvalidPermission.Duplicate');
    expect(sources()).toEqual(['100.68.0.0/18']);
  });

  it('takes the one rule of the short form', async () => {
    const flat = { GroupId, IpProtocol: '17', FromPort: 53, ToPort: 53, CidrIp: '192.0.2.0/24' };
    expect((await query('AuthorizeSecurityGroupIngress', flat)).all('ipProtocol')).toEqual(['udp']);
  });

  it.each([
    ['a malformed block', () => ssh('192.0.2.0'), 'InvalidParameterValue'],
    [
      'ports the wrong way round',
      () => ({ ...ssh('192.0.2.0/24'), 'IpPermissions.1.ToPort': 21 }),
      'InvalidParameterValue',
    ],
    [
      'an unknown protocol',
      () => ({ ...ssh('192.0.2.0/24'), 'IpPermissions.1.IpProtocol': 'ssh' }),
      'InvalidParameterValue',
    ],
    ['no source', () => ssh(), 'MissingParameter'],
    ['an unknown group', () => ({ ...ssh('192.0.2.0/24'), GroupId: 'sg-none' }), 'InvalidGroup.NotFound'],
    [
      'an unknown prefix list',
      () => ({ ...ssh(), 'IpPermissions.1.PrefixListIds.1.PrefixListId': 'pl-0' }),
      'InvalidPrefixListID.NotFound',
    ],
  ])('refuses %s', async (_what, parameters, code) => {
    const answer = await query('AuthorizeSecurityGroupIngress', parameters());
    expect([answer.status, answer.error]).toEqual([400, code]);
    expect(sources()).toEqual([]);
  });

  it('allows 60 rules of each family', async () => {
    const blocks = Array.from({ length: 61 }, (_, i) => `10.0.0.${i}/32`);
    expect((await authorize(...blocks)).error).toBe('RulesPerSecurityGroupLimitExceeded');
    expect(sources()).toEqual([]);
    expect((await authorize(...blocks.slice(1))).status).toBe(200);
    expect((await authorize('2001:db8::/32')).status).toBe(200);
    const group = { ...ssh(), 'IpPermissions.1.Groups.1.GroupId': 'sg-2' };
    expect((await query('AuthorizeSecurityGroupIngress', group)).error).toBe('RulesPerSecurityGroupLimitExceeded');
  });

  it('counts a prefix list by its maximum, filled or not', async () => {
    const list = ec2.prefixLists.create({ name: 'big', addressFamily: 'IPv4', maxEntries: 60 });
    const reference = { ...ssh(), 'IpPermissions.1.PrefixListIds.1.PrefixListId': list.id };
    expect((await query('AuthorizeSecurityGroupIngress', reference)).status).toBe(200);
    expect((await authorize('192.0.2.1/32')).error).toBe('RulesPerSecurityGroupLimitExceeded');
  });
});

describe('RevokeSecurityGroupIngress', () => {
  it('revokes by rule id, all or none', async () => {
    const ids = (await authorize('192.0.2.1/32', '192.0.2.2/32')).all('securityGroupRuleId');
    const revoke = (...wanted: string[]) =>
      query('RevokeSecurityGroupIngress', {
        GroupId,
        ...Object.fromEntries(wanted.map((id, i) => [`SecurityGroupRuleId.${i + 1}`, id])),
      });
    expect((await revoke(ids[0] ?? '', 'sgr-none')).error).toBe('InvalidSecurityGroupRuleId.NotFound');
    expect(sources()).toHaveLength(2);
    expect((await revoke(ids[0] ?? '')).all('cidrIpv4')).toEqual(['192.0.2.1/32']);
    expect(sources()).toEqual(['192.0.2.2/32']);
    const gone = await query('DescribeSecurityGroupRules', { 'SecurityGroupRuleId.1': ids[0] ?? '' });
    expect(gone.error).toBe('InvalidSecurityGroupRuleId.NotFound');
  });

  it('revokes by properties whatever the description, all or none', async () => {
    await query('AuthorizeSecurityGroupIngress', {
      ...ssh('192.0.2.1/32', '192.0.2.2/32'),
      'IpPermissions.1.IpRanges.1.Description': 'home',
    });
    const absent = await query('RevokeSecurityGroupIngress', ssh('192.0.2.1/32', '192.0.2.3/32'));
    expect(absent.error).toBe('InvalidPermission.NotFound');
    expect(sources()).toHaveLength(2);
    await query('RevokeSecurityGroupIngress', { ...ssh('192.0.2.1/32'), 'IpPermissions.1.IpProtocol': '6' });
    expect(sources()).toEqual(['192.0.2.2/32']);
    const otherPort = await query('RevokeSecurityGroupIngress', {
      ...ssh('192.0.2.2/32'),
      'IpPermissions.1.ToPort': 23,
    });
    expect(otherPort.error).toBe('InvalidPermission.NotFound');
  });
});
