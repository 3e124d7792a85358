import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDbAddressBookStore } from '../../../aws/tables/dynamodb-address-book-store.ts';
import { dynamoDbAttemptStore } from '../../../aws/tables/dynamodb-attempt-store.ts';
import { dynamoDbBanStore } from '../../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../../aws/tables/dynamodb-breaker-store.ts';
import { dynamoDbNoticeLedger } from '../../../aws/tables/dynamodb-notice-ledger.ts';
import { dynamoDbOverdueBans } from '../../../aws/tables/dynamodb-overdue-bans.ts';
import { dynamoDbSessionStore } from '../../../aws/tables/dynamodb-session-store.ts';
import { banned } from '../../../core/bans/transitions.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { type TableToCreate, tablesOf } from '../../../local/template.ts';
import { addressBookStoreContract } from '../../contracts/address-book-store.contract.ts';
import { attemptStoreContract } from '../../contracts/attempt-store.contract.ts';
import { banStoreContract } from '../../contracts/ban-store.contract.ts';
import { breakerStoreContract } from '../../contracts/breaker-store.contract.ts';
import { noticeLedgerContract } from '../../contracts/notice-ledger.contract.ts';
import { sessionStoreContract } from '../../contracts/session-store.contract.ts';

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
let tables: readonly TableToCreate[];
let created = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  tables = tablesOf(await synthesize());
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.close();
});

/** A new, empty table as the stack defines it. */
async function table(logicalId: string): Promise<string> {
  const definition = tables.find((entry) => entry.logicalId === logicalId);
  if (!definition) throw new Error(`the stack has no ${logicalId}`);
  const TableName = `${definition.input.TableName}-${++created}`;
  await client.send(new CreateTableCommand({ ...definition.input, TableName }));
  return TableName;
}

attemptStoreContract('DynamoDB', async () => dynamoDbAttemptStore(client, await table('AttemptsTable')));
banStoreContract('DynamoDB', async () => dynamoDbBanStore(client, await table('BansTable')));
breakerStoreContract('DynamoDB', async () => dynamoDbBreakerStore(client, await table('AttemptsTable')));
noticeLedgerContract('DynamoDB', async () => dynamoDbNoticeLedger(client, await table('AttemptsTable')));
sessionStoreContract('DynamoDB', async () => dynamoDbSessionStore(client, await table('AttemptsTable'), () => 1000));
addressBookStoreContract('DynamoDB', async () => dynamoDbAddressBookStore(client, await table('AttemptsTable')));

describe('overdue bans in DynamoDB', () => {
  /** Bans of which the i-th ends at 1000 + i, and a permanent one. */
  async function overdueBans(count: number) {
    const name = await table('BansTable');
    const store = dynamoDbBanStore(client, name);
    const request = { bannedAt: 400, attempts: 5, origin: 'jail', evidence: [], earlier: 0, keptFor: 0 } as const;
    const ban = (id: string, bantime: number) =>
      store.write(banned({ id, jail: 'sshd' }, undefined, { ...request, bantime }, 400).ban);
    const numbers = Array.from({ length: count }, (_, i) => i);
    // As many at once as the client has connections.
    const queue = numbers.values();
    const worker = async (): Promise<void> => {
      for (const i of queue) await ban(`9.0.${i >> 8}.${i & 255}`, 600 + i);
    };
    await Promise.all(Array.from({ length: 50 }, worker));
    await ban('9.9.9.9', -1);
    return { store, overdue: dynamoDbOverdueBans(client, name) };
  }

  it('are counted in every partition, without those that are not over', async () => {
    const { overdue } = await overdueBans(40);
    expect(await overdue.count(1000)).toEqual({ bans: 0, earliestEnd: undefined });
    expect(await overdue.count(1001)).toEqual({ bans: 1, earliestEnd: 1000 });
    expect(await overdue.count(1030)).toEqual({ bans: 30, earliestEnd: 1000 });
    expect(await overdue.count(9e9)).toEqual({ bans: 40, earliestEnd: 1000 });
  });

  it('are listed the most overdue first over all partitions and pages', async () => {
    const { store } = await overdueBans(1100);
    const ids: string[] = [];
    let pages = 0;
    for await (const page of store.due(9e9)) {
      pages += 1;
      ids.push(...page.map(({ id }) => id));
    }
    expect(ids).toEqual(Array.from({ length: 1100 }, (_, i) => `9.0.${i >> 8}.${i & 255}`));
    expect(pages).toBeGreaterThan(1);
  });
});
