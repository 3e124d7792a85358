import { Duration, Validations } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENV } from '../../core/names.ts';
import type { Tables } from '../tables.ts';
import { JAILS_FILE } from './compiled-jails-file.ts';
import { CloudjailFunction } from './function.ts';
import { EveryMinute } from './schedule.ts';

export interface LookoutProps {
  readonly tables: Tables;
  /** Path of the compiled jails: their `ignoreip` has the names to look up. */
  readonly jailsFile: string;
  readonly logRetention: RetentionDays;
}

/**
 * The lookout: finds the account's own addresses and those of the names in `ignoreip`, and stores
 * them for matcher and banner. It is a function of its own, because EC2's client is larger than the
 * whole matcher, and a slow name server should delay neither.
 */
export class Lookout extends Construct {
  constructor(scope: Construct, id: string, props: LookoutProps) {
    super(scope, id);
    const { attempts } = props.tables;
    const lookout = new CloudjailFunction(this, 'Function', {
      name: 'lookout',
      description: 'cloudjail: keeps the list of addresses that must never be banned',
      environment: { [ENV.attemptsTable]: attempts.tableName, [ENV.jailsFile]: JAILS_FILE },
      fileBesideCode: props.jailsFile,
      memorySize: 256,
      timeout: Duration.minutes(1),
      logRetention: props.logRetention,
    });
    lookout.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [attempts.tableArn]);
    lookout.allow(['ec2:DescribeAddresses', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeVpcs'], ['*']);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: "EC2's Describe actions cannot be limited to a resource; these three read addresses and change nothing.",
    });
    lookout.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    // Fresh answers are not looked up again; the short interval serves failed lookups and the first
    // minute of a new stack.
    new EveryMinute(this, 'Schedule', {
      description: 'cloudjail: looks up the addresses that must never be banned',
      handler: lookout,
    });
  }
}
