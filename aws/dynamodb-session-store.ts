import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../core/names.ts';
import type { SessionKey, SessionStore } from '../core/ports/session-store.ts';

/** Beside `keepUntil`, which follows the log's clock: DynamoDB's cleaning follows the wall's. */
const CLEANED_AFTER = 86_400;

const SessionItem = v.object({
  session: v.object({ S: v.string() }),
  keepUntil: v.object({ N: v.string() }),
  version: v.object({ N: v.string() }),
});
const SessionText = v.object({ state: v.optional(v.record(v.string(), v.unknown())), consumed: v.array(v.string()) });

/** Sessions in the attempts table: one item a (jail, log group, log stream). */
export function dynamoDbSessionStore(client: DynamoDBClient, table: string, wallClock: () => number): SessionStore {
  return {
    async read(key, now) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: itemKey(key), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const item = v.parse(SessionItem, Item);
      const keepUntil = Number(item.keepUntil.N);
      const version = Number(item.version.N);
      if (keepUntil < now) return { state: undefined, consumed: [], keepUntil, version };
      const { state, consumed } = v.parse(SessionText, JSON.parse(item.session.S));
      return { state, consumed, keepUntil, version };
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
