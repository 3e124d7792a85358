import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { systemClock } from '../../aws/system-clock.ts';
import { dynamoDbAttemptStore } from '../../aws/tables/dynamodb-attempt-store.ts';
import { dynamoDbBackfillStore } from '../../aws/tables/dynamodb-backfill-store.ts';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../aws/tables/dynamodb-breaker-store.ts';
import { dynamoDbNoticeLedger } from '../../aws/tables/dynamodb-notice-ledger.ts';
import { dynamoDbSessionStore } from '../../aws/tables/dynamodb-session-store.ts';
import { type DynamoDb, startDynamoDb } from '../../local/emulators/dynamodb.ts';
import { synthesize } from '../../local/synthesize.ts';
import { type TableToCreate, tablesOf } from '../../local/template.ts';
import { type BackfilledStores, backfilled } from './backfilled.ts';

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
let tables: readonly TableToCreate[];
let created = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  tables = tablesOf(await synthesize());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials });
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.close();
});

async function table(logicalId: string): Promise<string> {
  const definition = tables.find((entry) => entry.logicalId === logicalId);
  if (!definition) throw new Error(`the stack has no ${logicalId}`);
  const TableName = `${definition.input.TableName}-${++created}`;
  await client.send(new CreateTableCommand({ ...definition.input, TableName }));
  return TableName;
}

/**
 * @param seed decides which write is answered by an error though it was done, which the SDK then
 *   repeats
 */
async function create(seed: number): Promise<BackfilledStores> {
  dynamoDb.faults.clear();
  const [attempts, bans] = [await table('AttemptsTable'), await table('BansTable')];
  const fault = { kind: 'internal-error', written: true } as const;
  dynamoDb.faults.inject({ writes: true, fault, from: 1 + (seed % 23) });
  const stores = {
    attempts: dynamoDbAttemptStore(client, attempts),
    bans: dynamoDbBanStore(client, bans),
    breakers: dynamoDbBreakerStore(client, attempts),
    sessions: dynamoDbSessionStore(client, attempts, () => 1000),
    ledger: dynamoDbNoticeLedger(client, attempts),
  };
  return { stores, backfills: dynamoDbBackfillStore(client, attempts, systemClock) };
}

backfilled('dynalite', create, 6);
