import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cloudWatchLogsSubscriptions } from '../../aws/cloudwatch-logs-subscriptions.ts';
import { readCompiledJails } from '../../aws/compiled-jails-file.ts';
import { dynamoDbBackfillStore } from '../../aws/dynamodb-backfill-store.ts';
import { dynamoDbSubscriptionReportStore } from '../../aws/dynamodb-subscription-report-store.ts';
import type { Environment } from '../../aws/environment.ts';
import { createSubscriber } from '../../core/intake/subscriptions.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { subscriberEnv } from './env.ts';
import { subscriberHandler } from './handler.ts';

/** Others in the account may be calling as well, so a call may be throttled more than once. */
const TRIES = 6;

/** The subscriber as it runs in a container, from the function's environment. */
export function wireSubscriber(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const { attemptsTable, jailsFile, matcher, filterName } = subscriberEnv(environment);
  const tables = new DynamoDBClient({});
  const subscriber = createSubscriber(
    { filterName, destination: matcher, jails: readCompiledJails(jailsFile, environment) },
    {
      subscriptions: cloudWatchLogsSubscriptions(new CloudWatchLogsClient({ maxAttempts: TRIES }), clock),
      reports: dynamoDbSubscriptionReportStore(tables, attemptsTable),
      backfills: dynamoDbBackfillStore(tables, attemptsTable, clock),
      clock,
      telemetry,
    },
  );
  return subscriberHandler(subscriber, filterName, clock);
}
