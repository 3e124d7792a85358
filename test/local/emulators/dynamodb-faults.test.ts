import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  InternalServerError,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  TransactionConflictException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamoDbClient, keyOf } from './dynamodb-client.ts';
import { client, clock, db, failure, get, put, TableName } from './dynamodb-lab.ts';

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

  it('removes expired items on request, and reports in the stream that DynamoDB did', async () => {
    db.registerStream(TableName);
    const now = clock.ms / 1000;
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
    clock.ms += 1_000;
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

  it('another writer writes first', async () => {
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
