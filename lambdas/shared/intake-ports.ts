import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbAddressBookStore } from '../../aws/tables/dynamodb-address-book-store.ts';
import { dynamoDbAttemptStore } from '../../aws/tables/dynamodb-attempt-store.ts';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../aws/tables/dynamodb-breaker-store.ts';
import { dynamoDbSessionStore } from '../../aws/tables/dynamodb-session-store.ts';
import { vmWatch } from '../../aws/vm-watch.ts';
import { KnownBans } from '../../core/bans/known-bans.ts';
import { type MatchingJail, matchingJail } from '../../core/intake/matching-jail.ts';
import type { IntakePorts } from '../../core/intake/process-batch.ts';
import { protectedJails } from '../../core/intake/protected-jails.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { knownAddressesReader } from '../../core/protect/known-addresses-reader.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';

/** Names of the tables. */
export interface IntakeTables {
  readonly attemptsTable: string;
  readonly bansTable: string;
}

export interface IntakeTools {
  readonly client: DynamoDBClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export interface Intake {
  readonly jails: readonly MatchingJail[];
  /** The same with the currently known addresses that they must not ban. */
  readonly jailsNow: () => Promise<readonly MatchingJail[]>;
  /** The ports for counting; they look for no leaks. */
  readonly ports: IntakePorts;
}

/** The ports of every function that matches and counts log events. */
export function dynamoDbIntake(
  compiled: readonly CompiledJail[],
  { attemptsTable, bansTable }: IntakeTables,
  { client, clock, telemetry }: IntakeTools,
): Intake {
  const jails = compiled.map(matchingJail);
  const books = dynamoDbAddressBookStore(client, attemptsTable);
  return {
    jails,
    jailsNow: protectedJails(jails, knownAddressesReader(books, clock)),
    ports: {
      attempts: dynamoDbAttemptStore(client, attemptsTable),
      bans: dynamoDbBanStore(client, bansTable),
      breakers: dynamoDbBreakerStore(client, attemptsTable),
      sessions: dynamoDbSessionStore(client, attemptsTable, clock.now),
      known: new KnownBans(),
      clock,
      telemetry,
      watch: vmWatch(),
    },
  };
}
