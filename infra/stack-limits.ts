import { CfnResource, type Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { CompiledJail } from '../core/filter/compiled-jail.ts';
import { ConfigurationError } from './configuration-error.ts';

/** CloudFormation quotas: resources of a template. One is CDK's own, for its metadata. */
const MOST_RESOURCES = 500 - 1;
/** IAM quotas: characters of all inline policies of a role, white space not counted. */
const LONGEST_POLICIES = 10_240;

/** Characters of what stands for itself only when deployed, at the most: `aws-us-gov`, `ap-southeast-3`, … */
const LENGTHS: Readonly<Record<string, number>> = {
  'AWS::Partition': 10,
  'AWS::Region': 14,
  'AWS::AccountId': 12,
  'AWS::URLSuffix': 16,
};
/** An ARN of a table, queue, function or IP set, or another name: in the middle. */
const LENGTH_OF_OTHERS = 110;

/**
 * What AWS would refuse minutes into the deployment because there is too much of it.
 *
 * @throws {ConfigurationError} naming what there is, what is allowed, and how to get along with it
 */
export function refuseTooMuch(stack: Stack, jails: readonly CompiledJail[]): void {
  refuseTooManyResources(stack, jails);
  for (const [role, length] of policyLengths(stack)) {
    if (length <= LONGEST_POLICIES) continue;
    throw new ConfigurationError(
      `the policies of ${role} come to some ${length} characters; allowed: ${LONGEST_POLICIES} a role (an IAM quota), which fewer IP sets, ` +
        'network ACLs, security groups or prefixes of log groups would keep',
    );
  }
}

function refuseTooManyResources(stack: Stack, jails: readonly CompiledJail[]): void {
  const resources = stack.node.findAll().filter((one) => CfnResource.isCfnResource(one));
  if (resources.length <= MOST_RESOURCES) return;
  const names = [...new Set(jails.flatMap(({ loggroups }) => loggroups))];
  // As ids of constructs, in which a slash would separate them.
  const ids = names.map((name) => name.replaceAll('/', '--'));
  const ofLogGroups = resources.filter(({ node }) => ids.some((id) => node.path.includes(id))).length;
  const each = ofLogGroups / Math.max(1, names.length);
  const fitting = Math.floor((MOST_RESOURCES - (resources.length - ofLogGroups)) / Math.max(1, each));
  throw new ConfigurationError(
    `the jails read ${names.length} log groups by name, which makes ${resources.length} resources; allowed: ${MOST_RESOURCES + 1} a stack ` +
      `(a CloudFormation quota), one of them CDK's own, so about ${fitting} log groups. Log groups read by prefix (loggroup = /aws/ecs/web-*) take none: ` +
      'name a prefix that several share, or split the jails between stacks, each with a stackName of its own',
  );
}

/** By role. */
function policyLengths(stack: Stack): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const policy of stack.node.findAll().filter((one) => CfnPolicy.isCfnPolicy(one))) {
    const length = lengthOf(stack.resolve(policy.policyDocument));
    for (const role of stack.resolve(policy.roles) ?? []) {
      const name = (role as { Ref?: string }).Ref ?? JSON.stringify(role);
      lengths.set(name, (lengths.get(name) ?? 0) + length);
    }
  }
  return lengths;
}

/** Of the JSON, with estimates for what only CloudFormation knows. */
function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + lengthOf(item) + 1, 1);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null).length;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return LENGTHS[Ref] ?? LENGTH_OF_OTHERS;
  if ('Fn::GetAtt' in value) return LENGTH_OF_OTHERS + 2;
  if (join) return join[1].reduce((sum: number, part) => sum + lengthOf(part), 2);
  return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + 4 + lengthOf(item), 2);
}
