import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readDelivery } from '../../aws/logs/cloudwatch-logs-event.ts';
import { vmWatch } from '../../aws/vm-watch.ts';
import { KnownBans } from '../../core/bans/known-bans.ts';
import { matchingJail, sieveOf } from '../../core/intake/matching-jail.ts';
import { type IntakePorts, processBatch } from '../../core/intake/process-batch.ts';
import { memoryBreakerStore } from '../../core/memory/memory-breaker-store.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { memoryAttemptStore } from '../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../memory/memory-ban-store.ts';
import { memorySessionStore } from '../memory/memory-session-store.ts';

/** What the loop is handed as a file of JSON. */
export interface LoopTask {
  readonly jails: readonly CompiledJail[];
  /** Subscription deliveries, the `data` of each. */
  readonly payloads: readonly string[];
  readonly rounds: number;
  /** Rounds before the first that counts. */
  readonly warmUp: number;
}

/** Seconds that a round of all payloads took. */
export interface LoopRound {
  readonly matcher: number;
  readonly parse: number;
}

const [, , file = ''] = process.argv;
const { jails: compiled, payloads, rounds, warmUp } = JSON.parse(readFileSync(file, 'utf8')) as LoopTask;
const jails = compiled.map(matchingJail);
const sieve = sieveOf(jails);
const measured: LoopRound[] = [];
for (let round = -warmUp; round < rounds; round++) {
  const parse = await seconds(async () => parseOnly());
  const ports = memoryPorts();
  const matcher = await seconds(() => match(ports));
  if (round >= 0) measured.push({ matcher, parse });
}
process.stdout.write(JSON.stringify(measured));

async function match(ports: IntakePorts): Promise<void> {
  for (const data of payloads) {
    const delivery = readDelivery({ awslogs: { data } }, sieve);
    if (delivery.kind === 'events') await processBatch(delivery.batch, jails, ports);
  }
}

function parseOnly(): void {
  for (const data of payloads) JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8'));
}

function memoryPorts(): IntakePorts {
  return {
    attempts: memoryAttemptStore(),
    bans: memoryBanStore(),
    breakers: memoryBreakerStore(),
    watch: vmWatch(),
    sessions: memorySessionStore(),
    known: new KnownBans(),
    telemetry: { emit: () => undefined },
    clock: { now: () => 1_765_000_000, sleep: async () => undefined },
  };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
