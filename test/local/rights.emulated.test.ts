import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { synthesize } from '../../local/synthesize.ts';
import { rightsOf } from '../infra/role-rights.ts';
import { testStack } from '../infra/test-stack.ts';
import { plainJail } from '../support/plain-jail.ts';

const NOW = 1_000_000_020;
const plain = plainJail({});
/**
 * Lines that begin with the connection's name in a jail that goes by connections: `c1 no 9.0.0.1`.
 */
const ofConnections: CompiledJail['match'] = {
  ...plain.match,
  failregex: [
    {
      source: '^(c\\d) no (?:([\\d.]+)|([\\da-f:]+))\\n$',
      flags: '',
      groups: { mlfid: [1], ip4: [2], ip6: [3] },
    },
  ],
};

/** Jails that together make use of all there is to ask the tables. */
const JAILS: readonly CompiledJail[] = [
  plain,
  plainJail({ name: 'limited', loggroups: ['/limited'], maxbans: 1 }),
  plainJail({
    name: 'longer',
    loggroups: ['/longer'],
    increment: { ...plain.increment, enabled: true, overalljails: true },
  }),
  plainJail({ name: 'connections', loggroups: ['/connections'], match: ofConnections }),
  plainJail({ name: 'again', loggroups: [], recidive: true, maxretry: 2 }),
];

const { template } = testStack({ jails: JAILS, settings: { onManualRemoval: 'unban' } });

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws(await synthesize(), { format: 1, jails: JAILS });
});
afterAll(() => aws.close());

/** What was asked of the tables meanwhile, as rights. */
async function asked(work: () => Promise<void>): Promise<ReadonlySet<string>> {
  aws.dynamoDb.calls.clear();
  await work();
  return new Set(
    aws.dynamoDb.calls.find().flatMap(({ operation, input }) => {
      const { TableName, RequestItems, IndexName } = input as {
        readonly TableName?: string;
        readonly RequestItems?: object;
        readonly IndexName?: string;
      };
      const tables = TableName === undefined ? Object.keys(RequestItems ?? {}) : [TableName];
      const index = IndexName === undefined ? '' : `/index/${IndexName}`;
      return tables.map((table) => `dynamodb:${operation} ${table.replace(/^cloudjail-/, '')}.Arn${index}`);
    }),
  );
}

async function deliver(): Promise<void> {
  for (const [n, { name, loggroups }] of JAILS.entries()) {
    for (const logGroup of loggroups) {
      const events = [1, 2, 3, 4, 5, 6].map((i) => ({
        id: `${name}${i}`,
        timestampMs: NOW * 1000,
        message: `${name === 'connections' ? `c${i} ` : ''}no 9.0.${i % 2}.${n}`,
      }));
      await aws.runMatcher(subscriptionEvent({ logGroup, logStream: 'host', events }), NOW);
    }
  }
}

const reconcile = async (): Promise<void> => {
  await aws.enforceChanges(NOW);
  await aws.reconcile(NOW);
};

async function readBack(): Promise<void> {
  for (let minute = 0; minute < 20; minute++) await aws.runBackfiller(NOW + 60 * minute);
}

describe('what a function asks of the tables', () => {
  it.each([
    ['matcher', ['dynamodb:Query BansTable.Arn', 'dynamodb:UpdateItem AttemptsTable.Arn'], deliver],
    // Some are known by now.
    ['matcher', ['dynamodb:GetItem BansTable.Arn'], deliver],
    ['banner', ['dynamodb:Query BansTable.Arn/index/active-by-due'], reconcile],
    ['expirer', ['dynamodb:PutItem BansTable.Arn'], () => aws.runExpirer(NOW + 1000)],
    ['banner', ['dynamodb:Query BansTable.Arn'], reconcile],
    ['lookout', ['dynamodb:GetItem AttemptsTable.Arn'], () => aws.runLookout(NOW)],
    ['backfiller', ['dynamodb:BatchGetItem AttemptsTable.Arn'], readBack],
  ])('its role allows: %s, %j', async (service, among, work) => {
    const calls = await asked(work);
    for (const one of among) expect(calls).toContain(one);
    const rights = new Set(rightsOf(service, template));
    expect([...calls].filter((one) => !rights.has(one))).toEqual([]);
  });
});
