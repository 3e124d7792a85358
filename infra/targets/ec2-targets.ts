import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENV } from '../../core/names.ts';
import { ConfigurationError } from '../settings/configuration-error.ts';
import type { TargetSettings } from '../settings/target-settings.ts';
import type { Grant, TargetAccess } from './target-access.ts';

/**
 * Lambda allows 4 KB for all variables of a function (Lambda quotas); the other variables need less
 * than a quarter of it.
 */
const MOST_BYTES = 3000;

const DESCRIBE = "EC2's Describe actions cannot be limited to a resource; they change nothing.";

/**
 * The targets in EC2: existing resources of the operator, each maintained by the ec2-banner.
 *
 * @throws {ConfigurationError} when a function's environment has no room for their ids
 */
export function ec2Targets(
  scope: Construct,
  { networkAcls, securityGroups, prefixLists }: TargetSettings,
  attemptsTableArn: string,
): readonly TargetAccess[] {
  const arnsOf = arnMaker(scope);
  const targets: TargetAccess[] = [];
  if (networkAcls) {
    targets.push({
      name: 'network-acl',
      environment: { [ENV.networkAcls]: JSON.stringify(networkAcls) },
      grants: [describe('ec2:DescribeNetworkAcls'), entryGrant(arnsOf('network-acl', networkAcls.ids))],
    });
  }
  if (securityGroups) {
    const grants =
      securityGroups.mode === 'revoke'
        ? revokeGrants(arnsOf, securityGroups.ids, attemptsTableArn)
        : listGrants(arnsOf('prefix-list', idsOf(securityGroups.prefixLists)));
    targets.push({
      name: 'security-group',
      environment: { [ENV.securityGroups]: JSON.stringify(securityGroups) },
      grants,
    });
  }
  if (prefixLists) {
    targets.push({
      name: 'prefix-list',
      environment: { [ENV.prefixLists]: JSON.stringify(prefixLists) },
      grants: listGrants(arnsOf('prefix-list', idsOf(prefixLists))),
    });
  }
  refuseTooMuch(targets);
  return targets;
}

type ArnsOf = (kind: string, ids: readonly string[]) => readonly string[];

function arnMaker(scope: Construct): ArnsOf {
  const stack = Stack.of(scope);
  return (resource, ids) => ids.map((resourceName) => stack.formatArn({ service: 'ec2', resource, resourceName }));
}

function describe(action: string): Grant {
  return { actions: [action], resources: ['*'], wildcard: DESCRIBE };
}

function entryGrant(resources: readonly string[]): Grant {
  return {
    actions: ['ec2:CreateNetworkAclEntry', 'ec2:ReplaceNetworkAclEntry', 'ec2:DeleteNetworkAclEntry'],
    resources,
  };
}

function listGrants(resources: readonly string[]): readonly Grant[] {
  return [
    describe('ec2:DescribeManagedPrefixLists'),
    { actions: ['ec2:GetManagedPrefixListEntries', 'ec2:ModifyManagedPrefixList'], resources },
  ];
}

function revokeGrants(arnsOf: ArnsOf, ids: readonly string[], attemptsTableArn: string): readonly Grant[] {
  const rules = arnsOf('security-group-rule', ['*']);
  const wildcard = 'A rule gets a new id each time it is created; the security groups themselves are limited.';
  return [
    describe('ec2:DescribeSecurityGroupRules'),
    {
      actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
      resources: [...arnsOf('security-group', ids), ...rules],
      wildcard,
    },
    // A rule that is restored gets its tags back in the same call.
    {
      actions: ['ec2:CreateTags'],
      resources: rules,
      conditions: { StringEquals: { 'ec2:CreateAction': 'AuthorizeSecurityGroupIngress' } },
      wildcard,
    },
    // The attempts table holds the record of revoked rules.
    { actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [attemptsTableArn] },
  ];
}

function idsOf(lists: { readonly ipv4?: string | undefined; readonly ipv6?: string | undefined }): readonly string[] {
  return [lists.ipv4, lists.ipv6].filter((id) => id !== undefined);
}

function refuseTooMuch(targets: readonly TargetAccess[]): void {
  const bytes = Buffer.byteLength(targets.flatMap(({ environment }) => Object.values(environment)).join(''));
  if (bytes <= MOST_BYTES) return;
  throw new ConfigurationError(
    `cdk.json: context.cloudjail: networkAcls, securityGroups and prefixLists take ${bytes} bytes as JSON; ` +
      `allowed: ${MOST_BYTES}, ` +
      'since Lambda gives a function 4 KB of environment variables. Name fewer ids, or write "allowed" in wider ranges',
  );
}
