import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { stackOutputs } from '../../aws/cloudformation-outputs.ts';
import { dynamoDbBackfillStore } from '../../aws/tables/dynamodb-backfill-store.ts';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../aws/tables/dynamodb-breaker-store.ts';
import { dynamoDbConfirmationStore } from '../../aws/tables/dynamodb-confirmation-store.ts';
import { dynamoDbLeakStore } from '../../aws/tables/dynamodb-leak-store.ts';
import { dynamoDbSubscriptionReportStore } from '../../aws/tables/dynamodb-subscription-report-store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { usageError } from '../command-error.ts';
import { awsFailure, failure } from './aws-failure.ts';
import { clientSettings, regionOf } from './sign-in.ts';
import type { DeployedStack } from './stack-access.ts';
import type { StackOptions } from './stack-options.ts';

/** The stack's outputs that name its tables (infra/cloudjail.ts). */
export const TABLE_OUTPUTS = { bans: 'BansTableName', attempts: 'AttemptsTableName' } as const;

/** CloudFormation's API reference, DescribeStacks: a name, or the id of a stack. */
const STACK_NAME = /^(?:[a-z][-a-z0-9]{0,127}|arn:[-a-z0-9:/._+]+)$/i;

export interface Connection {
  /**
   * @throws {CommandError} when there is no such stack, or it is not one of ours; whatever AWS
   *   answers besides
   */
  openStack(): Promise<DeployedStack>;
  /**
   * The error to show instead of what went wrong on the way: the same, when it is no failure of
   * AWS.
   */
  explain(error: unknown): unknown;
  close(): void;
}

/**
 * Creates clients from the options; it calls AWS not yet.
 *
 * @throws {CommandError} when they can't be right
 */
export async function connect(options: StackOptions, clock: Clock): Promise<Connection> {
  if (!STACK_NAME.test(options.stack)) throw usageError(`--stack ${options.stack}: no stack can have this name`);
  const settings = withAnswerLimits(clientSettings(options));
  const cloudFormation = new CloudFormationClient(settings);
  const region = await regionOf(cloudFormation);
  // The same provider: asking twice could start a program twice, or ask a person twice.
  const dynamoDb = new DynamoDBClient({ ...settings, region, credentials: cloudFormation.config.credentials });
  return {
    async openStack() {
      const tables = await tablesOf(cloudFormation, options.stack, region);
      return {
        name: options.stack,
        region,
        clock,
        bans: dynamoDbBanStore(dynamoDb, tables.bans),
        breakers: dynamoDbBreakerStore(dynamoDb, tables.attempts),
        confirmations: dynamoDbConfirmationStore(dynamoDb, tables.attempts, clock),
        leaks: dynamoDbLeakStore(dynamoDb, tables.attempts, clock),
        subscriptions: dynamoDbSubscriptionReportStore(dynamoDb, tables.attempts),
        backfills: dynamoDbBackfillStore(dynamoDb, tables.attempts, clock),
      };
    },
    explain: (error) => awsFailure(error, { ...options, region }) ?? error,
    close() {
      cloudFormation.destroy();
      dynamoDb.destroy();
    },
  };
}

async function tablesOf(client: CloudFormationClient, stack: string, region: string) {
  const lookup = await stackOutputs(client, stack);
  if (lookup.kind === 'missing') {
    throw failure(
      `there is no stack "${stack}" in ${region}`,
      'npm run deploy makes it; --stack names another one, --region another Region (a stack for CloudFront is ' +
        'in us-east-1), --profile another account',
    );
  }
  const bans = lookup.outputs[TABLE_OUTPUTS.bans];
  const attempts = lookup.outputs[TABLE_OUTPUTS.attempts];
  if (bans !== undefined && attempts !== undefined) return { bans, attempts };
  const inProgress = lookup.status.endsWith('_IN_PROGRESS');
  throw failure(
    `the stack "${stack}" in ${region} names no tables of cloudjail; it is in the state ${lookup.status}`,
    inProgress ? 'wait until its deployment is done' : 'name the stack that runs cloudjail with --stack',
  );
}
