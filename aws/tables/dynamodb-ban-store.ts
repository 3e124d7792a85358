import { type AttributeValue, type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { BANS } from '../../core/names.ts';
import type { BanStore } from '../../core/ports/ban-store.ts';
import { ACTIVE_PARTITIONS, toActiveBan, toBan, toBanKey, toItem } from './ban-item.ts';
import { pagesInOrder } from './pages-in-order.ts';
import { writeVersion } from './versioned-write.ts';

type Values = Record<string, AttributeValue>;

interface Query {
  readonly condition: string;
  readonly values: Values;
  readonly index?: string;
  /** Items a page; by default as many as fit in DynamoDB's megabyte. */
  readonly pageSize?: number;
}

/** Due bans an expirer reads from a partition at once; it may have no time for the rest. */
const DUE_PAGE = 250;

/** Bans in DynamoDB: one item per (id, jail), replaced whole on condition of its version. */
export function dynamoDbBanStore(client: DynamoDBClient, table: string): BanStore {
  async function* query(input: Query) {
    let start: Values | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: input.index,
          // An index of a table can only be read eventually consistent.
          ConsistentRead: input.index === undefined,
          KeyConditionExpression: input.condition,
          ExpressionAttributeNames: names(input.condition),
          ExpressionAttributeValues: input.values,
          ExclusiveStartKey: start,
          Limit: input.pageSize,
        }),
      );
      yield page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start);
  }

  return {
    async read(key) {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: { [BANS.partitionKey]: { S: key.id }, [BANS.sortKey]: { S: key.jail } },
          ConsistentRead: true,
        }),
      );
      return Item && toBan(Item);
    },
    async write(ban) {
      const { version } = ban;
      return await writeVersion(client, { table, partitionKey: BANS.partitionKey, item: toItem(ban), version });
    },
    async ofId(id) {
      const bans = [];
      for await (const items of query({ condition: '#id = :id', values: { ':id': { S: id } } })) {
        for (const item of items) bans.push(toBan(item));
      }
      return bans;
    },
    async *due(now) {
      const partitions = ACTIVE_PARTITIONS.map((partition) =>
        query({
          condition: '#active = :active AND #dueAt < :now',
          values: { ':active': { S: partition }, ':now': { N: String(now) } },
          index: BANS.activeIndex,
          pageSize: DUE_PAGE,
        }),
      );
      for await (const items of pagesInOrder(partitions, (item) => Number(item[BANS.activeSortKey]?.N))) {
        yield items.map(toBanKey);
      }
    },
    async *active() {
      for (const partition of ACTIVE_PARTITIONS) {
        const values = { ':active': { S: partition } };
        const pages = query({ condition: '#active = :active', values, index: BANS.activeIndex });
        for await (const items of pages) yield items.map(toActiveBan);
      }
    },
  };
}

/** The placeholders a condition uses, and only those: DynamoDB refuses unused ones. */
function names(condition: string): Record<string, string> {
  const known = { '#id': BANS.partitionKey, '#active': BANS.activePartitionKey, '#dueAt': BANS.activeSortKey };
  return Object.fromEntries(Object.entries(known).filter(([placeholder]) => condition.includes(placeholder)));
}
