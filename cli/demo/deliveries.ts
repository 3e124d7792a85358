import { gzipSync } from 'node:zlib';
import type { DateDetector } from '../../core/dates/detector/date-detector.ts';
import type { LogBatch, LogEvent } from '../../core/intake/log-batch.ts';
import type { NumberedLine } from '../input/read-lines.ts';

/** One delivery of a log subscription, and how far into the file it reaches. */
export interface FileDelivery {
  readonly batch: LogBatch;
  readonly bytesRead: number;
}

export interface DeliveryLimits {
  readonly mostEvents: number;
  /**
   * Seconds of log time a delivery spans at most: CloudWatch does not hold events back for long.
   */
  readonly mostSeconds: number;
}

const ORDINARY_DELIVERIES: DeliveryLimits = { mostEvents: 1000, mostSeconds: 10 };

/** CloudWatch takes at most 1 MB a batch; characters are near enough. */
const MOST_CHARACTERS = 900_000;

/**
 * Cuts a file's lines into the batches CloudWatch Logs would deliver, stamped as the agent stamps
 * them: with the date in the line; a line without one belongs to the line before it.
 *
 * @param now epoch seconds: the year of dates that carry none follows from it, and lines before the
 *   first date get it
 */
export async function* deliveries(
  lines: AsyncIterable<NumberedLine>,
  source: { readonly logGroup: string; readonly logStream: string },
  dates: DateDetector | undefined,
  now: number,
  limits: DeliveryLimits = ORDINARY_DELIVERIES,
): AsyncGenerator<FileDelivery> {
  let events: LogEvent[] = [];
  let characters = 0;
  let bytesRead = 0;
  let time: number | undefined;
  for await (const line of lines) {
    time = dates?.find(line.text, now)?.time ?? time ?? now;
    const event = { id: eventId(time, line.number), timestampMs: Math.round(time * 1000), message: line.text };
    const first = events[0];
    const full =
      first !== undefined &&
      (events.length >= limits.mostEvents ||
        characters + line.text.length > MOST_CHARACTERS ||
        Math.abs(event.timestampMs - first.timestampMs) >= limits.mostSeconds * 1000);
    if (full) {
      yield { batch: { ...source, events }, bytesRead };
      events = [];
      characters = 0;
    }
    events.push(event);
    characters += line.text.length;
    bytesRead = line.bytesRead;
  }
  if (events.length > 0) yield { batch: { ...source, events }, bytesRead };
}

/**
 * The event Lambda gets for a batch: base64 of gzip of JSON, with the fields CloudWatch Logs sends.
 */
export function subscriptionEvent(batch: LogBatch): { readonly awslogs: { readonly data: string } } {
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup: batch.logGroup,
    logStream: batch.logStream,
    subscriptionFilters: ['cloudjail'],
    logEvents: batch.events.map(({ id, timestampMs, message }) => ({ id, timestamp: timestampMs, message })),
  };
  // Level 1: the result is read once, in this process.
  return { awslogs: { data: gzipSync(JSON.stringify(payload), { level: 1 }).toString('base64') } };
}

/** 56 digits, as CloudWatch's are; the same line of the same file always has the same. */
function eventId(time: number, line: number): string {
  return (
    Math.floor(time * 1000)
      .toString()
      .padStart(16, '0') + String(line).padStart(40, '0')
  );
}
