import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { readCompiledJails } from '../../aws/compiled-jails-file.ts';
import { dynamoDbAddressBookStore } from '../../aws/dynamodb-address-book-store.ts';
import { ec2OwnRanges } from '../../aws/ec2-own-ranges.ts';
import type { Environment } from '../../aws/environment.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { NameLookup } from '../../core/ports/name-lookup.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { lookoutEnv } from './env.ts';
import { lookoutHandler } from './handler.ts';

/** The lookout as it runs in a container: real clients, from the function's environment. */
export function wireLookout(environment: Environment, clock: Clock, telemetry: Telemetry, names: NameLookup) {
  const env = lookoutEnv(environment);
  return lookoutHandler(readCompiledJails(env.jailsFile, environment), {
    books: dynamoDbAddressBookStore(new DynamoDBClient({}), env.attemptsTable),
    own: ec2OwnRanges(new EC2Client({})),
    names,
    clock,
    telemetry,
  });
}
