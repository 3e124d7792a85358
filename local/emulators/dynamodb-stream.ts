/**
 * A table's stream, KEYS_ONLY, as an event source mapping passes it to a function (Lambda developer
 * guide, "Using AWS Lambda with Amazon DynamoDB"; DynamoDB Streams API reference, Record).
 */

import { createHash } from 'node:crypto';
import type { DynamoDBRecord, DynamoDBStreamEvent, AttributeValue as LambdaAttributeValue } from 'aws-lambda';

/** An attribute as the API writes it: `{ S: 'x' }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

export interface TableStream {
  readonly arn: string;
  /** The time it was switched on, which ends its ARN. */
  readonly label: string;
  readonly length: number;
  /**
   * Notes that an item went from one image to the other. A missing image means no item; nothing is
   * noted without a change. `byTtl`: DynamoDB itself removed it at its TTL.
   */
  note(before: Item | undefined, after: Item | undefined, at: number, byTtl?: boolean): void;
  /** Takes the oldest records. */
  take(limit: number): DynamoDBStreamEvent;
}

const TTL_IDENTITY = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n;

/** `createdAt` in milliseconds since the epoch; `tableArn` as DescribeTable gives it. */
export function createTableStream(tableArn: string, keyNames: readonly string[], createdAt: number): TableStream {
  const label = new Date(createdAt).toISOString().slice(0, -1);
  const arn = `${tableArn}/stream/${label}`;
  const awsRegion = tableArn.split(':')[3] ?? '';
  const records: DynamoDBRecord[] = [];
  let sequence = FIRST_SEQUENCE_NUMBER;

  return {
    arn,
    label,
    get length() {
      return records.length;
    },
    note(before, after, at, byTtl = false) {
      const item = after ?? before;
      if (item === undefined || canonical(before) === canonical(after)) return;
      const keys = Object.fromEntries(keyNames.map((name) => [name, item[name] ?? {}]));
      sequence += 1n;
      records.push({
        eventID: createHash('md5').update(`${arn}${sequence}`).digest('hex'),
        eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion,
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(at / 1000),
          Keys: keys as Record<string, LambdaAttributeValue>,
          SequenceNumber: String(sequence),
          SizeBytes: keySize(keys),
          StreamViewType: 'KEYS_ONLY',
        },
        eventSourceARN: arn,
        ...(byTtl ? { userIdentity: TTL_IDENTITY } : {}),
      });
    },
    take: (limit) => ({ Records: records.splice(0, limit) }),
  };
}

/** Equal texts for equal items, independent of the order of attributes and set elements. */
function canonical(item: Item | undefined): string {
  return JSON.stringify(item, (name, value: unknown) => {
    if (Array.isArray(value)) return /^[SNB]S$/.test(name) ? [...value].sort() : value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }) as string;
}

/** Names and values, as the DynamoDB developer guide counts an item's size. */
function keySize(keys: Item): number {
  return Object.entries(keys).reduce((size, [name, value]) => size + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize({ S, N, B }: AttributeValue): number {
  if (typeof S === 'string') return Buffer.byteLength(S);
  if (typeof B === 'string') return Buffer.from(B, 'base64').length;
  const digits = String(N)
    .replace(/[^\d]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1;
}
