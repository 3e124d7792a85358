import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Confirmation, ConfirmationKey, ConfirmationStore } from '../../core/ports/confirmation-store.ts';
import { dynamoDbBatches } from './dynamodb-batches.ts';

const NumberText = v.object({ N: v.pipe(v.string(), v.transform(Number)) });
const ConfirmationItem = v.object({
  target: v.object({ S: v.string() }),
  id: v.object({ S: v.string() }),
  bans: v.object({
    S: v.pipe(
      v.string(),
      v.parseJson(),
      v.array(v.object({ jail: v.string(), bannedAt: v.number(), since: v.number() })),
    ),
  }),
  [ATTEMPTS.ttl]: v.optional(NumberText),
  missingSince: v.optional(NumberText),
});

/**
 * Confirmations in the attempts table: one item per (target, id), and one per target for when it
 * was last unsettled. They are not in the bans table, whose stream would wake the banner for them.
 */
export function dynamoDbConfirmationStore(
  client: DynamoDBClient,
  table: string,
  clock: Pick<Clock, 'sleep'>,
): ConfirmationStore {
  const batches = dynamoDbBatches(client, table, clock);
  return {
    get: async (keys) => (await batches.get(keys.map(itemKey))).map(toConfirmation),
    put: async (confirmations) => await batches.put(confirmations.map(toItem)),
    delete: async (keys) => await batches.delete(keys.map(itemKey)),
    async noteMissing(key, since) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { [ATTEMPTS.partitionKey]: { S: itemKey(key) } },
            UpdateExpression: 'SET missingSince = :since',
            // A new item would confirm nothing.
            ConditionExpression: `attribute_exists(${ATTEMPTS.partitionKey})`,
            ExpressionAttributeValues: { ':since': { N: String(since) } },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
    async unsettledAt(target) {
      const Key = { [ATTEMPTS.partitionKey]: { S: unsettledKey(target) } };
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item && Number(Item['at']?.N);
    },
    unsettle: (target, at) =>
      batches.put([{ [ATTEMPTS.partitionKey]: { S: unsettledKey(target) }, at: { N: String(at) } }]),
  };
}

function toItem({ target, id, bans, keepUntil, missingSince }: Confirmation): Record<string, AttributeValue> {
  return {
    [ATTEMPTS.partitionKey]: { S: itemKey({ target, id }) },
    target: { S: target },
    id: { S: id },
    bans: { S: JSON.stringify(bans) },
    ...(keepUntil !== undefined && { [ATTEMPTS.ttl]: { N: String(Math.ceil(keepUntil)) } }),
    ...(missingSince !== undefined && { missingSince: { N: String(missingSince) } }),
  };
}

function toConfirmation(item: Record<string, AttributeValue>): Confirmation {
  const { target, id, bans, missingSince, ...rest } = v.parse(ConfirmationItem, item);
  return {
    target: target.S,
    id: id.S,
    bans: bans.S,
    keepUntil: rest[ATTEMPTS.ttl]?.N,
    missingSince: missingSince?.N,
  };
}

/** Attempts are keyed `jail#id`; no jail is named with a space, so these can't meet. */
function itemKey({ target, id }: ConfirmationKey): string {
  return `confirmed ${JSON.stringify([target, id])}`;
}

function unsettledKey(target: string): string {
  return `unsettled ${target}`;
}
