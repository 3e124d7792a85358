import {
  type AttributeValue,
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ATTEMPTS } from '../../core/names.ts';
import type { AttemptKey, AttemptStore } from '../../core/ports/attempt-store.ts';
import {
  type AttemptSet,
  byTime,
  formatAttempt,
  formatLine,
  parseAttempt,
  parseLine,
} from '../../core/records/attempt.ts';

/**
 * Attempts and evidence lines as two string sets in one item per (jail, id). `ADD` and `DELETE` on
 * a set are union and difference, atomic and idempotent, so no condition is needed.
 */
export function dynamoDbAttemptStore(client: DynamoDBClient, table: string): AttemptStore {
  return {
    async add(key, added, keepUntil) {
      const { clauses, values } = sets(added);
      const update = new UpdateItemCommand({
        TableName: table,
        Key: itemKey(key),
        UpdateExpression: `${clauses === '' ? '' : `ADD ${clauses} `}SET #ttl = :ttl`,
        ExpressionAttributeNames: { '#ttl': ATTEMPTS.ttl },
        ExpressionAttributeValues: { ...values, ':ttl': { N: String(keepUntil) } },
        ReturnValues: 'ALL_NEW',
      });
      try {
        const { Attributes } = await client.send(update);
        return toSet(Attributes);
      } catch (error) {
        if (isTooLarge(error)) return 'too-large';
        throw error;
      }
    },
    async read(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: itemKey(key), ConsistentRead: true }),
      );
      return toSet(Item);
    },
    async remove(key, removed) {
      const { clauses, values } = sets(removed);
      if (clauses === '') return;
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: itemKey(key),
          UpdateExpression: `DELETE ${clauses}`,
          ExpressionAttributeValues: values,
        }),
      );
    },
  };
}

function toSet(item: Record<string, AttributeValue> | undefined): AttemptSet {
  return {
    attempts: (item?.['hits']?.SS ?? []).map(parseAttempt).sort(byTime),
    lines: (item?.['evidence']?.SS ?? []).map(parseLine).sort(byTime),
  };
}

/** DynamoDB has no exception of its own for an item beyond 400 KB. */
function isTooLarge(error: unknown): boolean {
  if (!(error instanceof DynamoDBServiceException) || error.name !== 'ValidationException') return false;
  return /item size .*exceeded/i.test(error.message);
}

function itemKey(key: AttemptKey) {
  return { [ATTEMPTS.partitionKey]: { S: `${key.jail}#${key.id}` } };
}

/** DynamoDB refuses an empty set and a set with duplicates. */
function sets(set: AttemptSet) {
  const hits = [...new Set(set.attempts.map(formatAttempt))];
  const evidence = [...new Set(set.lines.map(formatLine))];
  const clauses: string[] = [];
  const values: Record<string, AttributeValue> = {};
  if (hits.length > 0) {
    clauses.push('hits :hits');
    values[':hits'] = { SS: hits };
  }
  if (evidence.length > 0) {
    clauses.push('evidence :evidence');
    values[':evidence'] = { SS: evidence };
  }
  return { clauses: clauses.join(', '), values };
}
