import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { type Ec2Query, ec2Query } from './ec2-query.ts';

let ec2: Ec2;
let query: Ec2Query;
let acl: string;

beforeEach(async () => {
  ec2 = await startEc2();
  query = ec2Query(ec2.endpoint);
  acl = ec2.networkAcls.create().id;
});

afterEach(() => ec2.close());

function deny(RuleNumber: number, CidrBlock: string, more: Record<string, string | number> = {}) {
  return { NetworkAclId: acl, RuleNumber, CidrBlock, Protocol: '-1', RuleAction: 'deny', Egress: 'false', ...more };
}

/** What the ACL denies inwards, defaults left out. */
function denied(): string[] {
  return ec2.networkAcls
    .get(acl)
    .entries.filter((entry) => entry.ruleAction === 'deny' && !entry.egress && entry.ruleNumber < 32_767)
    .map((entry) => `${entry.ruleNumber} ${entry.block.cidr}`);
}

describe('DescribeNetworkAcls', () => {
  it('answers entries by direction and rule number, default denials last', async () => {
    await query('CreateNetworkAclEntry', deny(1, '203.0.113.7/32'));
    const answer = await query('DescribeNetworkAcls', { 'NetworkAclId.1': acl });
    expect(answer.all('ruleNumber')).toEqual(['1', '100', '101', '32767', '32768', '100', '101', '32767', '32768']);
    expect(answer.all('cidrBlock')[0]).toBe('203.0.113.7/32');
    expect(answer.all('networkAclId')).toEqual([acl]);
    expect(answer.xml).toContain('<DescribeNetworkAclsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">');
  });

  it('filters, pages and knows Regions', async () => {
    for (let i = 0; i < 6; i++) ec2.networkAcls.create({ vpcId: 'vpc-b' });
    const inVpc = await query('DescribeNetworkAcls', { 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': 'vpc-b' });
    expect(inVpc.all('networkAclId')).toHaveLength(6);
    const first = await query('DescribeNetworkAcls', { MaxResults: 5 });
    const second = await query('DescribeNetworkAcls', { MaxResults: 5, NextToken: first.all('nextToken')[0] ?? '' });
    expect([first, second].map((answer) => answer.all('networkAclId').length)).toEqual([5, 2]);
    expect(second.all('nextToken')).toEqual([]);
    const elsewhere = await ec2Query(ec2.endpoint, 'eu-west-1')('DescribeNetworkAcls', { 'NetworkAclId.1': acl });
    expect(elsewhere.error).toBe('InvalidNetworkAclID.NotFound');
    expect((await query('DescribeNetworkAcls', { MaxResults: 4 })).error).toBe('InvalidParameterValue');
    const odd = await query('DescribeNetworkAcls', { 'Filter.1.Name': 'color', 'Filter.1.Value.1': 'red' });
    expect(odd.error).toBe('InvalidParameterValue');
  });
});

describe('entries', () => {
  it('are created once, replaced as a whole and deleted', async () => {
    await query('CreateNetworkAclEntry', deny(1, '203.0.113.7/32'));
    expect((await query('CreateNetworkAclEntry', deny(1, '203.0.113.8/32'))).error).toBe(
      'NetworkAclEntryAlreadyExists',
    );
    await query('ReplaceNetworkAclEntry', deny(1, '203.0.113.9/32'));
    expect(denied()).toEqual(['1 203.0.113.9/32']);
    expect((await query('ReplaceNetworkAclEntry', deny(2, '203.0.113.9/32'))).error).toBe(
      'InvalidNetworkAclEntry.NotFound',
    );
    const key = { NetworkAclId: acl, RuleNumber: 1, Egress: 'false' };
    expect((await query('DeleteNetworkAclEntry', key)).all('return')).toEqual(['true']);
    expect((await query('DeleteNetworkAclEntry', key)).error).toBe('InvalidNetworkAclEntry.NotFound');
  });

  it('have a number space for each direction', async () => {
    await query('CreateNetworkAclEntry', deny(1, '203.0.113.7/32'));
    expect((await query('CreateNetworkAclEntry', deny(1, '203.0.113.7/32', { Egress: 'true' }))).status).toBe(200);
  });

  it('are stored with host bits cleared', async () => {
    await query('CreateNetworkAclEntry', deny(1, '100.68.0.18/18'));
    expect(denied()).toEqual(['1 100.68.0.0/18']);
  });

  it('carry ports for TCP and UDP, types for ICMP', async () => {
    await query(
      'CreateNetworkAclEntry',
      deny(1, '203.0.113.7/32', { Protocol: '6', 'PortRange.From': 22, 'PortRange.To': 23 }),
    );
    await query('CreateNetworkAclEntry', deny(2, '203.0.113.7/32', { Protocol: '1', 'Icmp.Type': 8, 'Icmp.Code': -1 }));
    const [tcp, icmp] = ec2.networkAcls.get(acl).entries;
    expect([tcp?.ports, icmp?.icmp]).toEqual([
      { from: 22, to: 23 },
      { type: 8, code: -1 },
    ]);
    const answer = await query('DescribeNetworkAcls');
    expect(answer.xml).toContain('<portRange><from>22</from><to>23</to></portRange>');
    expect((await query('CreateNetworkAclEntry', deny(3, '203.0.113.7/32', { Protocol: '6' }))).error).toBe(
      'MissingParameter',
    );
  });

  it.each([
    ['rule number 0', { RuleNumber: 0 }],
    ['the default denial', { RuleNumber: 32_767 }],
    ['a bad block', { CidrBlock: '203.0.113.7' }],
    ['a block of the other family', { CidrBlock: '2001:db8::/64' }],
    ['a protocol name', { Protocol: 'tcp' }],
    ['another action', { RuleAction: 'drop' }],
  ])('refuse %s', async (_what, parameters) => {
    const answer = await query('CreateNetworkAclEntry', deny(5, '203.0.113.7/32', parameters));
    expect([answer.status, answer.error]).toEqual([400, 'InvalidParameterValue']);
  });

  it('number 20 for each direction and family, the default denial included', async () => {
    for (let i = 1; i <= 18; i++) await query('CreateNetworkAclEntry', deny(i, `10.0.0.${i}/32`));
    expect((await query('CreateNetworkAclEntry', deny(19, '10.0.0.19/32'))).error).toBe('NetworkAclEntryLimitExceeded');
    const entry = { NetworkAclId: acl, RuleNumber: 19, Protocol: '-1', RuleAction: 'deny', Egress: 'false' };
    expect((await query('CreateNetworkAclEntry', { ...entry, Ipv6CidrBlock: '2001:db8::/64' })).status).toBe(200);
    expect((await query('CreateNetworkAclEntry', deny(19, '10.0.0.19/32', { Egress: 'true' }))).status).toBe(200);
    expect((await query('ReplaceNetworkAclEntry', deny(18, '10.0.0.99/32'))).status).toBe(200);
  });

  it('number up to 40 when the quota is raised', async () => {
    const raised = await startEc2({ maxNetworkAclEntries: 40 });
    const wide = raised.networkAcls.create({ allowAll: false }).id;
    const create = (i: number) =>
      ec2Query(raised.endpoint)('CreateNetworkAclEntry', deny(i, `10.0.0.${i}/32`, { NetworkAclId: wide }));
    for (let i = 1; i <= 39; i++) expect((await create(i)).error).toBeUndefined();
    expect((await create(40)).error).toBe('NetworkAclEntryLimitExceeded');
    await raised.close();
  });

  it('may be changed by hand behind the API’s back', async () => {
    ec2.networkAcls.put(acl, { ruleNumber: 7, egress: false, protocol: '-1', ruleAction: 'deny', cidr: '10.0.0.7/32' });
    expect(denied()).toEqual(['7 10.0.0.7/32']);
    ec2.networkAcls.remove(acl, 7);
    expect(denied()).toEqual([]);
  });
});
