import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import type { LogBatch, LogEvent } from '../../core/intake/log-batch.ts';
import type { PrefilterLiteral } from '../../core/records/compiled-jail.ts';
import { siftEvents } from './sift-events.ts';

export type Delivery =
  | { readonly kind: 'events'; readonly batch: LogBatch }
  /** CloudWatch checks whether the destination can be reached; there is nothing to do. */
  | { readonly kind: 'probe' };

/**
 * The payload is not what CloudWatch Logs sends. Thrown, so that Lambda retries it and then keeps
 * it in the dead-letter queue.
 */
export class CorruptDeliveryError extends Error {
  override readonly name = 'CorruptDeliveryError';
}

/**
 * The literals that a log group's jails look for: only events that hold one of them are wanted.
 * `undefined`: all events are wanted.
 */
export type Sieve = (logGroup: string) => readonly PrefilterLiteral[] | undefined;

/**
 * A delivery is at most 1 MB compressed; log text compresses some 10 to 20 times. A larger one is a
 * decompression bomb.
 */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Chunks of 64 KB take two thirds of the time of Node's default of 16 KB, because fewer are joined.
 */
const UNPACKING = { maxOutputLength: MOST_BYTES, chunkSize: 64 * 1024 };

const Envelope = v.object({ awslogs: v.object({ data: v.string() }) });
const Payload = v.object({
  messageType: v.string(),
  logGroup: v.string(),
  logStream: v.string(),
  logEvents: v.array(v.unknown()),
});

/**
 * Reads a subscription's delivery
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html).
 *
 * @param sieve avoids parsing events that concern no jail; it changes nothing else
 * @throws {CorruptDeliveryError}
 */
export function readDelivery(event: unknown, sieve?: Sieve): Delivery {
  try {
    const { data } = v.parse(Envelope, event).awslogs;
    return parse(gunzipSync(Buffer.from(data, 'base64'), UNPACKING), sieve);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorruptDeliveryError(`not a CloudWatch Logs delivery: ${reason}`, { cause });
  }
}

function parse(json: Buffer, sieve: Sieve | undefined): Delivery {
  const sifted = sieve && siftEvents(json, (head) => sieve(v.parse(Payload, head).logGroup));
  const payload = v.parse(Payload, sifted?.head ?? JSON.parse(json.toString('utf8')));
  if (payload.messageType === 'CONTROL_MESSAGE') return { kind: 'probe' };
  const events = (sifted?.events ?? payload.logEvents).map(logEvent);
  const { logGroup, logStream } = payload;
  return { kind: 'events', batch: { logGroup, logStream, events, passedOver: sifted?.passedOver ?? 0 } };
}

/** Checked by hand, because a schema takes longer than parsing the event. */
function logEvent(event: unknown): LogEvent {
  const { id, timestamp, message } = (event ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string') throw new TypeError('an event has no id');
  if (typeof timestamp !== 'number') throw new TypeError(`event ${id} has no timestamp`);
  if (typeof message !== 'string') throw new TypeError(`event ${id} has no message`);
  return { id, timestampMs: timestamp, message };
}
