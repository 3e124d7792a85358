import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { wafPace } from '../../aws/firewalls/wafv2-ip-set.ts';
import { type IpSetPool, wafTarget } from '../../aws/firewalls/wafv2-target.ts';
import { dynamoDbBanStore } from '../../aws/tables/dynamodb-ban-store.ts';
import { banned } from '../../core/bans/transitions.ts';
import { type EnforcementPorts, enforceChanged, reconcile } from '../../core/enforce/enforce.ts';
import { BANS } from '../../core/names.ts';
import type { BanStore } from '../../core/ports/ban-store.ts';
import type { TargetReport } from '../../core/records/target-report.ts';
import { startDynamoDb } from '../../local/emulators/dynamodb.ts';
import { startWafv2, type Wafv2 } from '../../local/emulators/wafv2.ts';
import { synthesize } from '../../local/synthesize.ts';
import { tablesOf } from '../../local/template.ts';
import { virtualClock } from '../../local/virtual-clock.ts';

const MADE = 50_000;
/** They have room for all, though hashes spread ids unevenly. */
const SETS = 6;
/** Ids reported at once: what a batch of the bans table's stream brings at most. */
const FLUSH = 10_000;
const START = 1_765_000_000;
const AT_ONCE = 32;
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Fifty thousand bans that arrive within a minute, on an emulated table and emulated IP sets that
 * take one Update a second: what the banner asks of WAF for each flush, how long WAF's pace makes
 * it last, and how long the work itself takes. Then all sets are emptied behind its back.
 */
export async function enforceBench(): Promise<void> {
  const clock = virtualClock(START);
  const dynamoDb = await startDynamoDb();
  const waf = await startWafv2({ now: () => clock.now() * 1000, maxIpSets: SETS });
  const dynamo = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  const wafv2 = new WAFV2Client({ endpoint: waf.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  try {
    const bans = dynamoDbBanStore(dynamo, await bansTable(dynamo));
    const ids = Array.from({ length: MADE }, (_, i) => `20.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    await makeBans(ids, bans);
    const pool: IpSetPool = { family: 4, sets: Array.from({ length: SETS }, (_, i) => newSet(waf, i)) };
    const reports: TargetReport[] = [];
    const ports: EnforcementPorts = {
      bans,
      targets: [wafTarget(wafv2, [pool], wafPace(clock))],
      exempt: () => () => undefined,
      reaches: () => true,
      portsOf: () => 'all',
      telemetry: {
        emit: (event) => {
          if (event.kind === 'target-converged') reports.push(event.report);
        },
      },
    };
    const measured = async (what: string, work: () => Promise<void>): Promise<void> => {
      waf.calls.clear();
      const [before, start] = [clock.now(), performance.now()];
      await work();
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const calls = (operation: string): number => waf.calls.count('wafv2', operation).calls;
      const spread = `${calls('GetIPSet')} Get and ${calls('UpdateIPSet')} Update for ${SETS} sets`;
      const { added, overflow } = reports.at(-1) ?? { added: [], overflow: [] };
      console.log(
        `  ${what}: ${added.length} added, ${overflow.length} without room; ${spread}; ${(clock.now() - before).toFixed(0)} s at WAF's pace, ${seconds} s of work`,
      );
      check('at most one Get and one Update a set', calls('GetIPSet') <= SETS && calls('UpdateIPSet') <= SETS);
    };
    console.log(`enforce: ${MADE} bans on record, ${SETS} IP sets, flushes of ${FLUSH} ids:`);
    for (let from = 0; from < MADE; from += FLUSH) {
      const flush = ids.slice(from, from + FLUSH);
      await measured(`flush ${from / FLUSH + 1}`, () => enforceChanged(flush, ports));
    }
    check('every ban stands in a set', held(waf, pool) === MADE);
    await measured('reconciliation of a quiet system', () => reconcile(ports));
    for (const set of pool.sets) waf.ipSets.edit(set.id, { addresses: [] });
    await measured('reconciliation after all sets were emptied', () => reconcile(ports));
    check('every ban stands in a set again', held(waf, pool) === MADE);
  } finally {
    dynamo.destroy();
    wafv2.destroy();
    await Promise.all([dynamoDb.close(), waf.close()]);
  }
}

async function bansTable(client: DynamoDBClient): Promise<string> {
  const table = tablesOf(await synthesize()).find(({ input }) =>
    input.KeySchema?.some(({ AttributeName }) => AttributeName === BANS.sortKey),
  );
  if (!table) throw new Error('the template has no bans table');
  await client.send(new CreateTableCommand(table.input));
  return table.input.TableName;
}

async function makeBans(ids: readonly string[], bans: BanStore): Promise<void> {
  const queue = ids.entries();
  const worker = async (): Promise<void> => {
    for (const [i, id] of queue) {
      // No two end at once: dynalite's index confuses some of thousands that do.
      const bantime = MADE + 600;
      const request = { bannedAt: START - i, bantime, attempts: 5, origin: 'jail', evidence: [], earlier: 0 } as const;
      const { ban } = banned({ id, jail: 'sshd' }, undefined, { ...request, keptFor: 0 }, START);
      await bans.write(ban);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function newSet(waf: Wafv2, index: number): IpSetPool['sets'][number] {
  const name = `set-${index}`;
  const properties = {
    name,
    scope: 'REGIONAL',
    ipAddressVersion: 'IPV4',
    region: 'us-east-1',
    description: 'bench',
  } as const;
  return { name, id: waf.ipSets.create(properties).id, scope: 'REGIONAL' };
}

function held(waf: Wafv2, { sets }: IpSetPool): number {
  return sets.reduce((sum, { id }) => sum + waf.ipSets.get(id).addresses.length, 0);
}

function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(`enforce: not so: ${what}`);
}
