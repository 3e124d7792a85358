import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { NoticeEntry, NoticeLedger } from '../../core/ports/notice-ledger.ts';
import type { BanKey } from '../../core/records/ban.ts';
import { writeVersion } from './versioned-write.ts';

const Entry = v.object({
  told: v.optional(v.object({ version: v.number(), bannedAt: v.number() })),
  leasedUntil: v.number(),
  keepUntil: v.optional(v.number()),
});
const EntryItem = v.object({
  entry: v.object({ S: v.pipe(v.string(), v.parseJson(), Entry) }),
  version: v.object({ N: v.pipe(v.string(), v.transform(Number)) }),
});

/**
 * The changes already reported, in the attempts table: one item per (jail, id). They are not in the
 * bans table, whose stream would wake the banner for them.
 */
export function dynamoDbNoticeLedger(client: DynamoDBClient, table: string): NoticeLedger {
  return {
    async read(key) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: itemKey(key), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { entry, version } = v.parse(EntryItem, Item);
      const { told, leasedUntil, keepUntil } = entry.S;
      return { told, leasedUntil, keepUntil, version: version.N };
    },
    async write(key, entry) {
      const item = toItem(key, entry);
      const { version } = entry;
      return await writeVersion(client, { table, partitionKey: ATTEMPTS.partitionKey, item, version });
    },
  };
}

function toItem(key: BanKey, { version, ...entry }: NoticeEntry) {
  const { keepUntil } = entry;
  return {
    ...itemKey(key),
    entry: { S: JSON.stringify(entry) },
    ...(keepUntil !== undefined && { [ATTEMPTS.ttl]: { N: String(keepUntil) } }),
  };
}

/** Attempts are keyed `jail#id`; no jail is named with a space, so these can't meet. */
function itemKey({ id, jail }: BanKey) {
  return { [ATTEMPTS.partitionKey]: { S: `told ${JSON.stringify([jail, id])}` } };
}
