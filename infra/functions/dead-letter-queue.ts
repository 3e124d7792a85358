import { Duration, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/**
 * Keeps what a function could not process, for SQS's longest retention, until an operator redrives
 * it.
 */
export function deadLetterQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, {
    retentionPeriod: Duration.days(14),
    // Six times the timeout of the redriving function, as Lambda's documentation requires
    // (services-sqs-configure).
    visibilityTimeout: Duration.minutes(6),
    enforceSSL: true,
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'This is a dead-letter queue: a message that fails again when redriven stays in it.',
  });
  return queue;
}
