import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LeakStore } from '../../core/ports/leak-store.ts';
import type { BanKey } from '../../core/records/ban.ts';
import type { Leak } from '../../core/records/leak.ts';
import { dynamoDbBatches } from './dynamodb-batches.ts';

const LeakText = v.object({
  id: v.string(),
  jail: v.string(),
  bannedAt: v.number(),
  at: v.number(),
  targets: v.array(v.string()),
  keepUntil: v.optional(v.number()),
});
const LeakItem = v.object({ leak: v.object({ S: v.pipe(v.string(), v.parseJson(), LeakText) }) });

/** The last attempts of ids that are banned, in the attempts table: one item per (jail, id). */
export function dynamoDbLeakStore(client: DynamoDBClient, table: string, clock: Pick<Clock, 'sleep'>): LeakStore {
  const batches = dynamoDbBatches(client, table, clock);
  return {
    async note(leak) {
      await client.send(new PutItemCommand({ TableName: table, Item: toItem(leak) }));
    },
    async of(keys) {
      const items = await batches.get(keys.map(itemKey));
      return items.map((item) => {
        const { keepUntil, ...leak } = v.parse(LeakItem, item).leak.S;
        return { ...leak, keepUntil };
      });
    },
  };
}

function toItem(leak: Leak): Record<string, AttributeValue> {
  return {
    [ATTEMPTS.partitionKey]: { S: itemKey(leak) },
    leak: { S: JSON.stringify(leak) },
    ...(leak.keepUntil !== undefined && { [ATTEMPTS.ttl]: { N: String(Math.ceil(leak.keepUntil)) } }),
  };
}

/** Attempts are keyed `jail#id`; no jail is named with a space, so these can't meet. */
function itemKey({ id, jail }: BanKey): string {
  return `leak ${JSON.stringify([jail, id])}`;
}
