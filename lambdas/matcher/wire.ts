import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { dynamoDbConfirmationStore } from '../../aws/tables/dynamodb-confirmation-store.ts';
import { dynamoDbLeakStore } from '../../aws/tables/dynamodb-leak-store.ts';
import { LeakWatch } from '../../core/bans/leak-watch.ts';
import { FIREWALL_TARGETS, reachesTarget } from '../../core/config/actions.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { readCompiledJails } from '../shared/compiled-jails-file.ts';
import type { Environment } from '../shared/environment.ts';
import { dynamoDbIntake } from '../shared/intake-ports.ts';
import { matcherEnv } from './env.ts';
import { matcherHandler } from './handler.ts';

/** The matcher as it runs in a container: real clients, from the function's environment. */
export function wireMatcher(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const env = matcherEnv(environment);
  const client = new DynamoDBClient(withAnswerLimits({}));
  const compiled = readCompiledJails(env.jailsFile, environment);
  const { jails, jailsNow, ports } = dynamoDbIntake(compiled, env, { client, clock, telemetry });
  const actions = new Map(jails.map(({ jail }) => [jail.name, jail.actions]));
  const leaks = new LeakWatch({
    confirmations: dynamoDbConfirmationStore(client, env.attemptsTable, clock),
    leaks: dynamoDbLeakStore(client, env.attemptsTable, clock),
    clock,
    targets: FIREWALL_TARGETS,
    reaches: (jail, target) => reachesTarget(actions.get(jail) ?? [], target),
  });
  return matcherHandler(jails, { ...ports, leaks }, jailsNow);
}
