import type { CloudWatchLogsClient, CloudWatchLogsClientConfig } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudWatchLogReader } from '../../../aws/logs/cloudwatch-log-reader.ts';
import type { LogReader, StoredEvent } from '../../../core/ports/log-reader.ts';
import type { Span } from '../../../core/records/span.ts';
import { ServiceError } from '../../../local/emulators/service-error.ts';
import { type CloudWatchLogs, startCloudWatchLogs } from '../../emulators/cloudwatch-logs.ts';
import { cloudWatchLogsClient } from '../../emulators/cloudwatch-logs-client.ts';

const START = 1_700_000_000_000;
const HOUR = 3_600_000;
const GROUP = '/cloudjail/var/log/auth.log';
const DAY: Span = { fromMs: START - 24 * HOUR, toMs: START };

let clock = START;
let slept: number[] = [];
let logs: CloudWatchLogs;
const clients: CloudWatchLogsClient[] = [];

beforeEach(async () => {
  clock = START;
  slept = [];
  logs = await startCloudWatchLogs({ now: () => clock });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await logs.close();
});

/** On a clock that only sleeping moves, so a caller that does not wait meets the quota. */
function reader(config: CloudWatchLogsClientConfig = {}, signal?: AbortSignal): LogReader {
  const client = cloudWatchLogsClient(logs.endpoint, config);
  clients.push(client);
  const time = {
    now: () => clock,
    sleep: async (ms: number) => {
      slept.push(ms);
      clock += ms;
    },
  };
  return cloudWatchLogReader(client, { time, longestCallMs: 100, ...(signal && { signal }) });
}

async function readAll(from: LogReader, span = DAY): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  let next: string | undefined;
  do {
    const page = await from.page(GROUP, span, next);
    if (page === 'no-such-group') throw new Error('no such group');
    events.push(...page.events);
    next = page.next;
  } while (next !== undefined);
  return events;
}

const failures = () => logs.calls.count('logs', 'FilterLogEvents').failed;

describe('cloudWatchLogReader', () => {
  it('reads 25,000 events of many streams, each once, by time, silence included', async () => {
    const kept = Array.from({ length: 25_000 }, (_, index) =>
      logs.groups.put(GROUP, `web-${index % 7}`, [
        // Two busy hours with half a day of nothing between them.
        { timestamp: START - 20 * HOUR + index * 200 + (index > 12_000 ? 12 * HOUR : 0), message: `line ${index}` },
      ]),
    ).flat();
    const events = await readAll(reader());
    expect(events).toEqual(
      kept.map(({ id, timestamp, message, logStream }) => ({ id, timestamp, message, logStream })),
    );
    expect(failures()).toEqual({});
  });

  it('takes both ends of a span for part of it', async () => {
    logs.groups.put(
      GROUP,
      's',
      [-2, -1, 0, 1].map((ms) => ({ timestamp: START + ms, message: String(ms) })),
    );
    const events = await readAll(reader(), { fromMs: START - 1, toMs: START });
    expect(events.map(({ message }) => message)).toEqual(['-1', '0']);
  });

  it.each([
    ['us-east-1', 80],
    ['eu-west-1', 200],
    ['eu-central-1', 400],
  ])('leaves half of the quota in %s to others: a call in %i ms', async (region, spacing) => {
    logs.groups.create(GROUP, region);
    const from = reader({ region });
    await from.page(GROUP, DAY, undefined);
    expect(slept).toEqual([]);
    // Asked for at once, made one after the other.
    await Promise.all([1, 2, 3].map(() => from.page(GROUP, DAY, undefined)));
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(3 * spacing);
    expect(failures()).toEqual({});
  });

  it('reports that there is no such log group, and that it is gone', async () => {
    const from = reader();
    expect(await from.page(GROUP, DAY, undefined)).toBe('no-such-group');
    logs.groups.put(GROUP, 's', [{ timestamp: START - 20 * HOUR, message: 'a' }]);
    const first = await from.page(GROUP, DAY, undefined);
    logs.groups.remove(GROUP);
    expect(first).toMatchObject({ next: expect.any(String) });
    expect(await from.page(GROUP, DAY, first === 'no-such-group' ? '' : first.next)).toBe('no-such-group');
  });

  it.each([
    ['throttled', { kind: 'throttle' }],
    ['failed', { kind: 'internal-error' }],
    ['cut off', { kind: 'crash-before-write' }],
    ['never answered', { kind: 'time-out' }],
  ] as const)('asks again when it is %s, after longer and longer pauses', async (_, fault) => {
    logs.groups.put(GROUP, 's', [{ timestamp: START - 1, message: 'a' }]);
    logs.faults.inject({ fault, times: 4 });
    expect(await readAll(reader(), { fromMs: START - HOUR, toMs: START })).toHaveLength(1);
    expect(slept).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it("gives up after a minute and a half with AWS's error", async () => {
    logs.groups.create(GROUP);
    logs.faults.inject({ fault: { kind: 'throttle' }, times: Number.POSITIVE_INFINITY });
    await expect(reader().page(GROUP, DAY, undefined)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(clock - START).toBe(91_000);
  });

  it('does not ask again for what stays refused', async () => {
    const denied = new ServiceError('AccessDeniedException', 'not authorized to perform: logs:FilterLogEvents');
    logs.faults.inject({ fault: { kind: 'error', error: denied } });
    await expect(reader().page(GROUP, DAY, undefined)).rejects.toThrow('logs:FilterLogEvents');
    await expect(reader().page(GROUP, DAY, 'no token')).resolves.toBe('no-such-group');
    logs.groups.create(GROUP);
    await expect(reader().page(GROUP, DAY, 'no token')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(slept).toEqual([]);
  });

  it('stops at once, on the way to an answer and between two tries', async () => {
    logs.groups.create(GROUP);
    const silent = logs.faults.inject({ fault: { kind: 'time-out' } });
    const asking = new AbortController();
    const asked = reader({}, asking.signal).page(GROUP, DAY, undefined);
    setTimeout(() => asking.abort(new Error('enough')), 50);
    await expect(asked).rejects.toThrow('enough');
    silent.remove();

    const client = cloudWatchLogsClient(logs.endpoint);
    clients.push(client);
    const waiting = new AbortController();
    logs.faults.inject({ fault: { kind: 'throttle' }, times: Number.POSITIVE_INFINITY });
    const waited = cloudWatchLogReader(client, { signal: waiting.signal }).page(GROUP, DAY, undefined);
    setTimeout(() => waiting.abort(new Error('enough')), 50);
    await expect(waited).rejects.toThrow('enough');
  });
});
