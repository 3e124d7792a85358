import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbOverdueBans } from '../../aws/tables/dynamodb-overdue-bans.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import type { Environment } from '../shared/environment.ts';
import { expirerEnv } from './env.ts';
import { expirerHandler } from './handler.ts';

/** The expirer as it runs in a container: real clients, from the function's environment. */
export function wireExpirer(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const env = expirerEnv(environment);
  const client = new DynamoDBClient(withAnswerLimits({}));
  return expirerHandler({
    bans: dynamoDbBanStore(client, env.bansTable),
    overdue: dynamoDbOverdueBans(client, env.bansTable),
    clock,
    telemetry,
  });
}
