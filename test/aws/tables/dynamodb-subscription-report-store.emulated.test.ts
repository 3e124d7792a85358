import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { dynamoDbSubscriptionReportStore } from '../../../aws/tables/dynamodb-subscription-report-store.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { tablesOf } from '../../../local/template.ts';
import { subscriptionReportStoreContract } from '../../contracts/subscription-report-store.contract.ts';
import { memorySubscriptionReportStore } from '../../memory/memory-subscription-report-store.ts';

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
let tables = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials });
}, 60_000);

afterAll(async () => {
  client.destroy();
  await dynamoDb.close();
});

async function attemptsTable(): Promise<string> {
  const definition = tablesOf(await synthesize()).find(({ logicalId }) => logicalId === 'AttemptsTable');
  if (!definition) throw new Error('the stack has no AttemptsTable');
  const TableName = `attempts-${++tables}`;
  await client.send(new CreateTableCommand({ ...definition.input, TableName }));
  return TableName;
}

subscriptionReportStoreContract('memory', async () => memorySubscriptionReportStore());
subscriptionReportStoreContract('DynamoDB', async () => dynamoDbSubscriptionReportStore(client, await attemptsTable()));
