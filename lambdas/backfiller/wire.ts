import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { dynamoDbBackfillStore } from '../../aws/tables/dynamodb-backfill-store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LogReader } from '../../core/ports/log-reader.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { readCompiledJails } from '../shared/compiled-jails-file.ts';
import type { Environment } from '../shared/environment.ts';
import { dynamoDbIntake } from '../shared/intake-ports.ts';
import { backfillerEnv } from './env.ts';
import { backfillerHandler } from './handler.ts';

/**
 * The backfiller as it runs in a container, from the function's environment.
 *
 * @param readerFor see {@link backfillerHandler}
 */
export function wireBackfiller(
  environment: Environment,
  clock: Clock,
  telemetry: Telemetry,
  readerFor: (ms: number) => LogReader,
) {
  const env = backfillerEnv(environment);
  const client = new DynamoDBClient(withAnswerLimits({}));
  const compiled = readCompiledJails(env.jailsFile, environment);
  const { jailsNow, ports } = dynamoDbIntake(compiled, env, { client, clock, telemetry });
  const store = dynamoDbBackfillStore(client, env.attemptsTable, clock);
  return backfillerHandler({ ...ports, jailsNow, store }, readerFor);
}
