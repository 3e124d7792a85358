import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { DynamoDb } from './emulators/dynamodb.ts';

/**
 * Records a batch of the stream brings to a function at most, as the stack's event source has it.
 */
const STREAM_BATCH = 10_000;

/** As the stack's event source has it. */
const STREAM_RETRIES = 5;

/** Somebody who reads a table's stream, at a pace of his own. */
export interface StreamReader {
  readonly name: string;
  invoke(event: DynamoDBStreamEvent): Promise<void>;
}

/**
 * Hands each reader all that a table's stream holds, in order. What fails for one holds up that one
 * only.
 */
export function streamDelivery(dynamoDb: DynamoDb, table: string) {
  // A batch stays at the head of a reader's queue until he has taken it.
  const queues = new Map<string, DynamoDBStreamEvent[]>();

  /**
   * @throws what a reader failed with (AggregateError, when several did), after the others were
   *   served
   */
  return async (readers: readonly StreamReader[]): Promise<void> => {
    const failures: unknown[] = [];
    const stuck = new Set<string>();
    for (;;) {
      while (dynamoDb.pendingStreamRecords(table) > 0) {
        const batch = dynamoDb.takeStreamRecords(table, STREAM_BATCH);
        for (const { name } of readers) queues.set(name, [...(queues.get(name) ?? []), batch]);
      }
      const next = readers.find(({ name }) => !stuck.has(name) && (queues.get(name)?.length ?? 0) > 0);
      const batch = next && queues.get(next.name)?.[0];
      if (!next || !batch) break;
      try {
        await redelivered(batch, (event) => next.invoke(event));
        queues.get(next.name)?.shift();
      } catch (error) {
        failures.push(error);
        stuck.add(next.name);
      }
    }
    throwAny(failures);
  };
}

/** @throws the one failure there is, or an AggregateError of several */
export function throwAny(failures: readonly unknown[]): void {
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('; '));
  if (failures.length === 1) throw failures[0];
}

/**
 * Lambda brings a batch of a stream again and again until the function succeeds, up to the event
 * source's retries.
 */
async function redelivered<T>(event: T, invoke: (event: T) => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await invoke(event);
      return;
    } catch (error) {
      if (attempt >= STREAM_RETRIES) throw error;
    }
  }
}
