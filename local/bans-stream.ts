import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { DynamoDb } from './emulators/dynamodb.ts';

/** Records a batch of the stream brings to a function at most, as in the stack's event source. */
const STREAM_BATCH = 10_000;

/** As in the stack's event source. */
const STREAM_RETRIES = 5;

/** A reader of a table's stream, at its own pace. */
export interface StreamReader {
  readonly name: string;
  invoke(event: DynamoDBStreamEvent): Promise<void>;
}

/**
 * Passes all records of a table's stream to each reader, in order. A failure delays only its own
 * reader.
 */
export function streamDelivery(dynamoDb: DynamoDb, table: string) {
  // A batch stays at the head of a reader's queue until the reader has taken it.
  const queues = new Map<string, DynamoDBStreamEvent[]>();

  /** @throws the error of a reader (AggregateError for several), after the others were served */
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

/** @throws a single failure, or an AggregateError of several */
export function throwAny(failures: readonly unknown[]): void {
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('; '));
  if (failures.length === 1) throw failures[0];
}

/**
 * Lambda repeats a batch of a stream until the function succeeds, up to the event source's retries.
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
