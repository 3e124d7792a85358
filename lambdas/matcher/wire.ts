import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readCompiledJails } from '../../aws/compiled-jails-file.ts';
import { dynamoDbAddressBookStore } from '../../aws/dynamodb-address-book-store.ts';
import { dynamoDbAttemptStore } from '../../aws/dynamodb-attempt-store.ts';
import { dynamoDbBanStore } from '../../aws/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../aws/dynamodb-breaker-store.ts';
import { dynamoDbConfirmationStore } from '../../aws/dynamodb-confirmation-store.ts';
import { dynamoDbLeakStore } from '../../aws/dynamodb-leak-store.ts';
import { dynamoDbSessionStore } from '../../aws/dynamodb-session-store.ts';
import type { Environment } from '../../aws/environment.ts';
import { vmWatch } from '../../aws/vm-watch.ts';
import { knownAddressesReader } from '../../core/bans/known-addresses-reader.ts';
import { LeakWatch } from '../../core/bans/leak-watch.ts';
import { FIREWALL_TARGETS, reachesTarget } from '../../core/config/actions.ts';
import { matchingJail } from '../../core/intake/matching-jail.ts';
import { protectedJails } from '../../core/intake/protected-jails.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { matcherEnv } from './env.ts';
import { matcherHandler } from './handler.ts';

/** The matcher as it runs in a container: real clients, from the function's environment. */
export function wireMatcher(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const env = matcherEnv(environment);
  const client = new DynamoDBClient({});
  const jails = readCompiledJails(env.jailsFile, environment).map(matchingJail);
  const actions = new Map(jails.map(({ jail }) => [jail.name, jail.actions]));
  const books = dynamoDbAddressBookStore(client, env.attemptsTable);
  const ports = {
    attempts: dynamoDbAttemptStore(client, env.attemptsTable),
    bans: dynamoDbBanStore(client, env.bansTable),
    breakers: dynamoDbBreakerStore(client, env.attemptsTable),
    sessions: dynamoDbSessionStore(client, env.attemptsTable, clock.now),
    known: new Map(),
    leaks: new LeakWatch({
      confirmations: dynamoDbConfirmationStore(client, env.attemptsTable, clock),
      leaks: dynamoDbLeakStore(client, env.attemptsTable, clock),
      clock,
      targets: FIREWALL_TARGETS,
      reaches: (jail, target) => reachesTarget(actions.get(jail) ?? [], target),
    }),
    clock,
    telemetry,
    watch: vmWatch(),
  };
  return matcherHandler(jails, ports, protectedJails(jails, knownAddressesReader(books, clock)));
}
