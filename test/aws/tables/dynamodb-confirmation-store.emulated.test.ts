import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDbConfirmationStore } from '../../../aws/tables/dynamodb-confirmation-store.ts';
import { dynamoDbLeakStore } from '../../../aws/tables/dynamodb-leak-store.ts';
import { ATTEMPTS } from '../../../core/names.ts';
import type { Confirmation } from '../../../core/ports/confirmation-store.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { confirmationStoreContract } from '../../contracts/confirmation-store.contract.ts';
import { leakStoreContract } from '../../contracts/leak-store.contract.ts';

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
let created = 0;
const slept: number[] = [];
const clock = {
  sleep: async (ms: number): Promise<void> => {
    slept.push(ms);
  },
};

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials });
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.close();
});
beforeEach(() => {
  dynamoDb.faults.clear();
  slept.length = 0;
});

async function table(): Promise<string> {
  const TableName = `attempts-${++created}`;
  const key = ATTEMPTS.partitionKey;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    }),
  );
  return TableName;
}

confirmationStoreContract('DynamoDB', async () => dynamoDbConfirmationStore(client, await table(), clock));
leakStoreContract('DynamoDB', async () => dynamoDbLeakStore(client, await table(), clock));

const many = (count: number): readonly Confirmation[] =>
  Array.from({ length: count }, (_, i) => ({
    target: 'waf',
    id: `9.0.${i >> 8}.${i & 255}`,
    bans: [{ jail: 'sshd', bannedAt: 1000, since: 1001 }],
    keepUntil: i % 2 === 0 ? 2000.5 : undefined,
    missingSince: undefined,
  }));

/**
 * A service that processes only every other thing it is asked for, as one does that is short of
 * capacity. `none`: nothing at all.
 */
function shortOfCapacity(none = false): DynamoDBClient {
  const send = async (command: { input: { RequestItems: Record<string, unknown> } }): Promise<unknown> => {
    const [[name, asked] = ['', []]] = Object.entries(command.input.RequestItems);
    const keys = (asked as { Keys?: unknown[] }).Keys;
    const all = keys ?? (asked as unknown[]);
    const done = none ? [] : all.filter((_, i) => i % 2 === 0);
    const left = all.filter((each) => !done.includes(each));
    const input = { RequestItems: { [name]: keys ? { ...(asked as object), Keys: done } : done } };
    const answer =
      done.length === 0 ? {} : await client.send(Object.assign(Object.create(command), { input }) as never);
    return keys
      ? { ...answer, UnprocessedKeys: left.length > 0 ? { [name]: { Keys: left } } : {} }
      : { ...answer, UnprocessedItems: left.length > 0 ? { [name]: left } : {} };
  };
  return Object.assign(Object.create(client), { send });
}

describe('confirmations in DynamoDB', () => {
  it('are written 25 and read 100 a call', async () => {
    const store = dynamoDbConfirmationStore(client, await table(), clock);
    dynamoDb.calls.clear();
    await store.put(many(260));
    expect(dynamoDb.calls.find({ operation: 'BatchWriteItem' })).toHaveLength(11);
    await store.get(many(260));
    expect(dynamoDb.calls.find({ operation: 'BatchGetItem' })).toHaveLength(3);
    await store.delete(many(26));
    expect(dynamoDb.calls.find({ operation: 'BatchWriteItem' })).toHaveLength(13);
    expect(dynamoDb.calls.find()).toHaveLength(16);
  });

  it('are cleaned after their time, never where the ban is for good', async () => {
    const name = await table();
    const store = dynamoDbConfirmationStore(client, name, clock);
    await store.put(many(2));
    const ttl = async (id: string) => {
      const Key = { [ATTEMPTS.partitionKey]: { S: `confirmed ["waf","${id}"]` } };
      return (await client.send(new GetItemCommand({ TableName: name, Key }))).Item?.[ATTEMPTS.ttl];
    };
    expect(await ttl('9.0.0.0')).toEqual({ N: '2001' });
    expect(await ttl('9.0.0.1')).toBeUndefined();
  });

  it('are complete though the service processes half of what it is asked for, with pauses between', async () => {
    const name = await table();
    const store = dynamoDbConfirmationStore(shortOfCapacity(), name, clock);
    const whole = many(160);
    await store.put(whole);
    expect(slept.length).toBeGreaterThan(7 * 3);
    const ids = async () => (await store.get(whole)).map(({ id }) => id).sort();
    expect(await ids()).toEqual(whole.map(({ id }) => id).sort());
    await store.delete(whole.slice(3));
    expect(await ids()).toEqual(['9.0.0.0', '9.0.0.1', '9.0.0.2']);
  });

  it('are given up where it processes nothing, with ever longer pauses', async () => {
    const store = dynamoDbConfirmationStore(shortOfCapacity(true), await table(), clock);
    await expect(store.put(many(1))).rejects.toThrow('unprocessed');
    expect(slept).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000]);
    await expect(store.get(many(1))).rejects.toThrow('unprocessed');
  });

  it('survive throttling, errors and lost answers that the SDK repeats', async () => {
    const store = dynamoDbConfirmationStore(client, await table(), clock);
    dynamoDb.faults.inject({ operation: 'BatchWriteItem', fault: { kind: 'throttle' } });
    dynamoDb.faults.inject({ operation: 'BatchWriteItem', fault: { kind: 'crash-after-write' }, from: 2 });
    dynamoDb.faults.inject({ operation: 'BatchGetItem', fault: { kind: 'internal-error' } });
    await store.put(many(60));
    expect(await store.get(many(60))).toHaveLength(60);
  });
});
