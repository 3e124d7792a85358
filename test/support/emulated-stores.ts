import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbAttemptStore } from '../../aws/tables/dynamodb-attempt-store.ts';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../aws/tables/dynamodb-breaker-store.ts';
import { dynamoDbNoticeLedger } from '../../aws/tables/dynamodb-notice-ledger.ts';
import { dynamoDbSessionStore } from '../../aws/tables/dynamodb-session-store.ts';
import { startDynamoDb } from '../../local/emulators/dynamodb.ts';
import type { Fault } from '../../local/emulators/faults.ts';
import { synthesize } from '../../local/synthesize.ts';
import { tablesOf } from '../../local/template.ts';
import type { Stores } from './stores.ts';

export interface EmulatedStores {
  /**
   * Stores over new, empty tables of the stack.
   *
   * @param seed decides which writes the service fails, and how
   */
  create(seed: number): Promise<Stores>;
  /** Writes that were failed so far. */
  failed(): number;
  close(): Promise<void>;
}

/** What the SDK repeats by itself; where the write was done, the repetition meets it. */
const FAULTS: readonly Fault[] = [
  { kind: 'throttle' },
  { kind: 'internal-error' },
  { kind: 'internal-error', written: true },
  { kind: 'crash-before-write' },
  { kind: 'crash-after-write' },
];

/** An emulated DynamoDB, and the adapters' stores in it by the real SDK. */
export async function startEmulatedStores(): Promise<EmulatedStores> {
  const dynamoDb = await startDynamoDb();
  const tables = tablesOf(await synthesize());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials });
  const counts: (() => number)[] = [];
  let created = 0;

  async function table(logicalId: string): Promise<string> {
    const definition = tables.find((entry) => entry.logicalId === logicalId);
    if (!definition) throw new Error(`the stack has no ${logicalId}`);
    const TableName = `${definition.input.TableName}-${++created}`;
    await client.send(new CreateTableCommand({ ...definition.input, TableName }));
    return TableName;
  }

  return {
    async create(seed) {
      dynamoDb.faults.clear();
      const [attempts, bans] = [await table('AttemptsTable'), await table('BansTable')];
      const fault = FAULTS[seed % FAULTS.length];
      if (fault) counts.push(dynamoDb.faults.inject({ writes: true, fault, from: 1 + (seed % 23) }).struck);
      return {
        attempts: dynamoDbAttemptStore(client, attempts),
        bans: dynamoDbBanStore(client, bans),
        breakers: dynamoDbBreakerStore(client, attempts),
        sessions: dynamoDbSessionStore(client, attempts, () => 1000),
        ledger: dynamoDbNoticeLedger(client, attempts),
      };
    },
    failed: () => counts.reduce((sum, struck) => sum + struck(), 0),
    async close() {
      client.destroy();
      await dynamoDb.close();
    },
  };
}
