import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { NoticeEntry, NoticeLedger } from '../../core/ports/notice-ledger.ts';
import type { BanKey } from '../../core/records/ban.ts';

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
 *
 * The client repeats a write whose answer was lost, and its condition fails on its own result. The
 * write's name shows that it is the same write.
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
      const writeId = randomUUID();
      try {
        await client.send(
          new PutItemCommand({ TableName: table, Item: toItem(key, entry, writeId), ...ifNobodyWroteSince(entry) }),
        );
        return 'written';
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return error.Item?.['writeId']?.S === writeId ? 'written' : 'conflict';
      }
    },
  };
}

function toItem(key: BanKey, { version, ...entry }: NoticeEntry, writeId: string) {
  const { keepUntil } = entry;
  return {
    ...itemKey(key),
    entry: { S: JSON.stringify(entry) },
    version: { N: String(version) },
    writeId: { S: writeId },
    ...(keepUntil !== undefined && { [ATTEMPTS.ttl]: { N: String(keepUntil) } }),
  };
}

function ifNobodyWroteSince({ version }: NoticeEntry) {
  const refused = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  if (version === 1) return { ...refused, ConditionExpression: `attribute_not_exists(${ATTEMPTS.partitionKey})` };
  return {
    ...refused,
    ConditionExpression: 'version = :former',
    ExpressionAttributeValues: { ':former': { N: String(version - 1) } },
  };
}

/** Attempts are keyed `jail#id`; no jail is named with a space, so these can't meet. */
function itemKey({ id, jail }: BanKey) {
  return { [ATTEMPTS.partitionKey]: { S: `told ${JSON.stringify([jail, id])}` } };
}
