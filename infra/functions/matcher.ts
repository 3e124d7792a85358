import { Aws, CfnOutput, Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letter-queue.ts';
import type { CloudjailFunction } from './function.ts';
import { type MatchingProps, matchingFunction } from './matching-function.ts';

/**
 * The matcher: log events in, attempts and bans out. A batch that fails three times is kept in a
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
    // CloudWatch Logs invokes asynchronously, and Lambda drops an event after its last retry unless
    // it has a destination.
    matcher.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(failedBatches),
    });
    this.redrivenFrom(failedBatches, matcher);
    this.handler = matcher;
  }

  /**
   * Redrives failed batches; disabled until an operator enables it. A batch that fails again stays
   * in the queue.
   *
   * A delivery may be as long as a whole message, and Lambda omits the payload where both do not
   * fit. The events are then still in their log group, and a backfill can read them.
   */
  private redrivenFrom(failedBatches: Queue, matcher: CloudjailFunction): void {
    const mapping = matcher.addEventSourceMapping('Redrive', {
      eventSourceArn: failedBatches.queueArn,
      enabled: false,
      // A failing batch must not delay others, nor may all of them delay live deliveries. Two is
      // SQS's minimum.
      batchSize: 1,
      maxConcurrency: 2,
    });
    matcher.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [failedBatches.queueArn]);
    new CfnOutput(this, 'RedriveCommand', {
      description: 'Sends failed batches to the matcher again; --no-enabled stops it',
      value:
        `aws lambda update-event-source-mapping --region ${Aws.REGION} --uuid ` +
        `${mapping.eventSourceMappingId} --enabled`,
    }).overrideLogicalId('RedriveCommand');
  }
}
