import { randomBytes, randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ATTEMPTS } from '../../core/names.ts';
import type { BreakerStore } from '../../core/ports/breaker-store.ts';
import { itemThatRefused } from './versioned-write.ts';

/** A minute's count is of no use after that minute; a day leaves time to inspect it. */
const COUNT_KEPT = 86_400;

/**
 * Breakers in the attempts table: one item per jail whose breaker ever tripped, without a TTL, one
 * per jail and minute with bans.
 *
 * The SDK repeats a write whose answer was lost, so each write carries a name. A minute's item
 * holds the names of its counts, nine bytes each. As each is of a ban or more, there are hardly
 * more than the largest `maxbans` that a jail may have (core/config/jail.ts).
 */
export function dynamoDbBreakerStore(client: DynamoDBClient, table: string): BreakerStore {
  return {
    async trippedAt(jail) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: breakerKey(jail), ConsistentRead: true }),
      );
      const trippedAt = Item?.['trippedAt']?.N;
      return trippedAt === undefined ? undefined : Number(trippedAt);
    },
    async counted(jail, minute) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: countKey(jail, minute), ConsistentRead: true }),
      );
      return Number(Item?.['bans']?.N ?? 0);
    },
    async count(jail, minute, bans) {
      const name = randomBytes(6).toString('base64url');
      let total: string | undefined;
      const refused = await itemThatRefused(async () => {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: countKey(jail, minute),
            UpdateExpression: 'ADD bans :bans, counts :names SET #ttl = :ttl',
            ConditionExpression: 'NOT contains(counts, :name)',
            ExpressionAttributeNames: { '#ttl': ATTEMPTS.ttl },
            ExpressionAttributeValues: {
              ':bans': { N: String(bans) },
              ':name': { S: name },
              ':names': { SS: [name] },
              ':ttl': { N: String(minute * 60 + COUNT_KEPT) },
            },
            ReturnValues: 'UPDATED_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        total = Attributes?.['bans']?.N;
      });
      return Number(total ?? refused?.['bans']?.N);
    },
    async trip(jail, now) {
      return await change(jail, {
        UpdateExpression: 'SET trippedAt = :at, writeId = :id',
        ConditionExpression: 'attribute_not_exists(trippedAt)',
        values: { ':at': { N: String(Math.floor(now)) } },
      });
    },
    async reset(jail) {
      return await change(jail, {
        UpdateExpression: 'REMOVE trippedAt SET writeId = :id',
        ConditionExpression: 'attribute_exists(trippedAt)',
        values: {},
      });
    },
  };

  /** `false` when the condition did not hold. */
  async function change(jail: string, { values, ...expressions }: Change): Promise<boolean> {
    const writeId = randomUUID();
    const update = new UpdateItemCommand({
      TableName: table,
      Key: breakerKey(jail),
      ...expressions,
      ExpressionAttributeValues: { ...values, ':id': { S: writeId } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const refused = await itemThatRefused(async () => await client.send(update));
    return refused === undefined || refused['writeId']?.S === writeId;
  }
}

interface Change {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly values: Readonly<Record<string, { readonly N: string }>>;
}

/** Attempts are keyed `jail#id`; a blank in front of the jail keeps these apart from them. */
function breakerKey(jail: string) {
  return { [ATTEMPTS.partitionKey]: { S: `breaker ${jail}` } };
}

function countKey(jail: string, minute: number) {
  return { [ATTEMPTS.partitionKey]: { S: `bans ${jail} ${minute}` } };
}
