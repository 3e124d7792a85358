import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { dynamoDbAttemptStore } from '../../aws/dynamodb-attempt-store.ts';
import { dynamoDbBanStore } from '../../aws/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../aws/dynamodb-breaker-store.ts';
import { dynamoDbSessionStore } from '../../aws/dynamodb-session-store.ts';
import { type DynamoDb, startDynamoDb } from '../../local/emulators/dynamodb.ts';
import { synthesize } from '../../local/synthesize.ts';
import { type TableToCreate, tablesOf } from '../../local/template.ts';
import { attemptStoreContract } from '../contracts/attempt-store.contract.ts';
import { banStoreContract } from '../contracts/ban-store.contract.ts';
import { breakerStoreContract } from '../contracts/breaker-store.contract.ts';
import { sessionStoreContract } from '../contracts/session-store.contract.ts';

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
let tables: readonly TableToCreate[];
let created = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  tables = tablesOf(await synthesize());
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.close();
});

/** A new, empty table as the stack defines it. */
async function table(logicalId: string): Promise<string> {
  const definition = tables.find((entry) => entry.logicalId === logicalId);
  if (!definition) throw new Error(`the stack has no ${logicalId}`);
  const TableName = `${definition.input.TableName}-${++created}`;
  await client.send(new CreateTableCommand({ ...definition.input, TableName }));
  return TableName;
}

attemptStoreContract('DynamoDB', async () => dynamoDbAttemptStore(client, await table('AttemptsTable')));
banStoreContract('DynamoDB', async () => dynamoDbBanStore(client, await table('BansTable')));
breakerStoreContract('DynamoDB', async () => dynamoDbBreakerStore(client, await table('AttemptsTable')));
sessionStoreContract('DynamoDB', async () => dynamoDbSessionStore(client, await table('AttemptsTable'), () => 1000));
