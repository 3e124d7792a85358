import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { BANS } from '../../core/names.ts';
import type { OverdueBans } from '../../core/ports/overdue-bans.ts';
import { ACTIVE_PARTITIONS } from './ban-item.ts';

/**
 * Overdue bans from the sparse index over active bans: it counts keys and fetches only the first
 * ban of each partition.
 */
export function dynamoDbOverdueBans(client: DynamoDBClient, table: string): OverdueBans {
  const overdue = (partition: string, now: number): QueryCommandInput => ({
    TableName: table,
    IndexName: BANS.activeIndex,
    KeyConditionExpression: '#active = :active AND #dueAt < :now',
    ExpressionAttributeNames: { '#active': BANS.activePartitionKey, '#dueAt': BANS.activeSortKey },
    ExpressionAttributeValues: { ':active': { S: partition }, ':now': { N: String(now) } },
  });

  async function countOf(query: QueryCommandInput): Promise<number> {
    let total = 0;
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await client.send(new QueryCommand({ ...query, Select: 'COUNT', ExclusiveStartKey: start }));
      total += page.Count ?? 0;
      start = page.LastEvaluatedKey;
    } while (start);
    return total;
  }

  async function endsOf(query: QueryCommandInput): Promise<readonly number[]> {
    const { Items = [] } = await client.send(new QueryCommand({ ...query, Limit: 1 }));
    return Items.map((item) => Number(item[BANS.activeSortKey]?.N));
  }

  return {
    async count(now) {
      const queries = ACTIVE_PARTITIONS.map((partition) => overdue(partition, now));
      const [counts, ends] = await Promise.all([
        Promise.all(queries.map(countOf)),
        Promise.all(queries.map(endsOf)).then((all) => all.flat()),
      ]);
      const bans = counts.reduce((sum, count) => sum + count, 0);
      return { bans, earliestEnd: ends.length === 0 ? undefined : Math.min(...ends) };
    },
  };
}
