import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { banned } from '../../core/bans/transitions.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import { wireBanner } from '../../lambdas/banner/wire.ts';
import { type DynamoDb, startDynamoDb } from '../../local/emulators/dynamodb.ts';
import { startWafv2, type Wafv2 } from '../../local/emulators/wafv2.ts';
import type { LocalId } from '../../local/intrinsics.ts';
import { synthesize } from '../../local/synthesize.ts';
import { environmentOf, ipSetsOf, type StackTemplate, tablesOf } from '../../local/template.ts';
import { virtualClock } from '../../local/virtual-clock.ts';
import { banStoreContents } from '../support/ban-store-contents.ts';
import { deploymentEvents } from '../support/deployment-events.ts';
import { plainJail } from '../support/plain-jail.ts';

const BANNED_AT = 1_000_000_020;
const JAIL = plainJail({ bantime: 86_400 });
const IDS = [
  ...Array.from({ length: 12 }, (_, n) => `9.0.0.${n}`),
  ...Array.from({ length: 3 }, (_, n) => `2600:0:0:${n + 1}::/64`),
];

const clock = virtualClock(0);
let dynamoDb: DynamoDb;
let wafv2: Wafv2;
let root: string;

beforeEach(async () => {
  clock.set(BANNED_AT);
  dynamoDb = await startDynamoDb();
  wafv2 = await startWafv2({ now: () => clock.now() * 1000 });
  root = await mkdtemp(join(tmpdir(), 'cloudjail-after-deploy-'));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    AWS_ENDPOINT_URL_WAFV2: wafv2.endpoint,
  });
});
afterEach(async () => {
  await Promise.all([dynamoDb.close(), wafv2.close(), rm(root, { recursive: true, force: true })]);
});

/** Makes the stack's tables and IP sets. @returns what stands in for them */
async function deploy(template: StackTemplate): Promise<Record<string, LocalId>> {
  const client = new DynamoDBClient({});
  const ids: Record<string, LocalId> = {};
  for (const { logicalId, input } of tablesOf(template)) {
    await client.send(new CreateTableCommand(input));
    ids[logicalId] = { ref: input.TableName };
  }
  for (const { logicalId, input } of ipSetsOf(template)) {
    const set = wafv2.ipSets.create({
      name: input.Name ?? '',
      scope: 'REGIONAL',
      ipAddressVersion: input.IPAddressVersion === 'IPV6' ? 'IPV6' : 'IPV4',
      description: input.Description,
    });
    ids[logicalId] = { ref: `${set.name}|${set.id}|${set.scope}`, attributes: { Arn: set.arn } };
  }
  await writeFile(join(root, 'jails.json'), JSON.stringify({ format: 1, jails: [JAIL] }));
  const bans = dynamoDbBanStore(client, ids['BansTable']?.ref ?? '');
  const request = { bannedAt: BANNED_AT, bantime: JAIL.bantime, attempts: 3, origin: 'jail', evidence: [] } as const;
  for (const id of IDS) {
    const key = { id, jail: JAIL.name };
    await bans.write(banned(key, undefined, { ...request, earlier: 0, keptFor: 86_400 }, BANNED_AT).ban);
  }
  return ids;
}

const held = () => Object.fromEntries(wafv2.ipSets.all().map(({ name, addresses }) => [name, [...addresses].sort()]));

describe('an update of the stack that empties IP sets', () => {
  const { ofStack, ofResource } = deploymentEvents();
  it.each([
    ['the end of the update', 'reban', ofStack('UPDATE_COMPLETE')],
    ['its last phase', 'reban', ofStack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')],
    ['the writing of a set', 'reban', ofResource('AWS::WAFv2::IPSet', 'UPDATE_COMPLETE')],
    ['the end of the update', 'unban', ofStack('UPDATE_COMPLETE')],
    ['the writing of a set', 'unban', ofResource('AWS::WAFv2::IPSet', 'UPDATE_COMPLETE')],
  ])(
    'loses no ban: %s brings all back in one run, with onManualRemoval = %s',
    async (_what, onManualRemoval, event) => {
      const template = await synthesize({
        settings: {
          configDirectory: 'test/fixtures/stacks/web',
          blocklist: false,
          onManualRemoval,
          waf: { ipv4Sets: 2, ipv6Sets: 1 },
        },
      });
      const environment = { ...environmentOf(template, 'banner', await deploy(template)), LAMBDA_TASK_ROOT: root };
      const seen: TelemetryEvent[] = [];
      const coldBanner = () => wireBanner(environment, clock, { emit: (one) => seen.push(one) });
      await coldBanner()({});
      const before = held();
      expect(Object.keys(before)).toEqual(['cloudjail-ipv4', 'cloudjail-ipv4-2', 'cloudjail-ipv6']);
      for (const addresses of Object.values(before)) expect(addresses.length).toBeGreaterThan(1);
      expect(Object.values(before).flat()).toHaveLength(IDS.length);

      // By then all have stood long enough for a removal by hand to be one.
      clock.set(BANNED_AT + 3600);
      for (const { id } of wafv2.ipSets.all()) wafv2.ipSets.edit(id, { addresses: [] });
      await coldBanner()(event);
      expect(held()).toEqual(before);
      const states = (await banStoreContents(dynamoDb.endpoint)).map(({ state }) => state);
      expect(states).toEqual(Array(IDS.length).fill('active'));
      expect(seen.filter(({ kind }) => kind === 'unbanned-in-target')).toEqual([]);
    },
  );
});
