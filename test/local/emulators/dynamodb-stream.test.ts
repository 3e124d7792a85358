import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { createTable, dynamoDbClient, keyOf } from './dynamodb-client.ts';

const TableName = 'bans';
const CLOCK = 1_700_000_000_500;
let db: DynamoDb;
let client: DynamoDBClient;

beforeEach(async () => {
  db = await startDynamoDb({ now: () => CLOCK });
  client = dynamoDbClient(db.endpoint);
  await createTable(client, TableName, {
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  });
});

afterEach(async () => {
  client.destroy();
  await db.close();
});

function put(id: string, more: object = {}) {
  return client.send(new PutItemCommand({ TableName, Item: { ...keyOf(id), ...more } }));
}

function set(id: string, state: string, condition?: string) {
  return client.send(
    new UpdateItemCommand({
      TableName,
      Key: keyOf(id),
      UpdateExpression: 'SET #s = :s',
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': { S: state } },
    }),
  );
}

function remove(id: string) {
  return client.send(new DeleteItemCommand({ TableName, Key: keyOf(id) }));
}

function brief({ eventName, dynamodb }: DynamoDBRecord): string {
  return `${eventName} ${dynamodb?.Keys?.['id']?.S}`;
}

function taken(limit?: number): string[] {
  return db.takeStreamRecords(TableName, limit).Records.map(brief);
}

describe('a table’s stream', () => {
  it('hands out records as Lambda gets them', async () => {
    await put('192.0.2.1');
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      LatestStreamLabel: '2023-11-14T22:13:20.500',
      LatestStreamArn: `${Table?.TableArn}/stream/2023-11-14T22:13:20.500`,
    });
    expect(db.takeStreamRecords(TableName)).toEqual({
      Records: [
        {
          eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'us-east-1',
          dynamodb: {
            ApproximateCreationDateTime: 1_700_000_000,
            Keys: { id: { S: '192.0.2.1' }, jail: { S: 'sshd' } },
            SequenceNumber: expect.stringMatching(/^\d{21,40}$/),
            SizeBytes: 2 + 9 + 4 + 4,
            StreamViewType: 'KEYS_ONLY',
          },
          eventSourceARN: Table?.LatestStreamArn,
        },
      ],
    });
  });

  it('reports insertion, modification and removal', async () => {
    await put('a');
    await put('a', { x: { S: '1' } });
    await set('b', 'active');
    await set('b', 'lifted');
    await remove('a');
    expect(taken()).toEqual(['INSERT a', 'MODIFY a', 'INSERT b', 'MODIFY b', 'REMOVE a']);
    expect(taken()).toEqual([]);
  });

  it('shows nothing about writes that fail or change nothing', async () => {
    await put('a', { hits: { SS: ['1', '2'] }, state: { S: 'active' } });
    expect(taken()).toEqual(['INSERT a']);
    await put('a', { state: { S: 'active' }, hits: { SS: ['2', '1'] } });
    await set('a', 'active');
    await remove('nobody');
    await expect(set('a', 'lifted', 'attribute_not_exists(id)')).rejects.toThrow('The conditional request failed');
    await expect(set('nobody', 'lifted', 'attribute_exists(id)')).rejects.toThrow();
    expect(taken()).toEqual([]);
  });

  it('records a batch item by item', async () => {
    await put('a');
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [
            { DeleteRequest: { Key: keyOf('a') } },
            { PutRequest: { Item: keyOf('b') } },
            { DeleteRequest: { Key: keyOf('nobody') } },
          ],
        },
      }),
    );
    expect(taken()).toEqual(['INSERT a', 'REMOVE a', 'INSERT b']);
  });

  it('keeps the order of the writes to an item, however many come at once', async () => {
    const states = Array.from({ length: 30 }, (_, i) => `s${i}`);
    await Promise.all(states.map((state) => set('a', state)));
    const { Records } = db.takeStreamRecords(TableName);
    expect(Records.map((record) => record.eventName)).toEqual(['INSERT', ...Array(29).fill('MODIFY')]);
    const numbers = Records.map((record) => BigInt(record.dynamodb?.SequenceNumber ?? 0));
    expect([...numbers].sort((a, b) => (a < b ? -1 : 1))).toEqual(numbers);
    expect(new Set(Records.map((record) => record.eventID)).size).toBe(30);
  });

  it('records a write whose caller never heard of it, and none that did not happen', async () => {
    db.faults.inject({ operation: 'PutItem', fault: { kind: 'crash-before-write' } });
    db.faults.inject({ operation: 'PutItem', from: 2, fault: { kind: 'crash-after-write' } });
    await expect(put('a')).rejects.toThrow();
    await expect(put('b')).rejects.toThrow();
    expect(taken()).toEqual(['INSERT b']);
  });

  it('is taken in batches', async () => {
    for (const id of ['a', 'b', 'c']) await put(id);
    expect([taken(2), db.pendingStreamRecords(TableName), taken(2)]).toEqual([
      ['INSERT a', 'INSERT b'],
      1,
      ['INSERT c'],
    ]);
  });

  it('can be given to a table that is there already, and is not asked for where there is none', async () => {
    await createTable(client, 'attempts');
    expect(() => db.takeStreamRecords('attempts')).toThrow('no stream');
    expect(() => db.registerStream('nowhere')).toThrow('no table');
    const arn = db.registerStream('attempts');
    expect(arn).toBe(db.registerStream('attempts'));
    await client.send(new PutItemCommand({ TableName: 'attempts', Item: keyOf('a') }));
    expect(db.takeStreamRecords('attempts').Records.map(brief)).toEqual(['INSERT a']);
    expect(db.pendingStreamRecords(TableName)).toBe(0);
  });

  it('is refused with a view the emulator does not keep', async () => {
    const images = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } } as const;
    await expect(createTable(client, 'images', images)).rejects.toThrow('KEYS_ONLY');
  });
});
