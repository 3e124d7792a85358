import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTable, keyOf } from './dynamodb-client.ts';
import { client, db, failure, get, put, TableName } from './dynamodb-lab.ts';

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
