import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { cloudWatchLogsSubscriptions } from '../../aws/logs/cloudwatch-logs-subscriptions.ts';
import { dynamoDbBackfillStore } from '../../aws/tables/dynamodb-backfill-store.ts';
import { dynamoDbSubscriptionReportStore } from '../../aws/tables/dynamodb-subscription-report-store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { createSubscriber } from '../../core/subscriptions/subscriptions.ts';
import { readCompiledJails } from '../shared/compiled-jails-file.ts';
import type { Environment } from '../shared/environment.ts';
import { subscriberEnv } from './env.ts';
import { subscriberHandler } from './handler.ts';

/** Others in the account may call too, so a call may be throttled more than once. */
const TRIES = 6;

/** The subscriber as it runs in a container, from the function's environment. */
export function wireSubscriber(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const { attemptsTable, jailsFile, matcher, filterName } = subscriberEnv(environment);
  const tables = new DynamoDBClient(withAnswerLimits({}));
  const subscriber = createSubscriber(
    { filterName, destination: matcher, jails: readCompiledJails(jailsFile, environment) },
    {
      subscriptions: cloudWatchLogsSubscriptions(
        new CloudWatchLogsClient(withAnswerLimits({ maxAttempts: TRIES })),
        clock,
      ),
      reports: dynamoDbSubscriptionReportStore(tables, attemptsTable),
      backfills: dynamoDbBackfillStore(tables, attemptsTable, clock),
      clock,
      telemetry,
    },
  );
  return subscriberHandler(subscriber, filterName, clock);
}
