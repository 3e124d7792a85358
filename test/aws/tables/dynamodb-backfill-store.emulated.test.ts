import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../aws/system-clock.ts';
import { dynamoDbBackfillStore } from '../../../aws/tables/dynamodb-backfill-store.ts';
import type { BackfillLedger } from '../../../core/records/backfill.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { tablesOf } from '../../../local/template.ts';
import { backfillStoreContract } from '../../contracts/backfill-store.contract.ts';

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
let definition: ReturnType<typeof tablesOf>[number] | undefined;
let created = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials });
  definition = tablesOf(await synthesize()).find(({ logicalId }) => logicalId === 'AttemptsTable');
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.close();
});

async function create() {
  if (!definition) throw new Error('the stack has no AttemptsTable');
  const TableName = `${definition.input.TableName}-${++created}`;
  await client.send(new CreateTableCommand({ ...definition.input, TableName }));
  return dynamoDbBackfillStore(client, TableName, systemClock);
}

backfillStoreContract('DynamoDB', create);

it('knows a write of its own again that was done without an answer and repeated', async () => {
  const store = await create();
  dynamoDb.faults.inject({ writes: true, fault: { kind: 'internal-error', written: true }, from: 1 });
  const ledger: BackfillLedger = { reads: [], orders: [], ended: [], latest: 0, version: 1 };
  expect(await store.writeLedger(ledger)).toBe('written');
  expect(await store.ledger()).toEqual(ledger);
});
