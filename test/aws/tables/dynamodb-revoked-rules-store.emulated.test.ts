import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { dynamoDbRevokedRulesStore } from '../../../aws/tables/dynamodb-revoked-rules-store.ts';
import { ATTEMPTS } from '../../../core/names.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { revokedRulesStoreContract } from '../../contracts/revoked-rules-store.contract.ts';

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
let created = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.close();
});

revokedRulesStoreContract('DynamoDB', async () => {
  const TableName = `attempts-${++created}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: ATTEMPTS.partitionKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: ATTEMPTS.partitionKey, KeyType: 'HASH' }],
    }),
  );
  return dynamoDbRevokedRulesStore(client, TableName);
});
