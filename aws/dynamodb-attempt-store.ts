import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Attempt, byTime, formatAttempt, parseAttempt } from '../core/attempts/attempt.ts';
import { ATTEMPTS } from '../core/names.ts';
import type { AttemptKey, AttemptStore } from '../core/ports/attempt-store.ts';

/**
 * Attempts as a string set in one item a (jail, id). `ADD` and `DELETE` on a set are union and difference, atomic and idempotent, so
 * no condition is needed.
 */
export function dynamoDbAttemptStore(client: DynamoDBClient, table: string): AttemptStore {
  return {
    async add(key, attempts, keepUntil) {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: itemKey(key),
          UpdateExpression: 'ADD hits :hits SET #ttl = :ttl',
          ExpressionAttributeNames: { '#ttl': ATTEMPTS.ttl },
          ExpressionAttributeValues: { ':hits': hits(attempts), ':ttl': { N: String(keepUntil) } },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return (Attributes?.['hits']?.SS ?? []).map(parseAttempt).sort(byTime);
    },
    async remove(key, attempts) {
      if (attempts.length === 0) return;
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: itemKey(key),
          UpdateExpression: 'DELETE hits :hits',
          ExpressionAttributeValues: { ':hits': hits(attempts) },
        }),
      );
    },
  };
}

function itemKey(key: AttemptKey) {
  return { [ATTEMPTS.partitionKey]: { S: `${key.jail}#${key.id}` } };
}

/** DynamoDB refuses a set with an element twice. */
function hits(attempts: readonly Attempt[]) {
  return { SS: [...new Set(attempts.map(formatAttempt))] };
}
