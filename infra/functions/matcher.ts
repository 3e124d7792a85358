import { Aws, CfnOutput, Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letter-queue.ts';
import type { CloudjailFunction } from './function.ts';
import { type MatchingProps, matchingFunction } from './matching-function.ts';

/**
 * The matcher: log events in, attempts and bans out. A batch it fails on three times is kept in a
 * queue.
 */
export class Matcher extends Construct {
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, props: MatchingProps) {
    super(scope, id);
    const matcher = matchingFunction(
      this,
      { name: 'matcher', description: 'cloudjail: turns log events into attempts and attempts into bans' },
      props,
    );
    const failedBatches = deadLetterQueue(this, 'FailedBatches');
    // CloudWatch Logs invokes asynchronously, and Lambda drops what fails its last retry unless
    // told where to keep it.
    matcher.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(failedBatches),
    });
    this.redrivenFrom(failedBatches, matcher);
    this.handler = matcher;
  }

  /**
   * A way back for the batches it failed on, closed until somebody opens it. What fails again stays
   * in the queue.
   *
   * The payload of a delivery may be as long as a message, and Lambda leaves it out where the two
   * don't fit together; the events are then still in their log group, to be read back from there.
   */
  private redrivenFrom(failedBatches: Queue, matcher: CloudjailFunction): void {
    const mapping = matcher.addEventSourceMapping('Redrive', {
      eventSourceArn: failedBatches.queueArn,
      enabled: false,
      // One that fails must not hold up others, nor all of them what comes from the log groups. Two
      // is the least SQS has.
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
