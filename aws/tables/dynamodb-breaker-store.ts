import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ATTEMPTS } from '../../core/names.ts';
import type { BreakerStore } from '../../core/ports/breaker-store.ts';

/** A minute's count is of no use after that minute; a day leaves time to inspect it. */
const COUNT_KEPT = 86_400;

/** Breakers in the attempts table: one item per tripped jail, one per jail and minute with bans. */
export function dynamoDbBreakerStore(client: DynamoDBClient, table: string): BreakerStore {
  const exists = `attribute_exists(${ATTEMPTS.partitionKey})`;
  const isNew = `attribute_not_exists(${ATTEMPTS.partitionKey})`;
  return {
    async trippedAt(jail) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: breakerKey(jail), ConsistentRead: true }),
      );
      return Item && Number(Item['trippedAt']?.N);
    },
    async counted(jail, minute) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: countKey(jail, minute), ConsistentRead: true }),
      );
      return Number(Item?.['bans']?.N ?? 0);
    },
    async count(jail, minute, bans) {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: countKey(jail, minute),
          UpdateExpression: 'ADD bans :bans SET #ttl = :ttl',
          ExpressionAttributeNames: { '#ttl': ATTEMPTS.ttl },
          ExpressionAttributeValues: { ':bans': { N: String(bans) }, ':ttl': { N: String(minute * 60 + COUNT_KEPT) } },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return Number(Attributes?.['bans']?.N);
    },
    trip: (jail, now) =>
      unlessRefused(async () => {
        const Item = { ...breakerKey(jail), trippedAt: { N: String(Math.floor(now)) } };
        await client.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: isNew }));
      }),
    reset: (jail) =>
      unlessRefused(async () => {
        await client.send(
          new DeleteItemCommand({ TableName: table, Key: breakerKey(jail), ConditionExpression: exists }),
        );
      }),
  };
}

/** `false` when the write's condition did not hold. */
async function unlessRefused(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Attempts are keyed `jail#id`; a blank in front of the jail keeps these apart from them. */
function breakerKey(jail: string) {
  return { [ATTEMPTS.partitionKey]: { S: `breaker ${jail}` } };
}

function countKey(jail: string, minute: number) {
  return { [ATTEMPTS.partitionKey]: { S: `bans ${jail} ${minute}` } };
}
