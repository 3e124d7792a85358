import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDbAddressBookStore } from '../../../aws/tables/dynamodb-address-book-store.ts';
import { dynamoDbAttemptStore } from '../../../aws/tables/dynamodb-attempt-store.ts';
import { dynamoDbBackfillStore } from '../../../aws/tables/dynamodb-backfill-store.ts';
import { dynamoDbBanStore } from '../../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../../aws/tables/dynamodb-breaker-store.ts';
import { dynamoDbNoticeLedger } from '../../../aws/tables/dynamodb-notice-ledger.ts';
import { dynamoDbRevokedRulesStore } from '../../../aws/tables/dynamodb-revoked-rules-store.ts';
import { dynamoDbSessionStore } from '../../../aws/tables/dynamodb-session-store.ts';
import { banned, lifted } from '../../../core/bans/transitions.ts';
import { NOTHING_YET } from '../../../core/records/backfill.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { tablesOf } from '../../../local/template.ts';

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
let attempts: string;
let bans: string;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials });
  for (const { input, logicalId } of tablesOf(await synthesize())) {
    await client.send(new CreateTableCommand(input));
    if (logicalId === 'AttemptsTable') attempts = String(input.TableName);
    if (logicalId === 'BansTable') bans = String(input.TableName);
  }
});
afterEach(() => dynamoDb.faults.clear());
afterAll(async () => {
  client.destroy();
  await dynamoDb.close();
});

const clock = { now: () => 1000, sleep: async () => undefined };
const key = { id: '9.0.0.1', jail: 'sshd' };
const request = {
  bannedAt: 400,
  attempts: 5,
  origin: 'jail',
  evidence: [],
  earlier: 0,
  keptFor: 0,
  bantime: 60,
} as const;
const ban = banned(key, undefined, request, 400).ban;
const stream = { jail: 'sshd', logGroup: '/log', logStream: 'host' };
const session = { state: undefined, consumed: { runs: [], forgottenUntilMs: 0 }, keepUntil: 1 };
const entry = { told: undefined, leasedUntil: 0, keepUntil: undefined };
const ledger = { reads: [], orders: [], ended: [], latest: 0 };
const progress = { cursorMs: 0, page: undefined, movedAt: 0, tally: NOTHING_YET, lease: undefined, problem: undefined };
const book = { own: { ranges: [], readAt: 1 }, names: {} };

/** Each write that is not its own repetition, with what it must answer, in an order that works. */
const WRITES: readonly { readonly what: string; readonly write: () => Promise<unknown>; readonly answer: unknown }[] = [
  { what: 'a new ban', write: () => dynamoDbBanStore(client, bans).write(ban), answer: 'written' },
  { what: 'a changed ban', write: () => dynamoDbBanStore(client, bans).write(lifted(ban, 500)), answer: 'written' },
  { what: 'bans counted', write: () => dynamoDbBreakerStore(client, attempts).count('sshd', 1, 600), answer: 600 },
  { what: 'more bans counted', write: () => dynamoDbBreakerStore(client, attempts).count('sshd', 1, 7), answer: 607 },
  { what: 'a breaker tripped', write: () => dynamoDbBreakerStore(client, attempts).trip('sshd', 900), answer: true },
  { what: 'a breaker reset', write: () => dynamoDbBreakerStore(client, attempts).reset('sshd'), answer: true },
  {
    what: 'a breaker tripped again',
    write: () => dynamoDbBreakerStore(client, attempts).trip('sshd', 950),
    answer: true,
  },
  ...[1, 2].flatMap((version) => [
    {
      what: `version ${version} of a session`,
      write: () => dynamoDbSessionStore(client, attempts, () => 1000).write(stream, { ...session, version }),
      answer: 'written',
    },
    {
      what: `version ${version} of a notice entry`,
      write: () => dynamoDbNoticeLedger(client, attempts).write(key, { ...entry, version }),
      answer: 'written',
    },
    {
      what: `version ${version} of a group's revoked rules`,
      write: () => dynamoDbRevokedRulesStore(client, attempts).write('sg-1', { rules: [], version }),
      answer: 'written',
    },
    {
      what: `version ${version} of the address book`,
      write: () => dynamoDbAddressBookStore(client, attempts).write({ ...book, version }),
      answer: 'written',
    },
    {
      what: `version ${version} of the backfill ledger`,
      write: () => dynamoDbBackfillStore(client, attempts, clock).writeLedger({ ...ledger, version }),
      answer: 'written',
    },
    {
      what: `version ${version} of an order's progress`,
      write: () => dynamoDbBackfillStore(client, attempts, clock).writeProgress(1, { ...progress, version }),
      answer: 'written',
    },
  ]),
  {
    what: 'attempts',
    write: () => dynamoDbAttemptStore(client, attempts).add(key, { attempts: [{ time: 1, event: 'a' }], lines: [] }, 9),
    answer: { attempts: [{ time: 1, event: 'a' }], lines: [] },
  },
];

describe('a write whose answer is lost, and that the SDK repeats', () => {
  it.each(WRITES)('is done once and answers so: $what', async ({ write, answer }) => {
    const { struck } = dynamoDb.faults.inject({ writes: true, fault: { kind: 'crash-after-write' } });
    expect(await write()).toEqual(answer);
    expect(struck()).toBe(1);
  });

  it('does not make two of one minute: 600 bans stay 600', async () => {
    expect(await dynamoDbBreakerStore(client, attempts).counted('sshd', 1)).toBe(607);
  });

  it('still answers no to whom another writer forestalled', async () => {
    const breakers = dynamoDbBreakerStore(client, attempts);
    expect(await breakers.trip('sshd', 990)).toBe(false);
    expect(await breakers.trippedAt('sshd')).toBe(950);
    expect(await dynamoDbSessionStore(client, attempts, () => 1000).write(stream, { ...session, version: 2 })).toBe(
      'conflict',
    );
  });
});
