/** Security groups' ingress rules: allow only, revoked by id or by content. */

import { randomBytes } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';
import { filtered, optionalText, type Parameters, page, structures, text, texts } from './ec2-parameters.ts';
import { type IngressRule, parsePermissions, peerOf, type RuleSource, sameRule } from './ec2-permissions.ts';
import type { PrefixLists } from './ec2-prefix-lists.ts';
import type { Ec2Answer } from './ec2-query-server.ts';
import { ServiceError } from './service-error.ts';
import type { XmlValue } from './xml.ts';

interface SecurityGroupRule extends IngressRule {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface SecurityGroup {
  readonly id: string;
  readonly region: string;
  /** Ingress rules, oldest first. */
  readonly rules: readonly SecurityGroupRule[];
}

/** The console's view: no API call, no log entry. */
export interface SecurityGroupsByHand {
  create(group?: {
    readonly id?: string;
    readonly region?: string;
    readonly rules?: readonly IngressRule[];
  }): SecurityGroup;
  /** Throws when there is none. */
  get(id: string): SecurityGroup;
  remove(id: string, ruleId: string): void;
}

export interface SecurityGroups {
  readonly byHand: SecurityGroupsByHand;
  readonly operations: Readonly<Record<string, (call: AwsCall) => Ec2Answer>>;
}

const OWNER = '123456789012';

/** `maxRules`: ingress rules of each family, 60 by default. */
export function createSecurityGroups(prefixLists: PrefixLists, maxRules: number): SecurityGroups {
  const groups = new Map<string, SecurityGroup>();

  function find(call: AwsCall): SecurityGroup {
    const id = text(call.input, 'GroupId');
    const group = groups.get(id);
    if (group?.region !== call.region) {
      throw new ServiceError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    }
    return group;
  }

  function existing(id: string): SecurityGroup {
    const group = groups.get(id);
    if (group === undefined) throw new Error(`no security group ${id}`);
    return group;
  }

  function refuseExcess(rules: readonly IngressRule[], region: string): void {
    const weigh = (family: 'IPv4' | 'IPv6') =>
      rules.reduce((sum, { source }) => sum + weight(source, family, prefixLists, region), 0);
    if (weigh('IPv4') <= maxRules && weigh('IPv6') <= maxRules) return;
    throw new ServiceError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
  }

  function authorize(call: AwsCall): Ec2Answer {
    const group = find(call);
    const tags = ruleTags(call.input);
    const added = parsePermissions(call.input).map((rule) => ({ ...rule, id: newId('sgr'), tags }));
    const rules = [...group.rules];
    for (const rule of added) {
      if (rule.source.kind === 'prefix-list') prefixLists.find(rule.source.id, call.region);
      if (rules.some((other) => sameRule(other, rule))) throw duplicate(rule);
      rules.push(rule);
    }
    refuseExcess(rules, call.region);
    groups.set(group.id, { ...group, rules });
    return { return: true, securityGroupRuleSet: added.map((rule) => describe(rule, group)) };
  }

  function revoke(call: AwsCall): Ec2Answer {
    const group = find(call);
    const ids = texts(call.input, 'SecurityGroupRuleId');
    const revoked = ids.length > 0 ? ids.map((id) => ruleById(group, id)) : matchingRules(group, call.input);
    groups.set(group.id, { ...group, rules: group.rules.filter((rule) => !revoked.includes(rule)) });
    return { return: true, revokedSecurityGroupRuleSet: revoked.map((rule) => describeRevoked(rule, group)) };
  }

  function describeRules({ input, region }: AwsCall): Ec2Answer {
    const ids = texts(input, 'SecurityGroupRuleId');
    const all = [...groups.values()]
      .filter((group) => group.region === region)
      .flatMap((group) => group.rules.map((rule) => ({ rule, group })));
    const missing = ids.find((id) => !all.some(({ rule }) => rule.id === id));
    if (missing !== undefined) throw noRule(missing);
    const wanted = ids.length === 0 ? all : all.filter(({ rule }) => ids.includes(rule.id));
    const chosen = filtered(wanted, input, {
      'group-id': ({ group }) => group.id,
      'security-group-rule-id': ({ rule }) => rule.id,
    });
    const { items, nextToken } = page(chosen, input, [5, 1000]);
    return { securityGroupRuleSet: items.map(({ rule, group }) => describe(rule, group)), nextToken };
  }

  return {
    byHand: {
      create({ id = newId('sg'), region = 'us-east-1', rules = [] } = {}) {
        const group = {
          id,
          region,
          rules: rules.map((rule) => ({ ...rule, id: newId('sgr'), tags: {} })),
        };
        groups.set(group.id, group);
        return group;
      },
      get: existing,
      remove(id, ruleId) {
        const group = existing(id);
        groups.set(id, { ...group, rules: group.rules.filter((rule) => rule.id !== ruleId) });
      },
    },
    operations: {
      DescribeSecurityGroupRules: describeRules,
      AuthorizeSecurityGroupIngress: authorize,
      RevokeSecurityGroupIngress: revoke,
    },
  };
}

/**
 * A rule's count against the quota of a family (VPC user guide, "Amazon VPC quotas"): a prefix list
 * its MaxEntries, a group one in both.
 */
function weight(source: RuleSource, family: 'IPv4' | 'IPv6', prefixLists: PrefixLists, region: string): number {
  if (source.kind === 'group') return 1;
  if (source.kind === 'cidr') return source.block.family === family ? 1 : 0;
  const list = prefixLists.find(source.id, region);
  return list.addressFamily === family ? list.maxEntries : 0;
}

function ruleById(group: SecurityGroup, id: string): SecurityGroupRule {
  const rule = group.rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw noRule(id);
  return rule;
}

/** In a non-default VPC nothing is revoked when one of the permissions is missing. */
function matchingRules(group: SecurityGroup, input: Parameters): readonly SecurityGroupRule[] {
  return parsePermissions(input).map((wanted) => {
    const rule = group.rules.find((candidate) => sameRule(candidate, wanted));
    if (rule !== undefined) return rule;
    throw new ServiceError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  });
}

function ruleTags(input: Parameters): Readonly<Record<string, string>> {
  const specification = structures(input, 'TagSpecification').find(
    (candidate) => optionalText(candidate, 'ResourceType') === 'security-group-rule',
  );
  const tags = specification === undefined ? [] : structures(specification, 'Tag');
  return Object.fromEntries(tags.map((tag) => [text(tag, 'Key'), optionalText(tag, 'Value') ?? '']));
}

function newId(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}

function describe(rule: SecurityGroupRule, group: SecurityGroup): XmlValue {
  const { source } = rule;
  return {
    ...common(rule, group),
    groupOwnerId: OWNER,
    prefixListId: source.kind === 'prefix-list' ? source.id : undefined,
    referencedGroupInfo: source.kind === 'group' ? { groupId: source.id, userId: OWNER } : undefined,
    tagSet: Object.entries(rule.tags).map(([key, value]) => ({ key, value })),
    securityGroupRuleArn: `arn:aws:ec2:${group.region}:${OWNER}:security-group-rule/${rule.id}`,
  };
}

function describeRevoked(rule: SecurityGroupRule, group: SecurityGroup): XmlValue {
  const { source } = rule;
  return {
    ...common(rule, group),
    prefixListId: source.kind === 'prefix-list' ? source.id : undefined,
    referencedGroupId: source.kind === 'group' ? source.id : undefined,
  };
}

function common(rule: SecurityGroupRule, group: SecurityGroup) {
  const { id, protocol, fromPort, toPort, source, description } = rule;
  const block = source.kind === 'cidr' ? source.block : undefined;
  return {
    securityGroupRuleId: id,
    groupId: group.id,
    isEgress: false,
    ipProtocol: protocol,
    fromPort,
    toPort,
    cidrIpv4: block?.family === 'IPv4' ? block.cidr : undefined,
    cidrIpv6: block?.family === 'IPv6' ? block.cidr : undefined,
    description,
  };
}

function duplicate(rule: IngressRule): ServiceError {
  const ports = `from port: ${rule.fromPort}, to port: ${rule.toPort}`;
  const peer = `peer: ${peerOf(rule.source)}, ${rule.protocol.toUpperCase()}, ${ports}, ALLOW`;
  return new ServiceError('InvalidPermission.Duplicate', `the specified rule "${peer}" already exists`);
}

function noRule(id: string): ServiceError {
  return new ServiceError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
}
