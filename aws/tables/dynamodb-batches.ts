import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { eachAtOnce } from '../../core/at-once.ts';
import { ATTEMPTS } from '../../core/names.ts';
import type { Clock } from '../../core/ports/clock.ts';

type Item = Record<string, AttributeValue>;

export interface Batches {
  /** The existing items of these partition keys, read strongly consistent. */
  get(keys: readonly string[]): Promise<readonly Item[]>;
  /** Puts items, each with its partition key. */
  put(items: readonly Item[]): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
}

/** The limits of one call (DynamoDB API reference: BatchGetItem, BatchWriteItem). */
const MOST_READ = 100;
const MOST_WRITTEN = 25;
/** Calls in flight at once. */
const AT_ONCE = 4;
/** Rounds without progress before the batch fails. */
const MOST_ROUNDS = 8;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Reads and writes many items of the attempts table at once. DynamoDB reports unprocessed items
 * without an error; they are sent again after a pause.
 */
export function dynamoDbBatches(client: DynamoDBClient, table: string, clock: Pick<Clock, 'sleep'>): Batches {
  async function write(requests: readonly WriteRequest[]): Promise<void> {
    await eachBatch(requests, MOST_WRITTEN, clock, async (batch) => {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: [...batch] } }),
      );
      return UnprocessedItems?.[table] ?? [];
    });
  }

  return {
    async get(keys) {
      const items: Item[] = [];
      const wanted = [...new Set(keys)].map((key) => ({ [ATTEMPTS.partitionKey]: { S: key } }));
      await eachBatch<Item>(wanted, MOST_READ, clock, async (batch) => {
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [...batch], ConsistentRead: true } } }),
        );
        items.push(...(Responses?.[table] ?? []));
        return UnprocessedKeys?.[table]?.Keys ?? [];
      });
      return items;
    },
    async put(items) {
      // DynamoDB refuses a call with a duplicate key.
      const each = new Map(items.map((item) => [item[ATTEMPTS.partitionKey]?.S, item]));
      await write([...each.values()].map((Item) => ({ PutRequest: { Item } })));
    },
    async delete(keys) {
      await write(
        [...new Set(keys)].map((key) => ({ DeleteRequest: { Key: { [ATTEMPTS.partitionKey]: { S: key } } } })),
      );
    },
  };
}

/** @param send makes one call and returns what was left unprocessed */
async function eachBatch<T>(
  all: readonly T[],
  most: number,
  { sleep }: Pick<Clock, 'sleep'>,
  send: (batch: readonly T[]) => Promise<readonly T[]>,
): Promise<void> {
  const batches: readonly (readonly T[])[] = Array.from({ length: Math.ceil(all.length / most) }, (_, i) =>
    all.slice(i * most, (i + 1) * most),
  );
  const sendAll = async (some: readonly T[]): Promise<void> => {
    for (let batch = some, round = 0; batch.length > 0; ) {
      const left = await send(batch);
      round = left.length < batch.length ? 1 : round + 1;
      if (round > MOST_ROUNDS)
        throw new Error(`DynamoDB left ${left.length} items unprocessed, ${round} times in a row`);
      batch = left;
      if (left.length > 0) await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (round - 1), LONGEST_PAUSE_MS));
    }
  };
  await eachAtOnce(batches, sendAll, { atOnce: AT_ONCE, mostFailures: 1 });
}
