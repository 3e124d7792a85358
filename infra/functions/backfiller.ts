import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { ConfigurationError } from '../settings/configuration-error.ts';
import type { CloudjailFunction } from './function.ts';
import { type MatchingProps, matchingFunction } from './matching-function.ts';
import { EveryMinute } from './schedule.ts';

/**
 * The backfiller: once a minute it checks whether jails are new to a log group or an operator
 * ordered a backfill, and matches the existing events.
 */
export class Backfiller extends Construct {
  constructor(scope: Construct, id: string, props: MatchingProps) {
    super(scope, id);
    const backfiller = matchingFunction(
      this,
      { name: 'backfiller', description: 'cloudjail: matches existing events of log groups' },
      props,
    );
    this.allowReading(backfiller, namesRead(props.jails));
    backfiller.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new EveryMinute(this, 'Schedule', {
      description: 'cloudjail: reads back log groups that jails are new to, and those that an operator ordered',
      handler: backfiller,
    });
  }

  /** @throws {ConfigurationError} when a role's policies can't name all log groups */
  private allowReading(backfiller: CloudjailFunction, names: readonly string[]): void {
    const [first = [], ...more] = shares(names);
    if (first.length > 0) backfiller.allow([READ], first.map(arnOf));
    if (more.length > MOST_POLICIES) {
      throw new ConfigurationError(
        `the jails read ${names.length} log groups, whose names take ${names.join('').length} characters; ` +
          `allowed: as many as ${MOST_POLICIES + 1} ` +
          'policies of a role can name (an IAM quota). Log groups read by prefix (loggroup = /aws/ecs/web-*) ' +
          'take one place for all of them',
      );
    }
    for (const [i, share] of more.entries()) {
      new ManagedPolicy(this, `Reading${i + 2}`, {
        statements: [new PolicyStatement({ actions: [READ], resources: share.map(arnOf) })],
        roles: backfiller.role ? [backfiller.role] : [],
      });
    }
    for (const name of names) {
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:${name}:*]`,
        reason:
          'The ARN of a log group ends in :* where it stands for its events (CloudWatch Logs API reference, ' +
          'LogGroup). An asterisk before it appears only where a ' +
          'jail itself writes one.',
      });
    }
  }
}

const READ = 'logs:FilterLogEvents';
/** IAM quotas: managed policies of a role. */
const MOST_POLICIES = 10;
/**
 * Characters of ARNs in one policy: IAM allows a managed one 6,144 and all inline ones of a role
 * 10,240, which it shares with other statements.
 */
const LONGEST_SHARE = 5_500;
/** Characters of an ARN beside the name, once deployed, with its separator. */
const LENGTH_OF_REST = 'arn:aws-us-gov:logs:ap-southeast-3:123456789012:log-group::*'.length + 3;

/** Splits the names so that each part fits into a policy. */
function shares(names: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let room = 0;
  for (const name of names) {
    room -= LENGTH_OF_REST + name.length;
    if (room < 0) {
      parts.push([]);
      room = LONGEST_SHARE - LENGTH_OF_REST - name.length;
    }
    parts.at(-1)?.push(name);
  }
  return parts;
}

function arnOf(logGroup: string): string {
  return `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${logGroup}:*`;
}

/** The names of the log groups that jails read; prefixes keep their asterisk. */
function namesRead(jails: readonly CompiledJail[]): readonly string[] {
  const names = jails.flatMap(({ loggroups, logGroupPrefixes = [] }) => [
    ...loggroups,
    ...logGroupPrefixes.map((prefix) => `${prefix}*`),
  ]);
  return [...new Set(names)].sort();
}
