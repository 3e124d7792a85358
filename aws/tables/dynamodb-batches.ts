import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { ATTEMPTS } from '../../core/names.ts';
import type { Clock } from '../../core/ports/clock.ts';

type Item = Record<string, AttributeValue>;

export interface Batches {
  /** The items of these partition keys that there are, read strongly consistent. */
  get(keys: readonly string[]): Promise<readonly Item[]>;
  /** Puts items, each with its partition key. */
  put(items: readonly Item[]): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
}

/** What one call takes (DynamoDB API reference: BatchGetItem, BatchWriteItem). */
const MOST_READ = 100;
const MOST_WRITTEN = 25;
/** Calls under way at once. */
const AT_ONCE = 4;
/** Rounds in which the service gets on with nothing before it is given up. */
const MOST_ROUNDS = 8;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Many items of the attempts table at once. What DynamoDB leaves unprocessed, which is no error of
 * its own, is sent again after a pause.
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
      // A call with a key twice is refused.
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

/** @param send makes one call, and answers with what was left unprocessed */
async function eachBatch<T>(
  all: readonly T[],
  most: number,
  { sleep }: Pick<Clock, 'sleep'>,
  send: (batch: readonly T[]) => Promise<readonly T[]>,
): Promise<void> {
  const batches: readonly (readonly T[])[] = Array.from({ length: Math.ceil(all.length / most) }, (_, i) =>
    all.slice(i * most, (i + 1) * most),
  );
  const queue = batches.values();
  const worker = async (): Promise<void> => {
    for (let batch of queue) {
      for (let round = 0; batch.length > 0; ) {
        const left = await send(batch);
        round = left.length < batch.length ? 1 : round + 1;
        if (round > MOST_ROUNDS)
          throw new Error(`DynamoDB left ${left.length} items unprocessed, ${round} times in a row`);
        batch = left;
        if (left.length > 0) await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (round - 1), LONGEST_PAUSE_MS));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, batches.length) }, worker));
}
