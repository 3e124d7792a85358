/**
 * DynamoDB on the loopback interface: dynalite for tables, expressions and indexes, and in front of
 * it the parts that dynalite lacks and a local cloudjail needs: streams, time to live,
 * ReturnValuesOnConditionCheckFailure, the limit on expressions.
 */

import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { AwsCall } from './aws-call.ts';
import { startAwsJsonServer } from './aws-json-server.ts';
import type { CallLog } from './call-log.ts';
import { createDynaliteEngine } from './dynalite-engine.ts';
import { createDatabase } from './dynamodb-database.ts';
import type { FaultPlan } from './faults.ts';
import { type EmulatorOptions, emulatorContext } from './serve-call.ts';
import { ServiceError } from './service-error.ts';

export interface DynamoDb {
  readonly endpoint: string;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  /**
   * Gives an existing table a KEYS_ONLY stream, as `StreamSpecification` in CreateTable does. Its
   * ARN.
   */
  registerStream(table: string): string;
  /**
   * Takes the oldest records of a table's stream (100, Lambda's default batch, by default); none
   * when all are read.
   */
  takeStreamRecords(table: string, limit?: number): DynamoDBStreamEvent;
  /** The number of records not taken yet. */
  pendingStreamRecords(table: string): number;
  /**
   * Removes every item whose time to live is over, as AWS does within days, and returns how many.
   */
  expireItems(): Promise<number>;
  /**
   * Freezes the table's indexes in their present state until the returned function is called. A
   * global secondary index lags behind its table without a documented limit.
   */
  holdIndexes(table: string): Promise<() => void>;
  close(): Promise<void>;
}

const NAMESPACE = 'com.amazonaws.dynamodb.v20120810#';
const MAX_BODY_BYTES = 16 << 20;

/** Starts an empty DynamoDB on a free port. Stream records and time to live use `now`. */
export async function startDynamoDb(options: EmulatorOptions = {}): Promise<DynamoDb> {
  const context = emulatorContext(options);
  const database = createDatabase(createDynaliteEngine, context.now);
  const service = {
    handle: database.handle,
    conflict(call: AwsCall): void {
      if (call.input['ConditionExpression'] !== undefined) throw dynamoDbError('ConditionalCheckFailedException');
      throw dynamoDbError('TransactionConflictException');
    },
    throttled: () => dynamoDbError('ProvisionedThroughputExceededException'),
    failed: () => dynamoDbError('InternalServerError', 500),
  };
  const protocol = { service: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0' } as const;
  const { endpoint, close } = await startAwsJsonServer({ ...protocol, maxBodyBytes: MAX_BODY_BYTES }, service, context);
  const { registerStream, takeStreamRecords, pendingStreamRecords, expireItems, holdIndexes } = database;
  const streams = { registerStream, takeStreamRecords, pendingStreamRecords };
  return { endpoint, close, faults: context.faults, calls: context.calls, expireItems, holdIndexes, ...streams };
}

const MESSAGES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'The conditional request failed',
  TransactionConflictException: 'Transaction is ongoing for the item',
  ProvisionedThroughputExceededException:
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your ' +
    'provisioning level with the UpdateTable API.',
  InternalServerError: 'Internal server error',
};

function dynamoDbError(code: string, status = 400): ServiceError {
  return new ServiceError(code, MESSAGES[code] ?? '', { status, namespace: NAMESPACE });
}
