import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { networkAclTarget } from '../../aws/firewalls/network-acl-target.ts';
import { prefixListTarget } from '../../aws/firewalls/prefix-list-target.ts';
import { securityGroupCarveTarget } from '../../aws/firewalls/security-group-carve-target.ts';
import { securityGroupRevokeTarget } from '../../aws/firewalls/security-group-revoke-target.ts';
import { dynamoDbRevokedRulesStore } from '../../aws/tables/dynamodb-revoked-rules-store.ts';
import { ENV } from '../../core/names.ts';
import type { Cidr } from '../../core/net/address.ts';
import type { BanTarget } from '../../core/ports/ban-target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RevokedRulesStore } from '../../core/ports/revoked-rules-store.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { enforcingHandler } from '../shared/enforcing-handler.ts';
import { type Environment, requireEnv } from '../shared/environment.ts';
import { type Ec2BannerEnv, ec2BannerEnv, listIds } from './env.ts';

/**
 * The banner of EC2's targets as it runs in a container: real clients, from the function's
 * environment. It is a function of its own, because EC2's client is larger than all the rest, and a
 * delay in EC2 must not delay WAF.
 */
export function wireEc2Banner(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const env = ec2BannerEnv(environment);
  const client = new DynamoDBClient(withAnswerLimits({}));
  const ec2 = new EC2Client(withAnswerLimits({}));
  const revokedRules = dynamoDbRevokedRulesStore(client, requireEnv(environment, ENV.attemptsTable));
  const targets = (spared: () => readonly Cidr[]) => targetsOf(env, { ec2, revokedRules, clock, spared });
  return enforcingHandler({ environment, client, clock, telemetry, targets });
}

interface Means {
  readonly ec2: EC2Client;
  readonly revokedRules: RevokedRulesStore;
  readonly clock: Clock;
  readonly spared: () => readonly Cidr[];
}

function targetsOf({ networkAcls, securityGroups, prefixLists }: Ec2BannerEnv, means: Means): readonly BanTarget[] {
  const { ec2, clock } = means;
  const targets: BanTarget[] = [];
  if (networkAcls) {
    const { ids, ...window } = networkAcls;
    targets.push(networkAclTarget(ec2, { acls: ids, ...window }, clock));
  }
  if (securityGroups) targets.push(securityGroupTarget(securityGroups, means));
  if (prefixLists) targets.push(prefixListTarget(ec2, listIds(prefixLists), clock));
  return targets;
}

function securityGroupTarget(
  settings: NonNullable<Ec2BannerEnv['securityGroups']>,
  { ec2, revokedRules, clock, spared }: Means,
): BanTarget {
  if (settings.mode === 'revoke') return securityGroupRevokeTarget(ec2, revokedRules, settings.ids, clock);
  const { allowed, widen } = settings;
  const widest = {
    ...(widen.ipv4 !== undefined && { 4: widen.ipv4 }),
    ...(widen.ipv6 !== undefined && { 6: widen.ipv6 }),
  };
  const prefixLists = listIds(settings.prefixLists);
  return securityGroupCarveTarget(ec2, { prefixLists, allowed, widest, never: spared() }, clock);
}
