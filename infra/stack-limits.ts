import { CfnResource, type Stack } from 'aws-cdk-lib';
import type { CompiledJail } from '../core/records/compiled-jail.ts';
import { ConfigurationError } from './settings/configuration-error.ts';

/** CloudFormation quotas: resources of a template. */
const QUOTA = 500;
/**
 * CDK adds some when it synthesizes: one for its metadata, and one for each number of log groups
 * whose ARNs fill a policy.
 */
const LOG_GROUPS_A_POLICY = 40;

/**
 * Checks at synth the resource quota that CloudFormation would enforce minutes into the deployment.
 * Call it after everything exists.
 *
 * @throws {ConfigurationError} naming the count, the quota and the remedy
 */
export function refuseTooManyResources(stack: Stack, jails: readonly CompiledJail[]): void {
  const names = [...new Set(jails.flatMap(({ loggroups }) => loggroups))];
  const resources = stack.node.findAll().filter((one) => CfnResource.isCfnResource(one));
  const added = 1 + Math.ceil(names.length / LOG_GROUPS_A_POLICY);
  if (resources.length + added <= QUOTA || names.length === 0) return;
  // Encoded as construct ids, in which a slash would be a separator.
  const ids = names.map((name) => name.replaceAll('/', '--'));
  const ofLogGroups = resources.filter(({ node }) => ids.some((id) => node.path.endsWith(`${id}/Resource`))).length;
  const others = resources.length - ofLogGroups + 2;
  const fitting = Math.floor((QUOTA - others) / (ofLogGroups / names.length + 1 / LOG_GROUPS_A_POLICY));
  throw new ConfigurationError(
    `the jails read ${names.length} log groups by name, which makes ${resources.length + added} resources; ` +
      `allowed: ${QUOTA} a stack (a ` +
      `CloudFormation quota), which is about ${fitting} log groups. Log groups read by prefix (loggroup = ` +
      '/aws/ecs/web-*) take none: name one ' +
      'that several share, or split the jails between stacks, each with a stackName of its own',
  );
}
