import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { dynamoDbAddressBookStore } from '../../aws/tables/dynamodb-address-book-store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { NameLookup } from '../../core/ports/name-lookup.ts';
import type { OwnRanges } from '../../core/ports/own-ranges.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { readCompiledJails } from '../shared/compiled-jails-file.ts';
import type { Environment } from '../shared/environment.ts';
import { lookoutEnv } from './env.ts';
import { lookoutHandler } from './handler.ts';

/**
 * The sources of the lookout. A local run has neither network nor account, and supplies its own.
 */
export interface Sources {
  readonly names: NameLookup;
  readonly own: OwnRanges;
}

/** The lookout as it runs in a container, from the function's environment. */
export function wireLookout(environment: Environment, clock: Clock, telemetry: Telemetry, sources: Sources) {
  const env = lookoutEnv(environment);
  const books = dynamoDbAddressBookStore(new DynamoDBClient(withAnswerLimits({})), env.attemptsTable);
  return lookoutHandler(readCompiledJails(env.jailsFile, environment), { ...sources, books, clock, telemetry });
}
