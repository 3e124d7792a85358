import { Duration, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/**
 * Where what a function could not process stays, as long as SQS can keep it, until an operator
 * redrives it.
 */
export function deadLetterQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, {
    retentionPeriod: Duration.days(14),
    // Six times what the function that redrives it may take, as Lambda's documentation wants it
    // (services-sqs-configure).
    visibilityTimeout: Duration.minutes(6),
    enforceSSL: true,
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'This is a dead-letter queue: what fails again when it is redriven stays in it.',
  });
  return queue;
}
