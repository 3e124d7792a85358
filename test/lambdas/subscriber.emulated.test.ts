import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastPrefixes, reads, readsByPrefix } from '../../core/compile/log-group-readers.ts';
import { OWN_LOG_GROUPS } from '../../core/names.ts';
import { createSubscriber } from '../../core/subscriptions/subscriptions.ts';
import { memoryBackfillStore } from '../memory/memory-backfill-store.ts';
import { memorySubscriptionReportStore } from '../memory/memory-subscription-report-store.ts';
import { plainJail } from '../support/plain-jail.ts';
import {
  byName,
  DESTINATION,
  emulated,
  FAULTS,
  filters,
  groups,
  heldBy,
  jails,
  names,
  OURS,
  ofOthers,
  setUp,
  soon,
  subscriberFor,
  wanted,
} from './subscriber-lab.ts';

describe('the subscriber', { timeout: 60_000 }, () => {
  it('converges from any state, whatever fails at whichever write; filters of others survive', async () => {
    const met = { failed: 0, full: 0, changed: 0 };
    await fc.assert(
      fc.asyncProperty(
        groups,
        jails,
        fc.constantFrom(...FAULTS),
        fc.integer({ min: 1, max: 4 }),
        async (state, list, fault, from) => {
          setUp(state);
          const injected = emulated.logs.faults.inject({ writes: true, fault, from, times: 2 });
          const { subscriber, backfills } = subscriberFor(list);
          for (let run = 0; run < 4; run++) await subscriber.converge(soon()).catch(() => undefined);
          met.failed += injected.struck();
          const orders = (await backfills.ledger())?.orders ?? [];
          for (const one of state) {
            const expected = wanted(one, list);
            const isChanged = JSON.stringify(byName(expected)) !== JSON.stringify(byName(one.filters));
            const caughtUp = orders.filter(({ logGroup }) => logGroup === one.name).flatMap((order) => order.jails);
            const readers = list.filter((jail) => reads(jail, one.name)).map(({ name }) => name);
            expect(caughtUp.sort(), one.name).toEqual(isChanged ? readers : []);
            expect(byName(heldBy(one.name)), one.name).toEqual(byName(expected));
            if (JSON.stringify(byName(expected)) !== JSON.stringify(byName(one.filters))) met.changed++;
            if (ofOthers(one.filters).length === 2) met.full++;
          }
          const writes = emulated.logs.calls.count('logs', 'PutSubscriptionFilter').calls;
          expect(await subscriber.converge(soon())).toBe(0);
          expect(emulated.logs.calls.count('logs', 'PutSubscriptionFilter').calls).toBe(writes);
        },
      ),
      { numRuns: 150, seed: 6 },
    );
    expect(met.failed).toBeGreaterThan(50);
    expect(met.full).toBeGreaterThan(20);
    expect(met.changed).toBeGreaterThan(100);
    expect(emulated.throttled()).toBeGreaterThan(0);
  });

  it('withdraws from all that no other prefix of the jails takes in, and from nothing else', async () => {
    let removed = 0;
    await fc.assert(
      fc.asyncProperty(groups, jails, jails, fc.constantFrom(...FAULTS), async (state, former, now, fault) => {
        setUp(state);
        await subscriberFor(former).subscriber.converge(soon());
        const before = new Map(state.map(({ name }) => [name, heldBy(name)]));
        // What CloudFormation does: the stack has the new jails, and the resources of prefixes that
        // are gone are deleted.
        emulated.logs.faults.inject({ writes: true, fault });
        const { subscriber } = subscriberFor(now);
        for (const prefix of leastPrefixes(former).filter((one) => !leastPrefixes(now).includes(one))) {
          while ((await subscriber.withdraw(prefix, soon()).catch(() => 1)) > 0) emulated.logs.faults.clear();
        }
        for (const { name, logClass } of state) {
          const was = before.get(name) ?? [];
          const gone =
            logClass === 'STANDARD' &&
            !name.startsWith(OWN_LOG_GROUPS) &&
            former.some((jail) => readsByPrefix(jail, name)) &&
            !now.some((jail) => readsByPrefix(jail, name));
          expect(heldBy(name), name).toEqual(gone ? ofOthers(was) : was);
          if (gone && was.length > heldBy(name).length) removed++;
        }
      }),
      { numRuns: 100, seed: 6 },
    );
    expect(removed).toBeGreaterThan(50);
  });

  it('withdraws from everything when the stack goes, its own prefixes overlapping or not', async () => {
    const list = [plainJail({ logGroupPrefixes: ['/a', '/a/b', '/b/'] }), plainJail({ logGroupPrefixes: ['/a/'] })];
    setUp(names.map((name) => ({ name, logClass: 'STANDARD', filters: [] })));
    const { subscriber } = subscriberFor(list);
    await subscriber.converge(soon());
    expect(names.filter((name) => heldBy(name).length > 0)).toEqual([
      '/a',
      '/a/b',
      '/a/b/1',
      '/a/b/2',
      '/a/c',
      '/ab',
      '/b/a',
      '/aws/x',
    ]);
    for (const prefix of leastPrefixes(list)) expect(await subscriber.withdraw(prefix, soon())).toBe(0);
    expect(names.filter((name) => heldBy(name).length > 0)).toEqual([]);
  });

  it('gets through a fleet larger than a run, also when each run begins in a new container', async () => {
    const fleet = Array.from({ length: 420 }, (_, i) => `/fleet/${i}`);
    setUp(fleet.map((name) => ({ name, logClass: 'STANDARD', filters: [] })));
    const list = [plainJail({ logGroupPrefixes: ['/fleet/'] })];
    const before = emulated.throttled();
    const left: number[] = [];
    const start = emulated.clock.now();
    for (let minute = 1; minute <= 12 && left.at(-1) !== 0; minute++) {
      left.push(await subscriberFor(list).subscriber.converge(soon()));
      await emulated.clock.sleep((start + minute * 60 - emulated.clock.now()) * 1000);
      if (fleet.every((name) => heldBy(name).length === 1)) break;
    }
    expect(fleet.filter((name) => heldBy(name).length !== 1)).toEqual([]);
    expect(left.length).toBeLessThanOrEqual(8);
    expect(emulated.throttled()).toBe(before);
  });

  it('asks for the filters of a log group once an hour, and at once for one that was made anew', async () => {
    const { logs, clock } = emulated;
    setUp(['/a/1', '/a/2'].map((name) => ({ name, logClass: 'STANDARD', filters: [] })));
    const { subscriber } = subscriberFor([plainJail({ logGroupPrefixes: ['/a/'] })]);
    const asked = () => logs.calls.count('logs', 'DescribeSubscriptionFilters').calls;
    await subscriber.converge(soon());
    const first = asked();
    await clock.sleep(60_000);
    await subscriber.converge(soon());
    expect(asked()).toBe(first);
    logs.groups.remove('/a/1');
    logs.groups.create('/a/1');
    await subscriber.converge(soon());
    expect(asked()).toBe(first + 1);
    expect(heldBy('/a/1')).toHaveLength(1);
    logs.subscriptions.remove('/a/2', OURS);
    await clock.sleep(3_700_000);
    await subscriber.converge(soon());
    expect(heldBy('/a/2')).toHaveLength(1);
  });

  it('reports once what it can not read, and keeps it in the report until there is room', async () => {
    setUp([
      { name: '/a/full', logClass: 'STANDARD', filters: [filters[3], filters[4]].flatMap((one) => one ?? []) },
      { name: '/a/rare', logClass: 'INFREQUENT_ACCESS', filters: [] },
      { name: '/a/fine', logClass: 'STANDARD', filters: [] },
    ]);
    const reports = memorySubscriptionReportStore();
    const events: unknown[] = [];
    const subscriber = createSubscriber(
      { filterName: OURS, destination: DESTINATION, jails: [plainJail({ logGroupPrefixes: ['/a/'] })] },
      { ...emulated, reports, backfills: memoryBackfillStore(), telemetry: { emit: (event) => events.push(event) } },
    );
    await subscriber.converge(soon());
    await subscriber.converge(soon());
    const summary = { kind: 'subscriptions-converged', subscribed: 1, unread: 1, left: 0 };
    expect(events).toEqual([
      { kind: 'log-group-unread', logGroup: '/a/full', reason: expect.stringContaining('two subscription filters') },
      { ...summary, changed: 1 },
      { ...summary, changed: 0 },
    ]);
    expect(await reports.read()).toMatchObject({
      subscribed: 1,
      left: 0,
      unreadCount: 2,
      unread: [{ logGroup: '/a/full' }, { logGroup: '/a/rare', reason: expect.stringContaining('INFREQUENT_ACCESS') }],
    });
    emulated.logs.subscriptions.remove('/a/full', 'audit');
    await emulated.clock.sleep(301_000);
    await subscriber.converge(soon());
    expect(await reports.read()).toMatchObject({ subscribed: 2, unreadCount: 1 });
  });

  it('sees to the other log groups when one fails, and gives up when several do', async () => {
    const fleet = Array.from({ length: 20 }, (_, i) => `/a/${String(i).padStart(2, '0')}`);
    const list = [plainJail({ logGroupPrefixes: ['/a/'] })];
    setUp(fleet.map((name) => ({ name, logClass: 'STANDARD', filters: [] })));
    emulated.logs.faults.inject({ writes: true, fault: { kind: 'throttle' }, times: 2 });
    await expect(subscriberFor(list).subscriber.converge(soon())).rejects.toThrow('Rate exceeded');
    expect(fleet.filter((name) => heldBy(name).length === 1)).toHaveLength(18);
    setUp(fleet.map((name) => ({ name, logClass: 'STANDARD', filters: [] })));
    const all = emulated.logs.faults.inject({
      writes: true,
      fault: { kind: 'throttle' },
      times: Number.POSITIVE_INFINITY,
    });
    await expect(subscriberFor(list).subscriber.converge(soon())).rejects.toThrow('Rate exceeded');
    expect(all.struck()).toBe(5);
  });
});
