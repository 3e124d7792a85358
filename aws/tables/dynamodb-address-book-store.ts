import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { AddressBookStore } from '../../core/ports/address-book-store.ts';
import { writeVersion } from './versioned-write.ts';

const NumberOrNone = v.optional(v.number());
const Book = v.object({
  own: v.object({ ranges: v.array(v.string()), readAt: NumberOrNone }),
  names: v.record(v.string(), v.object({ answeredAt: NumberOrNone, addresses: v.record(v.string(), v.number()) })),
  version: v.number(),
});

/** Attempts are keyed `jail#id`; no jail is named with a space. */
const KEY = { [ATTEMPTS.partitionKey]: { S: 'address book' } };

/** The address book in the attempts table: one item, without a TTL. */
export function dynamoDbAddressBookStore(client: DynamoDBClient, table: string): AddressBookStore {
  return {
    async read() {
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }));
      if (!Item) return undefined;
      const { own, names, version } = v.parse(Book, JSON.parse(Item['book']?.S ?? ''));
      const entries = Object.entries(names).map(
        ([name, { answeredAt, addresses }]) => [name, { answeredAt, addresses }] as const,
      );
      return { own: { ranges: own.ranges, readAt: own.readAt }, names: Object.fromEntries(entries), version };
    },
    async write(book) {
      const item = { ...KEY, book: { S: JSON.stringify(book) } };
      const { version } = book;
      return await writeVersion(client, { table, partitionKey: ATTEMPTS.partitionKey, item, version });
    },
  };
}
