import { gunzipSync } from 'node:zlib';
import { readDelivery } from '../../aws/cloudwatch-logs-event.ts';
import { vmWatch } from '../../aws/vm-watch.ts';
import { compileJails } from '../../core/filter/compile-jails.ts';
import { matchingJail, sieveOf } from '../../core/intake/matching-jail.ts';
import { type IntakePorts, processBatch } from '../../core/intake/process-batch.ts';
import { memoryAttemptStore } from '../../core/memory/memory-attempt-store.ts';
import { memoryBanStore } from '../../core/memory/memory-ban-store.ts';
import { memoryBreakerStore } from '../../core/memory/memory-breaker-store.ts';
import { memorySessionStore } from '../../core/memory/memory-session-store.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { subscriptionEvent } from '../../local/replay/deliveries.ts';
import { authLog } from './auth-log.ts';

const LINES_A_PAYLOAD = 1000;
const PAYLOADS = 200;
const ROUNDS = 5;

type Payload = ReturnType<typeof subscriptionEvent>;

/** The warm matcher on CloudWatch payloads, beside a loop that only gunzips and parses them. */
export async function matcherBench(): Promise<void> {
  const { compiled } = compileJails(configDirectory(), { only: ['sshd'], set: { loggroup: '/log' } });
  const jails = compiled.jails.map(matchingJail);
  const sieve = sieveOf(jails);
  for (const [name, attackEvery] of [
    ['10 % attack lines', 10],
    ['benign lines only', 0],
  ] as const) {
    const payloads = makePayloads(attackEvery);
    const lines = LINES_A_PAYLOAD * PAYLOADS;
    const figures: { readonly matcher: number; readonly parse: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const parse = await rate(lines, async () => parseOnly(payloads));
      const ports = memoryPorts();
      const matcher = await rate(lines, async () => {
        for (const payload of payloads) {
          const delivery = readDelivery(payload, sieve);
          if (delivery.kind === 'events') await processBatch(delivery.batch, jails, ports);
        }
      });
      figures.push({ matcher, parse });
    }
    const ratios = figures.map(({ matcher, parse }) => matcher / parse).sort((a, b) => a - b);
    const best = (key: 'matcher' | 'parse') => Math.round(Math.max(...figures.map((figure) => figure[key])));
    console.log(
      `matcher, sshd jail, ${PAYLOADS} payloads of ${LINES_A_PAYLOAD} lines, ${name}:\n` +
        `  ${best('matcher').toLocaleString('en')} lines/s; gunzip + JSON.parse alone ${best('parse').toLocaleString('en')} lines/s; ` +
        `ratio ${ratios[Math.floor(ROUNDS / 2)]?.toFixed(2)} (median of ${ROUNDS}, ${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})`,
    );
  }
}

function makePayloads(attackEvery: number): readonly Payload[] {
  const events = Array.from(authLog(LINES_A_PAYLOAD * PAYLOADS, attackEvery), ({ time, text }, i) => ({
    id: String(i).padStart(56, '0'),
    timestampMs: time * 1000,
    message: text,
  }));
  return Array.from({ length: PAYLOADS }, (_, i) =>
    subscriptionEvent({
      logGroup: '/log',
      logStream: 'host',
      events: events.slice(i * LINES_A_PAYLOAD, (i + 1) * LINES_A_PAYLOAD),
    }),
  );
}

function parseOnly(payloads: readonly Payload[]): void {
  for (const { awslogs } of payloads) JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString('utf8'));
}

function memoryPorts(): IntakePorts {
  return {
    attempts: memoryAttemptStore(),
    bans: memoryBanStore(),
    breakers: memoryBreakerStore(),
    watch: vmWatch(),
    sessions: memorySessionStore(),
    known: new Map(),
    telemetry: { emit: () => undefined },
    clock: { now: () => 1_765_000_000, sleep: async () => undefined },
  };
}

/** Lines a second. */
async function rate(lines: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return lines / ((performance.now() - start) / 1000);
}
