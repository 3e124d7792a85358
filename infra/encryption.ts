import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { functionsIn } from './watch/own-metrics.ts';

/** The uses of the key by DynamoDB and SQS on behalf of the calling function. */
const USES = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * Encrypts every table, log group and queue in a construct with the operator's key, and lets the
 * functions use it through DynamoDB and SQS, and for nothing else. Call it after all of them exist.
 *
 * The key's policy must let IAM policies of the account decide, and let CloudWatch Logs use it
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
 *
 * @param keyArn of a symmetric key in the stack's Region
 */
export function encryptWith(scope: Construct, keyArn: string): void {
  for (const one of scope.node.findAll()) {
    if (CfnTable.isCfnTable(one)) one.sseSpecification = { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: keyArn };
    if (CfnLogGroup.isCfnLogGroup(one)) one.kmsKeyId = keyArn;
    if (CfnQueue.isCfnQueue(one)) one.kmsMasterKeyId = keyArn;
  }
  for (const one of functionsIn(scope)) {
    one.addToRolePolicy(
      new PolicyStatement({
        actions: USES,
        resources: [keyArn],
        conditions: { StringLike: { 'kms:ViaService': ['dynamodb.*', 'sqs.*'] } },
      }),
    );
  }
}
