import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type EC2Client,
  EC2ServiceException,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { LiveRule } from '../../core/enforce/revocation.ts';
import type { IngressRule } from '../../core/ports/revoked-rules-store.ts';

/**
 * Ingress rules of a group whose source is a CIDR, oldest first as EC2 lists them. Rules that name
 * a group or a prefix list are left out.
 */
export async function readIngressRules(client: EC2Client, groupId: string): Promise<readonly LiveRule[]> {
  const rules: LiveRule[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await client.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }], NextToken }),
    );
    rules.push(...(answer.SecurityGroupRules ?? []).flatMap((rule) => toLiveRule(rule) ?? []));
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return rules;
}

/** Revokes rules by their ids, all or none. `conflict`: one of them no longer exists. */
export async function revokeIngressRules(
  client: EC2Client,
  groupId: string,
  rules: readonly LiveRule[],
): Promise<'revoked' | 'conflict'> {
  try {
    await client.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: groupId,
        SecurityGroupRuleIds: rules.map(({ ruleId }) => ruleId),
      }),
    );
    return 'revoked';
  } catch (error) {
    if (isNamed(error, 'InvalidSecurityGroupRuleId.NotFound', 'InvalidPermission.NotFound')) return 'conflict';
    throw error;
  }
}

/**
 * Creates rules again with their descriptions and tags; their ids are new. It makes one call for
 * each set of tags, because a call's tags apply to all its rules. It makes more calls where the
 * group has no room for all; then as many rules return as fit.
 *
 * @returns `conflict`: one of them exists already
 * @throws EC2ServiceException `RulesPerSecurityGroupLimitExceeded`, after the other rules were
 *   created
 */
export async function authorizeIngressRules(
  client: EC2Client,
  groupId: string,
  rules: readonly IngressRule[],
): Promise<'authorized' | 'conflict'> {
  const byTags = new Map<string, IngressRule[]>();
  for (const rule of rules) {
    const tags = JSON.stringify(rule.tags);
    byTags.set(tags, [...(byTags.get(tags) ?? []), rule]);
  }
  const waiting = [...byTags.values()];
  let noRoom: unknown;
  for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
    try {
      await authorize(client, groupId, batch);
    } catch (error) {
      if (isNamed(error, 'InvalidPermission.Duplicate')) return 'conflict';
      if (!isNamed(error, 'RulesPerSecurityGroupLimitExceeded')) throw error;
      noRoom = error;
      const middle = batch.length >> 1;
      if (middle > 0) waiting.unshift(batch.slice(0, middle), batch.slice(middle));
    }
  }
  if (noRoom !== undefined) throw noRoom;
  return 'authorized';
}

async function authorize(client: EC2Client, groupId: string, rules: readonly IngressRule[]): Promise<void> {
  // AWS reserves this prefix and refuses tags that use it.
  const tags = (rules[0]?.tags ?? []).filter(({ key }) => !key.startsWith('aws:'));
  await client.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: groupId,
      IpPermissions: rules.map(toPermission),
      ...(tags.length === 0
        ? {}
        : {
            TagSpecifications: [
              {
                ResourceType: 'security-group-rule',
                Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })),
              },
            ],
          }),
    }),
  );
}

function toLiveRule(rule: SecurityGroupRule): LiveRule | undefined {
  const { SecurityGroupRuleId: ruleId, IpProtocol: protocol, IsEgress, FromPort, ToPort, Description, Tags } = rule;
  const cidr = rule.CidrIpv4 ?? rule.CidrIpv6;
  if (IsEgress || ruleId === undefined || protocol === undefined || cidr === undefined) return undefined;
  return {
    ruleId,
    rule: {
      protocol,
      fromPort: FromPort ?? -1,
      toPort: ToPort ?? -1,
      cidr,
      description: Description,
      tags: (Tags ?? []).map(({ Key = '', Value = '' }) => ({ key: Key, value: Value })),
    },
  };
}

function toPermission({ protocol, fromPort, toPort, cidr, description }: IngressRule): IpPermission {
  const range = cidr.includes(':')
    ? { Ipv6Ranges: [{ CidrIpv6: cidr, Description: description }] }
    : { IpRanges: [{ CidrIp: cidr, Description: description }] };
  return { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort, ...range };
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof EC2ServiceException && names.includes(error.name);
}
