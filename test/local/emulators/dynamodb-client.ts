import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';

/** A DynamoDB client for an emulator: one attempt a call unless the test is about retries. */
export function dynamoDbClient(endpoint: string, config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    ...config,
  });
}

/** A table keyed by `id` and `jail`, both strings. */
export function createTable(client: DynamoDBClient, TableName: string, more: Partial<CreateTableCommandInput> = {}) {
  const input: CreateTableCommandInput = {
    TableName,
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'jail', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'jail', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    ...more,
  };
  return client.send(new CreateTableCommand(input));
}

/** The key of a ban. */
export function keyOf(id: string, jail = 'sshd') {
  return { id: { S: id }, jail: { S: jail } };
}
