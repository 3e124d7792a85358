import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { SubscriptionReportStore } from '../../core/ports/subscription-report-store.ts';

const Report = v.object({
  at: v.number(),
  subscribed: v.number(),
  left: v.number(),
  unreadCount: v.number(),
  unread: v.array(v.object({ logGroup: v.string(), reason: v.string() })),
});

/** Attempts are keyed `jail#id`; no jail is named with a space. */
const KEY = { [ATTEMPTS.partitionKey]: { S: 'subscription report' } };

/** The subscriber's last report in the attempts table: one item, without a TTL. */
export function dynamoDbSubscriptionReportStore(client: DynamoDBClient, table: string): SubscriptionReportStore {
  return {
    async read() {
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }));
      return Item && v.parse(Report, JSON.parse(Item['report']?.S ?? ''));
    },
    async write(report) {
      const Item = { ...KEY, report: { S: JSON.stringify(report) } };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    },
  };
}
