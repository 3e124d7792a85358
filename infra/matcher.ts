import { Aws, CfnOutput, Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CompiledJail } from '../core/filter/compiled-jail.ts';
import { ENV } from '../core/names.ts';
import { JAILS_FILE } from './compiled-jails-file.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { CloudjailFunction } from './function.ts';
import type { Tables } from './tables.ts';

export interface MatcherProps {
  readonly tables: Tables;
  readonly jails: readonly CompiledJail[];
  /** Path of the compiled jails. */
  readonly jailsFile: string;
  readonly logRetention: RetentionDays;
}

/** The matcher: log events in, attempts and bans out. A batch it fails on three times is kept in a queue. */
export class Matcher extends Construct {
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, props: MatcherProps) {
    super(scope, id);
    const { attempts, bans } = props.tables;
    const matcher = new CloudjailFunction(this, 'Function', {
      name: 'matcher',
      description: 'cloudjail: turns log events into attempts and attempts into bans',
      environment: {
        [ENV.attemptsTable]: attempts.tableName,
        [ENV.bansTable]: bans.tableName,
        [ENV.jailsFile]: JAILS_FILE,
      },
      fileBesideCode: props.jailsFile,
      // Matching is work for the processor, and Lambda gives that out by memory: 1,769 MB is one vCPU (Lambda documentation).
      memorySize: 1024,
      timeout: Duration.minutes(1),
      logRetention: props.logRetention,
    });
    const failedBatches = deadLetterQueue(this, 'FailedBatches');
    // CloudWatch Logs invokes asynchronously, and Lambda drops what fails its last retry unless told where to keep it.
    matcher.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(failedBatches),
    });
    this.redrivenFrom(failedBatches, matcher);
    matcher.allow(
      ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [attempts.tableArn],
    );
    matcher.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [bans.tableArn]);
    // Asked for all bans of an id only where those of other jails lengthen the next.
    if (props.jails.some(({ increment }) => increment.overalljails)) {
      matcher.allow(['dynamodb:Query'], [bans.tableArn]);
    }
    this.handler = matcher;
  }

  /**
   * A way back for the batches it failed on, closed until somebody opens it. What fails again stays in the queue.
   *
   * The payload of a delivery may be as long as a message, and Lambda leaves it out where the two don't fit together; the events are then still in
   * their log group, to be read back from there.
   */
  private redrivenFrom(failedBatches: Queue, matcher: CloudjailFunction): void {
    const mapping = matcher.addEventSourceMapping('Redrive', {
      eventSourceArn: failedBatches.queueArn,
      enabled: false,
      // One that fails must not hold up others, nor all of them what comes from the log groups. Two is the least SQS has.
      batchSize: 1,
      maxConcurrency: 2,
    });
    matcher.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [failedBatches.queueArn]);
    new CfnOutput(this, 'RedriveCommand', {
      description: 'Hands failed batches to the matcher again; with --no-enabled it stops',
      value: `aws lambda update-event-source-mapping --region ${Aws.REGION} --uuid ${mapping.eventSourceMappingId} --enabled`,
    }).overrideLogicalId('RedriveCommand');
  }
}
