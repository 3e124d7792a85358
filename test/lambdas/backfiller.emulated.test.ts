import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloudWatchLogReader } from '../../aws/logs/cloudwatch-log-reader.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { dynamoDbBackfillStore } from '../../aws/tables/dynamodb-backfill-store.ts';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import { withRequest } from '../../core/backfill/backfill-ledger.ts';
import type { LogReader } from '../../core/ports/log-reader.ts';
import { COMPILED_FORMAT } from '../../core/records/compiled-jail.ts';
import { wireBackfiller } from '../../lambdas/backfiller/wire.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { synthesize } from '../../local/synthesize.ts';
import { virtualClock } from '../../local/virtual-clock.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { type CloudWatchLogs, startCloudWatchLogs } from '../emulators/cloudwatch-logs.ts';
import { cloudWatchLogsClient } from '../emulators/cloudwatch-logs-client.ts';
import { plainJail } from '../support/plain-jail.ts';

const NOW = 1_700_000_000;
const DAY = 86_400;
const GROUP = '/cloudjail/var/log/gate.log';
const JAIL = plainJail({ name: 'gate', loggroups: [GROUP], maxretry: 3, findtime: 600, bantime: 2 * DAY });

const { file, path } = temporaryFolder();
file('jails.json', JSON.stringify({ format: COMPILED_FORMAT, jails: [JAIL] }));

let aws: EmbeddedAws;
let logs: CloudWatchLogs;
let dynamoDb: DynamoDBClient;
let asked = NOW * 1000;

beforeAll(async () => {
  aws = await startEmbeddedAws(await synthesize(), { format: COMPILED_FORMAT, jails: [JAIL] });
  logs = await startCloudWatchLogs({ now: () => asked });
  dynamoDb = new DynamoDBClient({});
});
afterAll(async () => {
  dynamoDb.destroy();
  await logs.close();
  await aws.close();
});

const ENVIRONMENT = {
  CLOUDJAIL_ATTEMPTS_TABLE: 'cloudjail-AttemptsTable',
  CLOUDJAIL_BANS_TABLE: 'cloudjail-BansTable',
  CLOUDJAIL_JAILS_FILE: 'jails.json',
};

it('bans whom a day of a log group calls for, though half of it was delivered, and AWS is busy and fails now and then', async () => {
  // 12,000 lines of 40 hosts: 60 addresses try three times within a minute, others twice.
  const start = NOW - DAY;
  const lines = Array.from({ length: 12_000 }, (_, i) => {
    const [address, time] = [Math.floor(i / 100), start + i * 7];
    const attempts = address % 2 === 0 ? 3 : 2;
    const message = i % 100 < attempts ? `no 9.0.${address}.1` : `yes 9.0.${address}.1`;
    return { host: `host ${i % 40}`, event: { timestamp: time * 1000, message } };
  });
  const kept = lines.flatMap(({ host, event }) => logs.groups.put(GROUP, host, [event]));
  for (let from = 6000; from < 12_000; from += 500) {
    const events = kept.slice(from, from + 500);
    for (const host of new Set(events.map(({ logStream }) => logStream))) {
      const own = events.filter(({ logStream }) => logStream === host);
      const batch = own.map(({ id, timestamp, message }) => ({ id, timestampMs: timestamp, message }));
      const delivery = subscriptionEvent({ logGroup: GROUP, logStream: host, events: batch });
      await aws.runMatcher(delivery, (own.at(-1)?.timestamp ?? 0) / 1000);
    }
  }

  const client = cloudWatchLogsClient(logs.endpoint);
  const clock = virtualClock(NOW);
  // Waiting for turns is by the clock of the quotas; each call takes the function a quarter of its
  // time.
  const time = {
    now: () => asked,
    sleep: async (ms: number) => {
      asked += ms;
    },
  };
  const readerFor = (): LogReader => {
    const reader = cloudWatchLogReader(client, { time });
    return {
      async page(...args) {
        await clock.sleep(15_000);
        return await reader.page(...args);
      },
    };
  };
  const store = dynamoDbBackfillStore(dynamoDb, ENVIRONMENT.CLOUDJAIL_ATTEMPTS_TABLE, systemClock);
  const told: string[] = [];
  const backfiller = () =>
    wireBackfiller(
      { ...ENVIRONMENT, LAMBDA_TASK_ROOT: path('') },
      clock,
      { emit: ({ kind }) => told.push(kind) },
      readerFor,
    );
  const invoke = async (requestId: string, handler = backfiller()) =>
    handler({}, { awsRequestId: requestId, getRemainingTimeInMillis: () => 60_000 });

  await invoke('first');
  const ledger = await store.ledger();
  if (!ledger) throw new Error('no ledger');
  expect(ledger).toMatchObject({ reads: [{ logGroup: GROUP, jails: ['gate'] }] });
  const span = { fromMs: start * 1000, toMs: NOW * 1000 };
  await store.writeLedger(withRequest(ledger, { ...span, logGroup: GROUP, jails: ['gate'] }, NOW).ledger);

  let runs = 0;
  for (; (await store.ledger())?.orders.some(({ kind }) => kind === 'request'); runs++) {
    if (runs > 100) throw new Error('it does not come to an end');
    clock.set(Math.max(clock.now() + 30, NOW + 61 * runs));
    asked = Math.max(asked, clock.now() * 1000);
    logs.faults.clear();
    aws.faults.clear();
    // The service is busy, a write fails, or is done and gets no answer.
    if (runs % 3 === 0) logs.faults.inject({ from: 2, fault: { kind: 'throttle' } });
    if (runs < 12)
      aws.faults.inject({
        writes: true,
        from: 1 + 7 * runs,
        fault: { kind: 'internal-error', written: runs % 2 === 0 },
      });
    await invoke(`run ${runs}`).catch(() => undefined);
  }
  client.destroy();
  expect(runs).toBeGreaterThan(2);
  expect(logs.calls.count('logs', 'FilterLogEvents').failed).toMatchObject({ ThrottlingException: expect.any(Number) });

  const bans = dynamoDbBanStore(dynamoDb, ENVIRONMENT.CLOUDJAIL_BANS_TABLE);
  const banned: string[] = [];
  for await (const page of bans.active()) for (const { id } of page) banned.push(id);
  const expected = Array.from({ length: 60 }, (_, i) => `9.0.${2 * i}.1`);
  expect(banned.sort()).toEqual(expected.sort());
  expect((await store.ledger())?.ended[0]).toMatchObject({ how: 'done', order: { kind: 'request' } });
  expect(told.filter((kind) => kind === 'ban-made').length).toBeGreaterThan(25);
});
