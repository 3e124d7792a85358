import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import type { LogBatch } from '../../core/intake/log-batch.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { synthesize } from '../../local/synthesize.ts';
import type { StackTemplate } from '../../local/template.ts';
import { banStoreContents } from '../support/ban-store-contents.ts';
import { plainJail } from '../support/plain-jail.ts';

/** Three addresses; the second comes back after its ban, the third stays below maxretry. */
const TRIES: readonly (readonly [time: number, ip: string])[] = [
  [0, '9.0.0.1'],
  [5, '9.0.0.1'],
  [6, '2600::1'],
  [7, '9.0.0.3'],
  [9, '9.0.0.1'],
  [10, '2600::2'],
  [11, '2600::3'],
  [12, '9.0.0.1'],
  [300, '2600::1'],
  [301, '2600::1'],
  [302, '2600::9'],
  [303, '9.0.0.3'],
];
const START = 1_000_000_020;
const JAIL = plainJail({ maxretry: 3, findtime: 100, bantime: 120, loggroups: ['/log'] });
const EXPECTED = [
  { id: '2600::/64', bannedAt: START + 302, banCount: 2, state: 'lifted' },
  { id: '9.0.0.1', bannedAt: START + 9, banCount: 1, state: 'lifted' },
];

let template: StackTemplate;
const attemptsBefore = process.env['AWS_MAX_ATTEMPTS'];
beforeAll(async () => {
  template = await synthesize();
  // A killed function does not retry; waiting for the SDK to try again would only make the test
  // slow.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterAll(() => {
  if (attemptsBefore === undefined) delete process.env['AWS_MAX_ATTEMPTS'];
  else process.env['AWS_MAX_ATTEMPTS'] = attemptsBefore;
});

function batches(size: number): LogBatch[] {
  const events = TRIES.map(([after, ip], i) => ({
    id: `e${i}`,
    timestampMs: (START + after) * 1000,
    message: `no ${ip}`,
  }));
  return Array.from({ length: Math.ceil(events.length / size) }, (_, i) => ({
    logGroup: '/log',
    logStream: 'host',
    events: events.slice(i * size, (i + 1) * size),
  }));
}

/**
 * Invokes a function; when it dies, a new container gets the same event. Returns whether it died.
 */
async function untilDone(aws: EmbeddedAws, invoke: () => Promise<void>): Promise<boolean> {
  try {
    await invoke();
    return false;
  } catch {
    aws.faults.clear();
    aws.coldStart();
    await invoke();
    return true;
  }
}

/**
 * Plays the log with one death at the k-th write; what is left in the tables and firewalls, and
 * whether anything died.
 */
async function play(size: number, k: number, side: 'before' | 'after') {
  const aws = await startEmbeddedAws(template, { format: 1, jails: [JAIL] });
  try {
    if (k > 0) aws.faults.killAtWrite(k, side);
    let died = false;
    const step = async (invoke: () => Promise<void>): Promise<void> => {
      if (await untilDone(aws, invoke)) died = true;
    };
    let now = START;
    for (const batch of batches(size)) {
      // A delivery comes after the last of its events.
      const time = (batch.events.at(-1)?.timestampMs ?? 0) / 1000;
      for (; now < time; now += 60) {
        await step(() => aws.runExpirer(now));
        await step(() => aws.enforceChanges(now));
      }
      await step(() => aws.runMatcher(subscriptionEvent(batch), time));
      await step(() => aws.enforceChanges(time));
    }
    const during = (await aws.ipSets()).flatMap((set) => set.addresses);
    for (const end = START + 600; now < end; now += 60) {
      await step(() => aws.runExpirer(now));
      await step(() => aws.enforceChanges(now));
    }
    // What a dead banner's stream batch left undone, the next reconciliation repairs.
    await step(() => aws.reconcile(now));
    const after = (await aws.ipSets()).flatMap((set) => set.addresses);
    const writes = aws.dynamoDb.calls.find({ writes: true }).length + aws.wafv2.calls.find({ writes: true }).length;
    return { died, during, after, writes, bans: await banStoreContents(aws.dynamoDb.endpoint) };
  } finally {
    await aws.close();
  }
}

describe('a function killed at any write', () => {
  it.each([1, 4, 12])(
    'leaves what the next run completes (%i events a delivery)',
    async (size) => {
      const undisturbed = await play(size, 0, 'after');
      expect(undisturbed.bans).toMatchObject(EXPECTED);
      expect(undisturbed.during).toContain('2600::/64');
      expect(undisturbed.after).toEqual([]);
      let deaths = 0;
      for (let k = 1; k <= undisturbed.writes; k++) {
        for (const side of ['before', 'after'] as const) {
          const { died, during, after, bans } = await play(size, k, side);
          if (died) deaths += 1;
          expect({ k, side, during, after }).toEqual({ k, side, during: undisturbed.during, after: [] });
          expect(bans).toMatchObject(EXPECTED);
        }
      }
      expect(deaths).toBeGreaterThan(10);
    },
    120_000,
  );
});
