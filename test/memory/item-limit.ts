/**
 * Bytes that an item's texts may take: 400 KB (DynamoDB developer guide, "Service, account, and
 * table quotas"), without 4 KB for the names of attributes, the key, the version and a TTL.
 */
export const LARGEST_ITEM = 396 * 1024;

const encoder = new TextEncoder();

/**
 * Bytes of these texts in an item: each its length in UTF-8, and one as a member of a set (DynamoDB
 * developer guide, "DynamoDB item sizes and formats").
 */
export function bytesIn(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + encoder.encode(text).length + 1, 0);
}

/**
 * The record, if its JSON text fits in an item.
 *
 * @throws as the table's adapter does
 */
export function fitting<T>(record: T): T {
  if (bytesIn([JSON.stringify(record)]) <= LARGEST_ITEM) return record;
  throw new Error('Item size has exceeded the maximum allowed size');
}
