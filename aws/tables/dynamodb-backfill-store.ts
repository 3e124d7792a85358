import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { dynamoDbBatches } from './dynamodb-batches.ts';
import { writeVersion } from './versioned-write.ts';

const Order = v.object({
  id: v.number(),
  kind: v.picklist(['catch-up', 'request']),
  logGroup: v.string(),
  jails: v.array(v.string()),
  fromMs: v.number(),
  toMs: v.number(),
  orderedAt: v.number(),
});
const Tally = v.object({
  events: v.number(),
  failures: v.number(),
  bans: v.number(),
  missed: v.number(),
  heldBack: v.number(),
});
const Ledger = v.object({
  reads: v.array(v.object({ logGroup: v.string(), jails: v.array(v.string()) })),
  orders: v.array(Order),
  ended: v.array(
    v.object({
      order: Order,
      how: v.picklist(['done', 'cancelled', 'failed']),
      reason: v.string(),
      at: v.number(),
      cursorMs: v.number(),
      tally: Tally,
    }),
  ),
  latest: v.number(),
  version: v.number(),
});
const Progress = v.object({
  id: v.number(),
  cursorMs: v.number(),
  page: v.optional(v.object({ fromMs: v.number(), toMs: v.number(), next: v.string(), since: v.number() })),
  movedAt: v.number(),
  tally: Tally,
  lease: v.optional(v.object({ holder: v.string(), until: v.number() })),
  problem: v.optional(v.object({ text: v.string(), since: v.number(), times: v.number(), retryAt: v.number() })),
  version: v.number(),
});

/** Attempts are keyed `jail#id`; no jail is named with a space, so these can't meet. */
const LEDGER = 'backfill ledger';
const progressKey = (id: number): string => `backfill ${id}`;

/**
 * An order's progress is kept this long after its last step. The ledger shows finished orders, so
 * the progress may go long after the end.
 */
const KEPT_FOR = 30 * 86_400;

/**
 * Backfill orders in the attempts table: one item for the ledger, without a TTL, and one per order.
 */
export function dynamoDbBackfillStore(client: DynamoDBClient, table: string, clock: Clock): BackfillStore {
  const batches = dynamoDbBatches(client, table, clock);

  async function put(key: string, record: { readonly version: number }, ttl?: number): Promise<'written' | 'conflict'> {
    const item: Record<string, AttributeValue> = {
      [ATTEMPTS.partitionKey]: { S: key },
      record: { S: JSON.stringify(record) },
      ...(ttl !== undefined && { [ATTEMPTS.ttl]: { N: String(ttl) } }),
    };
    const { version } = record;
    return await writeVersion(client, { table, partitionKey: ATTEMPTS.partitionKey, item, version });
  }

  return {
    async ledger() {
      const Key = { [ATTEMPTS.partitionKey]: { S: LEDGER } };
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item && v.parse(Ledger, recordOf(Item));
    },
    writeLedger: (ledger) => put(LEDGER, ledger),
    async progress(ids) {
      const items = await batches.get(ids.map(progressKey));
      return new Map(
        items.map((item) => {
          const { id, page, lease, problem, ...progress } = v.parse(Progress, recordOf(item));
          return [id, { ...progress, page, lease, problem }];
        }),
      );
    },
    writeProgress: (id, progress) =>
      put(progressKey(id), { id, ...progress } as { readonly version: number }, Math.ceil(clock.now()) + KEPT_FOR),
  };
}

function recordOf(item: Record<string, AttributeValue>): unknown {
  return JSON.parse(item['record']?.S ?? '');
}
