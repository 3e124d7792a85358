import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { createTable, dynamoDbClient, keyOf } from './dynamodb-client.ts';

export const TableName = 'bans';
export let db: DynamoDb;
export let client: DynamoDBClient;
export const clock = { ms: 0 };

beforeEach(async () => {
  clock.ms = 1_700_000_000_000;
  db = await startDynamoDb({ now: () => clock.ms });
  client = dynamoDbClient(db.endpoint);
  await createTable(client, TableName);
});

afterEach(async () => {
  client.destroy();
  await db.close();
});

export async function failure(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => expect.unreachable('the call should have failed'),
    (error: unknown) => error,
  );
}

export function put(id: string, more: PutItemCommand['input'] | object = {}) {
  return client.send(new PutItemCommand({ TableName, Item: keyOf(id), ...more }));
}

export async function get(id: string) {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true }));
  return Item;
}
