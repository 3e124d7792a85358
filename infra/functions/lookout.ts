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
 * The lookout: finds out which addresses are the account's own and which belong to the names in
 * `ignoreip`, and writes them down for matcher and banner. Apart from both, since EC2's client is
 * larger than all of the matcher, and a slow name server should hold up nobody.
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
    // What is still fresh is not asked for again; the short interval is for what failed, and for
    // the first minute of a new stack.
    new EveryMinute(this, 'Schedule', {
      description: 'cloudjail: looks up the addresses that must never be banned',
      handler: lookout,
    });
  }
}
