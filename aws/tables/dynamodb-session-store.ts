import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { SessionStore } from '../../core/ports/session-store.ts';
import type { SessionKey } from '../../core/records/session.ts';
import { writeVersion } from './versioned-write.ts';

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
      const item = {
        ...itemKey(key),
        session: { S: JSON.stringify({ state: session.state, consumed: session.consumed }) },
        keepUntil: { N: String(session.keepUntil) },
        [ATTEMPTS.ttl]: { N: String(Math.floor(wallClock()) + CLEANED_AFTER) },
      };
      const { version } = session;
      return await writeVersion(client, { table, partitionKey: ATTEMPTS.partitionKey, item, version });
    },
  };
}

/** Attempts are keyed `jail#id`; no jail is named with a space, so these can't meet. */
function itemKey(key: SessionKey) {
  return { [ATTEMPTS.partitionKey]: { S: `session ${JSON.stringify([key.jail, key.logGroup, key.logStream])}` } };
}
