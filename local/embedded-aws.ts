import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { CreateIPSetCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { parseIpSetNames, readIpSet } from '../aws/wafv2-ip-set.ts';
import type { CompiledJails } from '../core/filter/compiled-jail.ts';
import { ENV } from '../core/names.ts';
import { formatWithPrefix, parseCidr } from '../core/net/address.ts';
import type { Telemetry, TelemetryEvent } from '../core/ports/telemetry.ts';
import { wireBanner } from '../lambdas/banner/wire.ts';
import { wireExpirer } from '../lambdas/expirer/wire.ts';
import { type Sources, wireLookout } from '../lambdas/lookout/wire.ts';
import { wireMatcher } from '../lambdas/matcher/wire.ts';
import { type DynamoDb, startDynamoDb } from './emulators/dynamodb.ts';
import { createFaultPlan, type FaultPlan } from './emulators/faults.ts';
import { startWafv2, type Wafv2 } from './emulators/wafv2.ts';
import type { LocalId } from './intrinsics.ts';
import type { RunEvent } from './replay/run-event.ts';
import { type VirtualClock, virtualClock } from './replay/virtual-clock.ts';
import { environmentOf, ipSetsOf, type StackTemplate, tablesOf } from './template.ts';

/** The deployed system in one process: emulated services, and the functions' own handlers in warm containers. */
export interface EmbeddedAws {
  readonly dynamoDb: DynamoDb;
  readonly wafv2: Wafv2;
  /** One plan over both services, so that "the k-th write" counts over both. */
  readonly faults: FaultPlan;
  /** Invokes the matcher with a subscription's event, as if delivered at `now` (epoch seconds). */
  runMatcher(event: unknown, now: number): Promise<void>;
  /** Hands the banner what its stream of the bans table holds, in batches, until nothing is left. */
  enforceChanges(now: number): Promise<void>;
  /** Invokes the banner as its schedule does. */
  reconcile(now: number): Promise<void>;
  /** Invokes the expirer as its schedule does at `now`. */
  runExpirer(now: number): Promise<void>;
  /** Invokes the lookout as its schedule does at `now`. */
  runLookout(now: number): Promise<void>;
  /** Replaces the functions' containers by cold ones: what they knew by heart is gone. */
  coldStart(): void;
  /** What the IP sets hold, read through WAF's API. */
  ipSets(): Promise<readonly Extract<RunEvent, { event: 'ipset' }>[]>;
  /** Passes on what the functions report; call the result to stop. */
  listen(listener: (event: TelemetryEvent) => void): () => void;
  close(): Promise<void>;
}

/** Records a batch of the stream brings to the banner at most, as the stack's event source has it. */
const STREAM_BATCH = 1000;

/** As the stack's event source has it. */
const STREAM_RETRIES = 5;

const REGION = 'us-east-1';

const SDK_SETTINGS = {
  AWS_REGION: REGION,
  // Only the emulators see these; the SDK signs with whatever it is given.
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  // On Node 20 the SDK announces that a later release will want 22; the deployed functions run on 24.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** A local run asks nothing of the network: the account has no addresses of its own, and every name is as one without any. */
const NOTHING_OUTSIDE: Sources = {
  names: { lookUp: async () => ({ addresses: [], failure: undefined }) },
  own: { read: async () => [] },
};

/**
 * Starts the emulators on loopback, creates the template's tables and IP sets in them, and wires the functions with
 * the template's environment variables. The lookout has run once, as it has in a stack a minute old.
 *
 * One at a time in a process: the SDK takes endpoints from `process.env`.
 */
export async function startEmbeddedAws(
  template: StackTemplate,
  jails: CompiledJails,
  sources: Sources = NOTHING_OUTSIDE,
): Promise<EmbeddedAws> {
  const faults = createFaultPlan();
  const enforcementClock = virtualClock(0);
  const dynamoDb = await startDynamoDb({ faults });
  const wafv2 = await startWafv2({ faults, now: () => enforcementClock.now() * 1000 });
  Object.assign(process.env, SDK_SETTINGS, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    AWS_ENDPOINT_URL_WAFV2: wafv2.endpoint,
  });
  const ids = {
    ...(await createTables(template, dynamoDb)),
    ...(await createIpSets(template, enforcementClock)),
  };
  const root = await mkdtemp(join(tmpdir(), 'cloudjail-'));
  const environment = (name: string): Readonly<Record<string, string>> => ({
    ...environmentOf(template, name, ids),
    LAMBDA_TASK_ROOT: root,
  });
  await writeFile(join(root, environment('matcher')[ENV.jailsFile] ?? ''), JSON.stringify(jails));

  const listeners = new Set<(event: TelemetryEvent) => void>();
  const telemetry: Telemetry = {
    emit(event) {
      for (const listener of listeners) listener(event);
    },
  };
  const matcherClock = virtualClock(0);
  const expirerClock = virtualClock(0);
  const lookoutClock = virtualClock(0);
  const start = () => ({
    matcher: wireMatcher(environment('matcher'), matcherClock, telemetry),
    banner: wireBanner(environment('banner'), enforcementClock, telemetry),
    expirer: wireExpirer(environment('expirer'), expirerClock, telemetry),
    lookout: wireLookout(environment('lookout'), lookoutClock, telemetry, sources),
  });
  let functions = start();
  // A batch stays at the head of its stream until the banner has taken it.
  let undelivered: DynamoDBStreamEvent | undefined;
  const bansTable = environment('banner')[ENV.bansTable] ?? '';
  // Its batching window keeps two runs of the banner at least a second apart.
  const pass = (now: number): void => enforcementClock.set(Math.max(enforcementClock.now() + 1, now));

  await functions.lookout(scheduledEvent(0));

  return {
    dynamoDb,
    wafv2,
    faults,
    async runMatcher(event, now) {
      matcherClock.set(now);
      await functions.matcher(event);
    },
    async enforceChanges(now) {
      while (undelivered !== undefined || dynamoDb.pendingStreamRecords(bansTable) > 0) {
        undelivered ??= dynamoDb.takeStreamRecords(bansTable, STREAM_BATCH);
        await redelivered(undelivered, async (event) => {
          pass(now);
          await functions.banner(event);
        });
        undelivered = undefined;
      }
    },
    async reconcile(now) {
      pass(now);
      await functions.banner(scheduledEvent(now));
    },
    async runExpirer(now) {
      expirerClock.set(now);
      await functions.expirer(scheduledEvent(now));
    },
    async runLookout(now) {
      lookoutClock.set(now);
      await functions.lookout(scheduledEvent(now));
    },
    coldStart() {
      functions = start();
    },
    async ipSets() {
      pass(0);
      return await readIpSets(environment('banner'));
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await Promise.all([dynamoDb.close(), wafv2.close(), rm(root, { recursive: true, force: true })]);
    },
  };
}

/** Lambda brings a batch of a stream again and again until the function succeeds, up to the event source's retries. */
async function redelivered<T>(event: T, invoke: (event: T) => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await invoke(event);
      return;
    } catch (error) {
      if (attempt >= STREAM_RETRIES) throw error;
    }
  }
}

async function createTables(template: StackTemplate, dynamoDb: DynamoDb): Promise<Record<string, LocalId>> {
  const client = new DynamoDBClient({});
  const ids: Record<string, LocalId> = {};
  for (const { logicalId, input, ttl, hasStream } of tablesOf(template)) {
    await client.send(new CreateTableCommand(input));
    if (ttl !== undefined) {
      const specification = { AttributeName: ttl, Enabled: true };
      await client.send(
        new UpdateTimeToLiveCommand({ TableName: input.TableName, TimeToLiveSpecification: specification }),
      );
    }
    if (hasStream) dynamoDb.registerStream(input.TableName);
    ids[logicalId] = { ref: input.TableName };
  }
  client.destroy();
  return ids;
}

async function createIpSets(template: StackTemplate, clock: VirtualClock): Promise<Record<string, LocalId>> {
  const client = new WAFV2Client({});
  const ids: Record<string, LocalId> = {};
  for (const { logicalId, input } of ipSetsOf(template)) {
    await clock.sleep(1000);
    const { Summary } = await client.send(new CreateIPSetCommand(input));
    ids[logicalId] = {
      ref: `${input.Name}|${Summary?.Id}|${input.Scope}`,
      attributes: { Arn: Summary?.ARN ?? '' },
    };
  }
  client.destroy();
  return ids;
}

async function readIpSets(environment: Readonly<Record<string, string>>) {
  const client = new WAFV2Client({});
  const events: Extract<RunEvent, { event: 'ipset' }>[] = [];
  for (const [family, variable] of [
    ['IPV4', ENV.wafIpv4Sets],
    ['IPV6', ENV.wafIpv6Sets],
  ] as const) {
    const addresses: string[] = [];
    for (const set of parseIpSetNames(environment[variable] ?? '')) {
      for (const id of (await readIpSet(client, set)).addresses) addresses.push(inCidrForm(id));
    }
    events.push({ event: 'ipset', family, addresses: addresses.sort() });
  }
  client.destroy();
  return events;
}

function inCidrForm(id: string): string {
  const range = parseCidr(id);
  return range ? formatWithPrefix(range) : id;
}

/** What EventBridge Scheduler sends a function by default. */
function scheduledEvent(now: number): object {
  return {
    version: '0',
    id: '00000000-0000-0000-0000-000000000000',
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: '000000000000',
    time: new Date(now * 1000).toISOString(),
    region: REGION,
    resources: [`arn:aws:scheduler:${REGION}:000000000000:schedule/default/cloudjail`],
    detail: '{}',
  };
}
