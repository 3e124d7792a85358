import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { SessionStore } from '../../core/ports/session-store.ts';
import type { SessionKey } from '../../core/records/session.ts';

/**
 * Seconds after a write, by the wall clock that DynamoDB's TTL follows. A session must remember its
 * consumed events for as long as a delivery may be repeated, and a dead-letter queue keeps one for
 * 14 days at most.
 */
const CLEANED_AFTER = 14 * 86_400;

const SessionItem = v.object({
  session: v.object({ S: v.string() }),
  keepUntil: v.object({ N: v.string() }),
  version: v.object({ N: v.string() }),
});
const SessionText = v.object({
  state: v.optional(v.record(v.string(), v.unknown())),
  consumed: v.object({
    runs: v.array(v.object({ untilMs: v.number(), names: v.string() })),
    forgottenUntilMs: v.number(),
  }),
});

/** Sessions in the attempts table: one item per (jail, log group, log stream). */
export function dynamoDbSessionStore(client: DynamoDBClient, table: string, wallClock: () => number): SessionStore {
  return {
    async read(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: itemKey(key), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { session, keepUntil, version } = v.parse(SessionItem, Item);
      const { state, consumed } = v.parse(SessionText, JSON.parse(session.S));
      return { state, consumed, keepUntil: Number(keepUntil.N), version: Number(version.N) };
    },
    async write(key, session) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: {
              ...itemKey(key),
              session: { S: JSON.stringify({ state: session.state, consumed: session.consumed }) },
              keepUntil: { N: String(session.keepUntil) },
              version: { N: String(session.version) },
              [ATTEMPTS.ttl]: { N: String(Math.floor(wallClock()) + CLEANED_AFTER) },
            },
            ...(session.version === 1
              ? { ConditionExpression: `attribute_not_exists(${ATTEMPTS.partitionKey})` }
              : {
                  ConditionExpression: 'version = :former',
                  ExpressionAttributeValues: { ':former': { N: String(session.version - 1) } },
                }),
          }),
        );
        return 'written';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'conflict';
        throw error;
      }
    },
  };
}

/** Attempts are keyed `jail#id`; no jail is named with a space, so these can't meet. */
function itemKey(key: SessionKey) {
  return { [ATTEMPTS.partitionKey]: { S: `session ${JSON.stringify([key.jail, key.logGroup, key.logStream])}` } };
}
