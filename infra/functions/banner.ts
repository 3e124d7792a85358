import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BANS, ENV } from '../../core/names.ts';
import type { Settings } from '../settings/settings.ts';
import type { Tables } from '../tables.ts';
import type { Grant, TargetAccess } from '../targets/target-access.ts';
import { AfterDeploy } from './after-deploy.ts';
import { JAILS_FILE } from './compiled-jails-file.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { CloudjailFunction } from './function.ts';
import { EveryMinute } from './schedule.ts';

export interface BannerProps {
  readonly name: 'banner' | 'ec2-banner';
  readonly targets: readonly TargetAccess[];
  readonly onManualRemoval: Settings['onManualRemoval'];
  readonly tables: Tables;
  /** Path of the compiled jails: the banner reads from them which addresses are never banned. */
  readonly jailsFile: string;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
}

/**
 * A banner: the only writer to its firewalls, woken by changes in the bans table, once a minute,
 * and after each deployment to compare everything.
 *
 * A stack has two at most, and each reads the table's stream on its own, so a failure of one does
 * not delay the other. More readers would be throttled
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: two a shard).
 */
export class Banner extends Construct {
  constructor(scope: Construct, id: string, props: BannerProps) {
    super(scope, id);
    const { attempts, bans } = props.tables;
    const targets = props.targets.map(({ name }) => name).join(', ');
    const banner = new CloudjailFunction(this, 'Function', {
      name: props.name,
      description: `cloudjail: makes every firewall (${targets}) match the bans table`,
      environment: {
        [ENV.attemptsTable]: attempts.tableName,
        [ENV.bansTable]: bans.tableName,
        [ENV.jailsFile]: JAILS_FILE,
        [ENV.onManualRemoval]: props.onManualRemoval,
        ...Object.assign({}, ...props.targets.map(({ environment }) => environment)),
      },
      fileBesideCode: props.jailsFile,
      memorySize: 512,
      timeout: props.timeout,
      logRetention: props.logRetention,
    });
    // The attempts table holds the address book and the confirmations.
    banner.allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem'], [attempts.tableArn]);
    banner.allow(['dynamodb:Query'], [bans.tableArn, `${bans.tableArn}/index/${BANS.activeIndex}`]);
    // The banner lifts a ban there when its entry was removed by hand.
    if (props.onManualRemoval === 'unban') {
      banner.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [bans.tableArn]);
      banner.allow(['dynamodb:UpdateItem'], [attempts.tableArn]);
    }
    for (const grant of props.targets.flatMap(({ grants }) => grants)) this.grant(banner, grant);
    banner.addEventSource(
      new DynamoEventSource(bans, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        // Firewalls allow few calls a second (UpdateIPSet: one), so changes of the same second are
        // batched.
        maxBatchingWindow: Duration.seconds(1),
        // The maximum, because each batch may need an Update of every IP set.
        batchSize: 10_000,
        bisectBatchOnError: true,
        // Bounded, because a batch that always fails would block its shard; reconciliation repairs
        // what a dropped batch missed.
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
      description: `cloudjail: compares every firewall (${targets}) with all active bans and repairs it`,
      handler: banner,
    });
    const keepsIpSets = props.targets.some(({ name }) => name === 'waf');
    new AfterDeploy(this, 'AfterDeploy', { handler: banner, keepsIpSets });
  }

  private grant(banner: CloudjailFunction, { actions, resources, conditions, wildcard }: Grant): void {
    banner.addToRolePolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions: { ...conditions } }),
      }),
    );
    if (wildcard === undefined) return;
    for (const resource of resources.filter((one) => one.endsWith('*'))) {
      const name = asNagWritesIt(Stack.of(this).resolve(resource));
      Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${name}]`, reason: wildcard });
    }
  }
}

/** An ARN with its references in angle brackets. */
function asNagWritesIt(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  return join ? join[1].map(asNagWritesIt).join(join[0]) : `<${Ref}>`;
}
