import { Duration, Validations } from 'aws-cdk-lib';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BANS, ENV } from '../core/names.ts';
import { JAILS_FILE } from './compiled-jails-file.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import type { Enforcement } from './enforcement.ts';
import { CloudjailFunction } from './function.ts';
import { EveryMinute } from './schedule.ts';
import type { Tables } from './tables.ts';

export interface BannerProps {
  readonly tables: Tables;
  readonly enforcement: Enforcement;
  /** Path of the compiled jails: the banner asks them who is never banned. */
  readonly jailsFile: string;
  readonly logRetention: RetentionDays;
}

/** The banner: the only writer to firewalls, woken by changes in the bans table and once a minute to compare everything. */
export class Banner extends Construct {
  constructor(scope: Construct, id: string, props: BannerProps) {
    super(scope, id);
    const { attempts, bans } = props.tables;
    const { ipv4, ipv6 } = props.enforcement;
    const banner = new CloudjailFunction(this, 'Function', {
      name: 'banner',
      description: 'cloudjail: makes every firewall hold what the bans table says',
      environment: {
        [ENV.attemptsTable]: attempts.tableName,
        [ENV.bansTable]: bans.tableName,
        [ENV.jailsFile]: JAILS_FILE,
        [ENV.wafIpv4Sets]: ipv4.ref,
        [ENV.wafIpv6Sets]: ipv6.ref,
      },
      fileBesideCode: props.jailsFile,
      memorySize: 512,
      timeout: Duration.minutes(1),
      logRetention: props.logRetention,
    });
    // The address book is kept there.
    banner.allow(['dynamodb:GetItem'], [attempts.tableArn]);
    banner.allow(['dynamodb:Query'], [bans.tableArn, `${bans.tableArn}/index/${BANS.activeIndex}`]);
    banner.allow(['wafv2:GetIPSet', 'wafv2:UpdateIPSet'], [ipv4.arn, ipv6.arn]);
    banner.addEventSource(
      new DynamoEventSource(bans, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        // One UpdateIPSet a second is all an account has, so changes of the same second travel together.
        maxBatchingWindow: Duration.seconds(1),
        batchSize: 1000,
        bisectBatchOnError: true,
        // Bounded, since a batch that fails for ever would hold up its shard; reconciliation makes up for one given up.
        retryAttempts: 5,
        onFailure: new SqsDlq(deadLetterQueue(this, 'FailedChanges')),
      }),
    );
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'dynamodb:ListStreams, which an event source mapping needs, cannot be limited to a resource.',
    });
    banner.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new EveryMinute(this, 'Reconciliation', {
      description: 'cloudjail: compares every firewall with all active bans and repairs it',
      handler: banner,
    });
  }
}
