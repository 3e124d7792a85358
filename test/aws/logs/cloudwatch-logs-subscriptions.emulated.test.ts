import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ListedLogGroup } from '../../../core/ports/log-subscriptions.ts';
import { ServiceError } from '../../../local/emulators/service-error.ts';
import { type EmulatedSubscriptions, startEmulatedSubscriptions } from '../../support/emulated-subscriptions.ts';

const DESTINATION = 'arn:aws:lambda:us-east-1:123456789012:function:matcher';
const FILTER = { filterName: 'cloudjail-matcher', pattern: '?"a" ?"b"', destination: DESTINATION };
const foreign = (filterName: string) => ({ filterName, filterPattern: '', destinationArn: 'arn:aws:kinesis:…' });

let emulated: EmulatedSubscriptions;
let made = 0;
/** A log group of this test's own. */
let group: string;

beforeAll(async () => {
  emulated = await startEmulatedSubscriptions();
});

afterAll(() => emulated.close());

beforeEach(() => {
  emulated.logs.faults.clear();
  group = `/ecs/web-${++made}`;
  emulated.logs.groups.create(group);
});

async function listed(prefix: string): Promise<readonly ListedLogGroup[]> {
  const groups: ListedLogGroup[] = [];
  for await (const page of emulated.subscriptions.groups(prefix)) groups.push(...page);
  return groups;
}

describe('subscription filters of CloudWatch Logs', () => {
  it('lists the log groups of a prefix over all pages, with their classes', async () => {
    const names = Array.from({ length: 120 }, (_, i) => `/many/${String(i).padStart(3, '0')}`);
    for (const name of names) emulated.logs.groups.create(name);
    emulated.logs.groups.create('/man');
    emulated.logs.subscriptions.setClass('/many/007', 'INFREQUENT_ACCESS');
    const found = await listed('/many/');
    expect(found.map(({ name }) => name)).toEqual(names);
    expect(found.filter(({ logClass }) => logClass !== 'STANDARD')).toMatchObject([
      { name: '/many/007', logClass: 'INFREQUENT_ACCESS' },
    ]);
    expect(found[0]?.createdAt).toBe(emulated.logs.groups.find('/many/000')?.createdAt);
    expect(await listed('/none')).toEqual([]);
  });

  it('makes, changes, shows and removes a filter', async () => {
    const { subscriptions } = emulated;
    expect(await subscriptions.of(group)).toEqual([]);
    expect(await subscriptions.put(group, FILTER)).toEqual({ kind: 'done' });
    expect(await subscriptions.put(group, { ...FILTER, pattern: '' })).toEqual({ kind: 'done' });
    expect(await subscriptions.of(group)).toEqual([{ ...FILTER, pattern: '' }]);
    expect(await subscriptions.remove(group, FILTER.filterName)).toEqual({ kind: 'done' });
    expect(await subscriptions.remove(group, FILTER.filterName)).toEqual({ kind: 'gone' });
    expect(await subscriptions.of(group)).toEqual([]);
  });

  it('reports that there is no room, and still changes a filter of its own', async () => {
    const { subscriptions, logs } = emulated;
    logs.subscriptions.put(group, foreign('audit'));
    await subscriptions.put(group, FILTER);
    expect(await subscriptions.put(group, { ...FILTER, pattern: '"c"' })).toEqual({ kind: 'done' });
    expect(await subscriptions.put(group, { ...FILTER, filterName: 'another' })).toEqual({ kind: 'full' });
  });

  it('reports log groups that are gone, taken, or of a class that takes no filters', async () => {
    const { subscriptions, logs } = emulated;
    expect(await subscriptions.of('/nowhere')).toEqual([]);
    expect(await subscriptions.put('/nowhere', FILTER)).toEqual({ kind: 'gone' });
    expect(await subscriptions.remove('/nowhere', FILTER.filterName)).toEqual({ kind: 'gone' });
    logs.faults.inject({ operation: 'PutSubscriptionFilter', fault: { kind: 'conflict' } });
    expect(await subscriptions.put(group, FILTER)).toEqual({ kind: 'busy' });
    logs.subscriptions.setClass(group, 'DELIVERY');
    expect(await subscriptions.put(group, FILTER)).toMatchObject({ kind: 'refused', reason: /class/ });
  });

  it('reports why CloudWatch Logs refuses a filter, such as one whose function it may not invoke', async () => {
    emulated.logs.subscriptions.invocable = new Set();
    const outcome = await emulated.subscriptions.put(group, FILTER);
    emulated.logs.subscriptions.invocable = undefined;
    expect(outcome).toMatchObject({ kind: 'refused', reason: /Could not execute the lambda function/ });
    expect(await emulated.subscriptions.put(group, { ...FILTER, pattern: '"'.repeat(1025) })).toMatchObject({
      kind: 'refused',
      reason: /1024/,
    });
  });

  it('reports a log group it is not allowed to see or to change; without the right to list them it reports nothing', async () => {
    const { subscriptions, logs } = emulated;
    const error = new ServiceError('AccessDeniedException', 'User is not authorized to perform');
    const refused = { kind: 'refused', reason: 'User is not authorized to perform' };
    logs.faults.inject({ fault: { kind: 'error', error }, times: 4 });
    expect(await subscriptions.put(group, FILTER)).toEqual(refused);
    expect(await subscriptions.of(group)).toEqual(refused);
    expect(await subscriptions.remove(group, FILTER.filterName)).toEqual(refused);
    await expect(listed('/ecs/')).rejects.toThrow('not authorized');
  });

  it('throws when it is throttled, and when the service is in trouble', async () => {
    const { subscriptions, logs } = emulated;
    const operation = 'PutSubscriptionFilter';
    logs.faults.inject({ operation, fault: { kind: 'throttle' } });
    await expect(subscriptions.put(group, FILTER)).rejects.toThrow('Rate exceeded');
    logs.faults.inject({ operation: 'DescribeLogGroups', fault: { kind: 'internal-error' } });
    await expect(listed('/ecs/')).rejects.toThrow('Service Unavailable');
  });

  it('leaves half of each quota to others', async () => {
    const { subscriptions, clock } = emulated;
    const before = clock.now();
    for (let i = 0; i < 25; i++) await subscriptions.of(group);
    expect(clock.now() - before).toBeGreaterThan(9);
    expect(clock.now() - before).toBeLessThan(11);
  });
});
