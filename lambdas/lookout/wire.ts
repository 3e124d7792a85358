import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readCompiledJails } from '../../aws/compiled-jails-file.ts';
import { dynamoDbAddressBookStore } from '../../aws/dynamodb-address-book-store.ts';
import type { Environment } from '../../aws/environment.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { NameLookup } from '../../core/ports/name-lookup.ts';
import type { OwnRanges } from '../../core/ports/own-ranges.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { lookoutEnv } from './env.ts';
import { lookoutHandler } from './handler.ts';

/** What the lookout asks. A local run has neither network nor account, and answers itself. */
export interface Sources {
  readonly names: NameLookup;
  readonly own: OwnRanges;
}

/** The lookout as it runs in a container, from the function's environment. */
export function wireLookout(environment: Environment, clock: Clock, telemetry: Telemetry, sources: Sources) {
  const env = lookoutEnv(environment);
  const books = dynamoDbAddressBookStore(new DynamoDBClient({}), env.attemptsTable);
  return lookoutHandler(readCompiledJails(env.jailsFile, environment), { ...sources, books, clock, telemetry });
}
