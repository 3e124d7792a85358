import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import type { LogBatch } from '../core/intake/log-batch.ts';

/** The event Lambda gets from a CloudWatch Logs subscription: base64 of gzip of JSON. */
export interface CloudWatchLogsEvent {
  readonly awslogs: { readonly data: string };
}

export type Delivery =
  | { readonly kind: 'events'; readonly batch: LogBatch }
  /** CloudWatch asks whether the destination can be reached; there is nothing to do. */
  | { readonly kind: 'probe' };

/** The payload is not what CloudWatch Logs sends. Thrown, so that Lambda retries it and then keeps it in the dead-letter queue. */
export class CorruptDeliveryError extends Error {
  override readonly name = 'CorruptDeliveryError';
}

/** A delivery is at most 1 MB compressed; log text compresses some 10 to 20 times. Past this it is a bomb. */
const MOST_BYTES = 128 * 1024 * 1024;

const Envelope = v.object({ awslogs: v.object({ data: v.string() }) });
const Payload = v.object({
  messageType: v.string(),
  logGroup: v.string(),
  logStream: v.string(),
  logEvents: v.array(v.object({ id: v.string(), timestamp: v.number(), message: v.string() })),
});

/**
 * Reads a subscription's delivery
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html).
 *
 * @throws {CorruptDeliveryError}
 */
export function readDelivery(event: unknown): Delivery {
  const payload = parse(event);
  if (payload.messageType === 'CONTROL_MESSAGE') return { kind: 'probe' };
  const events = payload.logEvents.map(({ id, timestamp, message }) => ({ id, timestampMs: timestamp, message }));
  return { kind: 'events', batch: { logGroup: payload.logGroup, logStream: payload.logStream, events } };
}

function parse(event: unknown): v.InferOutput<typeof Payload> {
  try {
    const { data } = v.parse(Envelope, event).awslogs;
    const text = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
    return v.parse(Payload, JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorruptDeliveryError(`not a CloudWatch Logs delivery: ${reason}`, { cause });
  }
}
