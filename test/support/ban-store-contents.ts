import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { toBan } from '../../aws/tables/ban-item.ts';
import type { Ban } from '../../core/records/ban.ts';

/** Every record of the emulated bans table, by id. */
export async function banStoreContents(endpoint: string): Promise<readonly Ban[]> {
  const client = new DynamoDBClient({ endpoint });
  const bans: Ban[] = [];
  for await (const page of paginateScan({ client }, { TableName: 'cloudjail-BansTable', ConsistentRead: true })) {
    bans.push(...(page.Items ?? []).map(toBan));
  }
  client.destroy();
  return bans.sort((a, b) => (a.id < b.id ? -1 : 1));
}
