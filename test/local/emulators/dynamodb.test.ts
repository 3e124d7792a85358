import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  InternalServerError,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  TransactionConflictException,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { createTable, dynamoDbClient, keyOf } from './dynamodb-client.ts';

const TableName = 'bans';
let db: DynamoDb;
let client: DynamoDBClient;
let clock = 0;

beforeEach(async () => {
  clock = 1_700_000_000_000;
  db = await startDynamoDb({ now: () => clock });
  client = dynamoDbClient(db.endpoint);
  await createTable(client, TableName);
});

afterEach(async () => {
  client.destroy();
  await db.close();
});

async function failure(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => expect.unreachable('the call should have failed'),
    (error: unknown) => error,
  );
}

function put(id: string, more: PutItemCommand['input'] | object = {}) {
  return client.send(new PutItemCommand({ TableName, Item: keyOf(id), ...more }));
}

async function get(id: string) {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true }));
  return Item;
}

describe('tables', () => {
  it('are ready when CreateTable has answered', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', TableArn: expect.stringContaining(':table/bans') });
    const waited = await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName });
    expect(waited.state).toBe('SUCCESS');
  });

  it('are gone when deleted, for every operation', async () => {
    await client.send(new DeleteTableCommand({ TableName }));
    const calls = [
      put('a'),
      client.send(new DescribeTableCommand({ TableName })),
      client.send(new DescribeTimeToLiveCommand({ TableName })),
    ];
    for (const call of calls) expect(await failure(call)).toBeInstanceOf(ResourceNotFoundException);
  });

  describe('with a sparse index', () => {
    const indexed = 'indexed';
    const active = { ...keyOf('192.0.2.1'), active: { S: 'active#0' } };
    beforeEach(() =>
      createTable(client, indexed, {
        AttributeDefinitions: ['id', 'jail', 'active'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'active-by-due',
            KeySchema: [{ AttributeName: 'active', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      }),
    );
    const query = async () => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: indexed,
          IndexName: 'active-by-due',
          KeyConditionExpression: 'active = :a',
          ExpressionAttributeValues: { ':a': { S: 'active#0' } },
        }),
      );
      return Items;
    };

    it('find in it what has its key', async () => {
      await client.send(new PutItemCommand({ TableName: indexed, Item: active }));
      await client.send(new PutItemCommand({ TableName: indexed, Item: keyOf('192.0.2.2') }));
      expect(await query()).toEqual([active]);
    });

    it('may find the past in it, while the table is up to date', async () => {
      await client.send(new PutItemCommand({ TableName: indexed, Item: active }));
      const release = await db.holdIndexes(indexed);
      await client.send(new DeleteItemCommand({ TableName: indexed, Key: keyOf('192.0.2.1') }));
      const later = { ...active, ...keyOf('192.0.2.3') };
      await client.send(new PutItemCommand({ TableName: indexed, Item: later }));
      const read = new GetItemCommand({ TableName: indexed, Key: keyOf('192.0.2.3'), ConsistentRead: true });
      expect((await client.send(read)).Item).toEqual(later);
      expect(await query()).toEqual([active]);
      release();
      expect(await query()).toEqual([later]);
    });
  });
});

describe('writes', () => {
  it('let one of many concurrent conditional writers win', async () => {
    const attempts = Array.from({ length: 20 }, () => put('a', { ConditionExpression: 'attribute_not_exists(id)' }));
    const results = await Promise.allSettled(attempts);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(errors.every((error) => error instanceof ConditionalCheckFailedException)).toBe(true);
  });

  it('lose nothing of concurrent additions to a set', async () => {
    const add = (i: number) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf('a'),
          UpdateExpression: 'ADD hits :h',
          ExpressionAttributeValues: { ':h': { SS: [`hit${i % 25}`] } },
          ReturnValues: 'ALL_NEW',
        }),
      );
    await Promise.all(Array.from({ length: 50 }, (_, i) => add(i)));
    expect(new Set((await get('a'))?.['hits']?.SS)).toEqual(new Set(Array.from({ length: 25 }, (_, i) => `hit${i}`)));
  });

  it('return the item that did not meet the condition, when asked', async () => {
    await put('a', { Item: { ...keyOf('a'), state: { S: 'active' } } });
    const condition = {
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    const asked = await failure(put('a', condition));
    expect(asked).toBeInstanceOf(ConditionalCheckFailedException);
    expect(asked).toMatchObject({ Item: { ...keyOf('a'), state: { S: 'active' } } });
    const notAsked = await failure(put('a', { ConditionExpression: 'attribute_not_exists(id)' }));
    expect((notAsked as ConditionalCheckFailedException).Item).toBeUndefined();
    const absent = await failure(
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf('b'),
          UpdateExpression: 'REMOVE x',
          ...condition,
          ConditionExpression: 'attribute_exists(id)',
        }),
      ),
    );
    expect(absent).toBeInstanceOf(ConditionalCheckFailedException);
    expect((absent as ConditionalCheckFailedException).Item).toBeUndefined();
  });
});

describe('limits', () => {
  const item = (bytes: number) => ({ Item: { ...keyOf('a'), x: { S: 'x'.repeat(bytes) } } });
  // Names and values of the key: id, a, jail, sshd; and the name x.
  const REST = 2 + 1 + 4 + 4 + 1;

  it('400 KB an item, put or grown', async () => {
    await put('a', item(409_600 - REST));
    expect(await failure(put('a', item(409_600 - REST + 1)))).toMatchObject({
      name: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    });
    const grow = new UpdateItemCommand({
      TableName,
      Key: keyOf('a'),
      UpdateExpression: 'SET y = :y',
      ExpressionAttributeValues: { ':y': { S: 'y' } },
    });
    expect(await failure(client.send(grow))).toMatchObject({
      name: 'ValidationException',
      message: 'Item size to update has exceeded the maximum allowed size',
    });
  });

  it('2,048 bytes a partition key, 1,024 a sort key', async () => {
    await client.send(new PutItemCommand({ TableName, Item: keyOf('x'.repeat(2048), 'y'.repeat(1024)) }));
    for (const key of [keyOf('x'.repeat(2049)), keyOf('x', 'y'.repeat(1025))]) {
      const error = await failure(client.send(new PutItemCommand({ TableName, Item: key })));
      expect(error).toMatchObject({ name: 'ValidationException' });
    }
  });

  it('4 KB an expression', async () => {
    const condition = (bytes: number) => 'attribute_not_exists(id)'.padEnd(bytes, ' ');
    await put('a', { ConditionExpression: condition(4_096) });
    expect(await failure(put('b', { ConditionExpression: condition(4_097) }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('expression size: 4097'),
    });
  });

  it('25 writes a batch, no empty key, no empty set', async () => {
    const RequestItems = {
      [TableName]: Array.from({ length: 26 }, (_, i) => ({ PutRequest: { Item: keyOf(`${i}`) } })),
    };
    const calls = [
      client.send(new BatchWriteItemCommand({ RequestItems })),
      put(''),
      put('a', { Item: { ...keyOf('a'), hits: { SS: [] } } }),
    ];
    for (const call of calls) expect(await failure(call)).toMatchObject({ name: 'ValidationException' });
  });
});

describe('time to live', () => {
  const specify = (Enabled: boolean) =>
    client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: 'ttl', Enabled } }));
  const state = async () => (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;

  it('is remembered, and switched once', async () => {
    expect(await state()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await specify(true);
    expect(await state()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
    expect(await failure(specify(true))).toMatchObject({
      name: 'ValidationException',
      message: 'TimeToLive is already enabled',
    });
    await specify(false);
    expect(await state()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });

  it('removes expired items when told, and says in the stream that DynamoDB did', async () => {
    db.registerStream(TableName);
    const now = clock / 1000;
    const withTtl = (id: string, ttl: object) => put(id, { Item: { ...keyOf(id), ttl } });
    await withTtl('past', { N: String(now - 1) });
    await withTtl('due', { N: String(now) });
    await withTtl('text', { S: String(now - 1) });
    await withTtl('ancient', { N: String(now - 6 * 365 * 86_400) });
    await put('without');
    db.takeStreamRecords(TableName);
    expect(await db.expireItems()).toBe(0);
    await specify(true);
    expect(await db.expireItems()).toBe(1);
    expect(await get('past')).toBeUndefined();
    expect(db.takeStreamRecords(TableName).Records).toMatchObject([
      {
        eventName: 'REMOVE',
        dynamodb: { Keys: keyOf('past') },
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      },
    ]);
    clock += 1_000;
    expect(await db.expireItems()).toBe(1);
  });
});

describe('faults', () => {
  it.each([
    ['throttle', ProvisionedThroughputExceededException, 400],
    ['internal-error', InternalServerError, 500],
  ] as const)('%s', async (kind, exception, httpStatusCode) => {
    db.faults.inject({ operation: 'PutItem', fault: { kind } });
    const error = await failure(put('a'));
    expect(error).toBeInstanceOf(exception);
    expect(error).toMatchObject({ $metadata: { httpStatusCode } });
    expect(await get('a')).toBeUndefined();
  });

  it('a conflict is a failed condition, or a transaction in the way', async () => {
    db.faults.inject({ operation: 'PutItem', times: 2, fault: { kind: 'conflict' } });
    const conditional = put('a', { ConditionExpression: 'attribute_not_exists(id)' });
    expect(await failure(conditional)).toBeInstanceOf(ConditionalCheckFailedException);
    expect(await failure(put('a'))).toBeInstanceOf(TransactionConflictException);
  });

  it('somebody else writes first', async () => {
    const other = dynamoDbClient(db.endpoint);
    db.faults.inject({
      when: (input) => input['ConditionExpression'] !== undefined,
      fault: {
        kind: 'meanwhile',
        run: async () => void (await other.send(new PutItemCommand({ TableName, Item: keyOf('a') }))),
      },
    });
    const conditional = put('a', { ConditionExpression: 'attribute_not_exists(id)' });
    expect(await failure(conditional)).toBeInstanceOf(ConditionalCheckFailedException);
    other.destroy();
  });

  it('a caller that dies after its second write has made two', async () => {
    const killed = db.faults.killAtWrite(2, 'after');
    await put('a');
    expect(await failure(put('b'))).toMatchObject({ code: 'ECONNRESET' });
    expect(await failure(put('c'))).toMatchObject({ code: 'ECONNRESET' });
    expect(await failure(get('a'))).toMatchObject({ code: 'ECONNRESET' });
    killed.remove();
    expect(await Promise.all(['a', 'b', 'c'].map(get))).toEqual([keyOf('a'), keyOf('b'), undefined]);
  });

  it('a retried write whose first answer was lost meets its own condition', async () => {
    const stubborn = dynamoDbClient(db.endpoint, { maxAttempts: 2 });
    db.faults.inject({ operation: 'PutItem', fault: { kind: 'internal-error', written: true } });
    const conditional = new PutItemCommand({
      TableName,
      Item: keyOf('a'),
      ConditionExpression: 'attribute_not_exists(id)',
    });
    expect(await failure(stubborn.send(conditional))).toBeInstanceOf(ConditionalCheckFailedException);
    expect(db.calls.count('dynamodb', 'PutItem').failed).toEqual({
      InternalServerError: 1,
      ConditionalCheckFailedException: 1,
    });
    stubborn.destroy();
  });
});

it('keeps connections open between calls', async () => {
  const ports = new Set<unknown>();
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { body } = result.response as { body: { socket?: { localPort?: number } } };
      ports.add(body.socket?.localPort);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  for (let i = 0; i < 20; i++) await put(`${i}`);
  expect([...ports]).toEqual([expect.any(Number)]);
  await client.send(new DeleteItemCommand({ TableName, Key: keyOf('0') }));
});
