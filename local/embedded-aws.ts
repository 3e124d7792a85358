import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MemoryLogReader, memoryLogReader } from '../core/memory/memory-log-reader.ts';
import { ENV } from '../core/names.ts';
import type { Telemetry, TelemetryEvent } from '../core/ports/telemetry.ts';
import type { CompiledJails } from '../core/records/compiled-jail.ts';
import { wireBackfiller } from '../lambdas/backfiller/wire.ts';
import { wireBanner } from '../lambdas/banner/wire.ts';
import { wireEc2Banner } from '../lambdas/ec2-banner/wire.ts';
import { wireExpirer } from '../lambdas/expirer/wire.ts';
import { type Sources, wireLookout } from '../lambdas/lookout/wire.ts';
import { wireMatcher } from '../lambdas/matcher/wire.ts';
import { streamDelivery, throwAny } from './bans-stream.ts';
import { createIpSets, createTables } from './created-resources.ts';
import { startFirewalls } from './embedded-firewalls.ts';
import { type DynamoDb, startDynamoDb } from './emulators/dynamodb.ts';
import type { Ec2 } from './emulators/ec2.ts';
import { createFaultPlan, type FaultPlan } from './emulators/faults.ts';
import type { S3 } from './emulators/s3.ts';
import { startWafv2, type Wafv2 } from './emulators/wafv2.ts';
import { type IpSetContents, readIpSets } from './ip-set-contents.ts';
import { bucketsOf, environmentOf, hasFunction, type StackTemplate } from './template.ts';
import { virtualClock } from './virtual-clock.ts';

/**
 * The deployed system in one process: emulated services, and the functions' own handlers in warm
 * containers.
 */
export interface EmbeddedAws {
  readonly dynamoDb: DynamoDb;
  readonly wafv2: Wafv2;
  /**
   * Present where the stack has targets in EC2; it contains the resources that the settings name.
   */
  readonly ec2: Ec2 | undefined;
  /** Present where the stack has a blocklist. */
  readonly s3: S3 | undefined;
  /** The log groups that the backfiller reads; tests put the events there. */
  readonly logs: MemoryLogReader;
  /** One fault plan for all services, so that "the k-th write" counts over all. */
  readonly faults: FaultPlan;
  /** Invokes the matcher with a subscription's event, as if delivered at `now` (epoch seconds). */
  runMatcher(event: unknown, now: number): Promise<void>;
  /**
   * Passes the stream of the bans table to each banner, in batches, until nothing is left.
   *
   * @throws the error of a banner, after the other was served; its batch waits for the next call
   */
  enforceChanges(now: number): Promise<void>;
  /**
   * Invokes the banners as their schedules do.
   *
   * @throws the error of one, after the other was served
   */
  reconcile(now: number): Promise<void>;
  /** Invokes the expirer as its schedule does at `now`. */
  runExpirer(now: number): Promise<void>;
  /** Invokes the lookout as its schedule does at `now`. */
  runLookout(now: number): Promise<void>;
  /** Invokes the backfiller as its schedule does at `now`. */
  runBackfiller(now: number): Promise<void>;
  /** Replaces the functions' containers by cold ones, which have lost all cached state. */
  coldStart(): void;
  /** The content of the IP sets, read through WAF's API. */
  ipSets(): Promise<readonly IpSetContents[]>;
  /** Passes on what the functions report; call the result to stop. */
  listen(listener: (event: TelemetryEvent) => void): () => void;
  close(): Promise<void>;
}

const REGION = 'us-east-1';

const SDK_SETTINGS = {
  AWS_REGION: REGION,
  // Only the emulators see these; the SDK signs with any values.
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  // On Node 20 the SDK announces that a later release will want 22; the deployed functions run on
  // 24.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/**
 * A local run uses no network: the account has no addresses of its own, and no name has an address.
 */
const NOTHING_OUTSIDE: Sources = {
  names: { lookUp: async () => ({ addresses: [], failure: undefined }) },
  own: { read: async () => [] },
};

/**
 * Starts the emulators on loopback, creates the template's tables and IP sets in them, and wires
 * the functions with the template's environment variables. The lookout has run once, as in a stack
 * that is a minute old.
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
    ...Object.fromEntries(bucketsOf(template).map(({ logicalId, name }) => [logicalId, { ref: name }])),
  };
  const root = await mkdtemp(join(tmpdir(), 'cloudjail-'));
  const environment = (name: string): Readonly<Record<string, string>> => ({
    ...environmentOf(template, name, ids),
    LAMBDA_TASK_ROOT: root,
  });
  const ifThere = (name: string) => (hasFunction(template, name) ? environment(name) : undefined);
  const [bannerEnvironment, ec2BannerEnvironment] = [ifThere('banner'), ifThere('ec2-banner')];
  const firewalls = await startFirewalls(bannerEnvironment, ec2BannerEnvironment, {
    faults,
    now: () => enforcementClock.now() * 1000,
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
  const backfillerClock = virtualClock(0);
  const logs = memoryLogReader();
  const start = () => ({
    matcher: wireMatcher(environment('matcher'), matcherClock, telemetry),
    banners: [
      ...(bannerEnvironment
        ? [{ name: 'banner', handle: wireBanner(bannerEnvironment, enforcementClock, telemetry) }]
        : []),
      ...(ec2BannerEnvironment
        ? [{ name: 'ec2-banner', handle: wireEc2Banner(ec2BannerEnvironment, enforcementClock, telemetry) }]
        : []),
    ],
    expirer: wireExpirer(environment('expirer'), expirerClock, telemetry),
    lookout: wireLookout(environment('lookout'), lookoutClock, telemetry, sources),
    backfiller: wireBackfiller(environment('backfiller'), backfillerClock, telemetry, () => logs),
  });
  let functions = start();
  const deliver = streamDelivery(dynamoDb, environment('matcher')[ENV.bansTable] ?? '');
  // The event sources' batching window keeps two runs of a banner at least a second apart.
  const pass = (now: number): void => enforcementClock.set(Math.max(enforcementClock.now() + 1, now));

  await functions.lookout(scheduledEvent(0));

  return {
    dynamoDb,
    wafv2,
    ec2: firewalls.ec2,
    s3: firewalls.s3,
    logs,
    faults,
    async runMatcher(event, now) {
      matcherClock.set(now);
      await functions.matcher(event);
    },
    async enforceChanges(now) {
      await deliver(
        functions.banners.map(({ name, handle }) => ({
          name,
          async invoke(event) {
            pass(now);
            await handle(event);
          },
        })),
      );
    },
    async reconcile(now) {
      const failures: unknown[] = [];
      for (const { handle } of functions.banners) {
        pass(now);
        await handle(scheduledEvent(now)).catch((error: unknown) => failures.push(error));
      }
      throwAny(failures);
    },
    async runExpirer(now) {
      expirerClock.set(now);
      await functions.expirer(scheduledEvent(now));
    },
    async runLookout(now) {
      lookoutClock.set(now);
      await functions.lookout(scheduledEvent(now));
    },
    async runBackfiller(now) {
      backfillerClock.set(now);
      // Nothing takes time on the virtual clock, so it never runs out of time.
      await functions.backfiller(scheduledEvent(now), {
        awsRequestId: `at ${now}`,
        getRemainingTimeInMillis: () => 60_000,
      });
    },
    coldStart() {
      functions = start();
    },
    async ipSets() {
      pass(0);
      return bannerEnvironment ? await readIpSets(bannerEnvironment) : [];
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await Promise.all([
        dynamoDb.close(),
        wafv2.close(),
        firewalls.close(),
        rm(root, { recursive: true, force: true }),
      ]);
    },
  };
}

/** EventBridge Scheduler's default event. */
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
