import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Ec2 } from '../../local/emulators/ec2.ts';

/** An ingress rule of TCP. */
export interface TcpRule {
  readonly cidr: string;
  /** 22 if absent. */
  readonly port?: number;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export const HOME: TcpRule = {
  cidr: '198.51.100.7/32',
  description: 'Zoe, at home',
  tags: { owner: 'zoe', ticket: '' },
};
export const OFFICE: TcpRule = { cidr: '203.0.113.0/24', port: 443 };
export const V6: TcpRule = { cidr: '2001:db8:0:1::/64', description: 'lab' };
export const FRIEND: TcpRule = { cidr: '9.9.9.9/32', description: 'friend', tags: { owner: 'max' } };

export function ec2Client({ endpoint }: Ec2, maxAttempts: number): EC2Client {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new EC2Client({ endpoint, region: 'us-east-1', credentials, maxAttempts });
}

/** A console of security groups. */
export function groupConsole(ec2: Ec2, client: EC2Client) {
  async function add(GroupId: string, { cidr, port = 22, description, tags = {} }: TcpRule): Promise<void> {
    const source = cidr.includes(':')
      ? { Ipv6Ranges: [{ CidrIpv6: cidr, Description: description }] }
      : { IpRanges: [{ CidrIp: cidr, Description: description }] };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await client.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...source }],
        ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'security-group-rule', Tags }] } : {}),
      }),
    );
  }

  function find(group: string, { cidr, port = 22 }: TcpRule) {
    const { rules } = ec2.securityGroups.get(group);
    return rules.find(
      ({ source, fromPort }) => source.kind === 'cidr' && source.block.cidr === cidr && fromPort === port,
    );
  }

  return {
    add,
    async newGroup(...rules: readonly TcpRule[]): Promise<string> {
      const plain = rules
        .filter(({ tags }) => !tags)
        .map(({ cidr, port = 22, description }) => ({
          protocol: 'tcp',
          fromPort: port,
          toPort: port,
          source: { kind: 'cidr', block: { cidr, family: cidr.includes(':') ? 'IPv6' : 'IPv4' } } as const,
          description,
        }));
      const { id } = ec2.securityGroups.create({ rules: plain });
      for (const rule of rules) if (rule.tags) await add(id, rule);
      ec2.calls.clear();
      return id;
    },
    /** Every field of every rule but its id, as DescribeSecurityGroupRules returns them. */
    async rulesOf(group: string): Promise<string[]> {
      const Filters = [{ Name: 'group-id', Values: [group] }];
      const { SecurityGroupRules = [] } = await client.send(new DescribeSecurityGroupRulesCommand({ Filters }));
      return SecurityGroupRules.map(({ SecurityGroupRuleId, SecurityGroupRuleArn, ...rule }) =>
        JSON.stringify(rule),
      ).sort();
    },
    cidrs: (group: string): string[] =>
      ec2.securityGroups
        .get(group)
        .rules.flatMap(({ source }) => (source.kind === 'cidr' ? [source.block.cidr] : []))
        .sort(),
    stands: (group: string, rule: TcpRule): boolean => find(group, rule) !== undefined,
    remove(group: string, rule: TcpRule): void {
      ec2.securityGroups.remove(group, find(group, rule)?.id ?? '');
    },
  };
}
