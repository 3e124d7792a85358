import { describe, expect, it } from 'vitest';
import { endOrder } from '../../../core/backfill/backfill-ledger.ts';
import type { LogReader } from '../../../core/ports/log-reader.ts';
import type { BackfillProgress } from '../../../core/records/backfill.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { attack, DAY, NOW, system, tries } from './backfill-lab.ts';

describe('the breaker', () => {
  const jails = [plainJail({ maxbans: 10, bantime: DAY })];
  const addresses = (n: number) => Array.from({ length: n }, (_, i) => `9.0.${i >> 8}.${i & 255}`);

  it('does not take the bans of a day for those of a minute', async () => {
    const { run, logs, order, of, ports } = system({ jails });
    logs.put(
      '/log',
      addresses(200).flatMap((ip, i) => attack(ip, NOW - 20_000 + 60 * Math.floor(i / 5))),
    );
    await order();
    await run();
    expect(of('ban-made')).toHaveLength(200);
    expect(await ports.breakers.trippedAt('test')).toBeUndefined();
  });

  it('holds back what is too much for a minute of the log, and leaves the jail its present', async () => {
    const { run, logs, order, of, ports, state, ledger } = system({ jails });
    const minute = Math.floor(NOW / 60 - 60) * 60;
    const streams = addresses(100).flatMap((ip, i) =>
      attack(ip, minute).map((one) => ({ ...one, logStream: `host ${i}` })),
    );
    logs.put('/log', [...streams, ...attack('9.1.0.1', minute + 60)]);
    await order();
    await run();
    // Several streams at once may each have been let in, as several matchers at once.
    expect(of('ban-made').length).toBeGreaterThan(10);
    expect(of('ban-made').length).toBeLessThan(30);
    expect(of('ban-made').map(({ ban }) => ban.id)).toContain('9.1.0.1');
    expect(of('breaker-tripped')).toEqual([]);
    expect(await ports.breakers.trippedAt('test')).toBeUndefined();
    state.now += 60;
    await run();
    expect((await ledger()).ended[0]?.tally.heldBack).toBeGreaterThan(50);
  });

  it('that has tripped stops all bans', async () => {
    const { run, logs, order, of, ports } = system({ jails });
    await ports.breakers.trip('test', NOW - 60);
    logs.put('/log', attack('9.0.0.1', NOW - 1000));
    await order();
    await run();
    expect(of('ban-made')).toEqual([]);
    expect(of('ban-held-back').length).toBeGreaterThan(0);
  });
});

describe('what goes wrong', () => {
  const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });

  it('with one log group holds up no other, is tried again ever more rarely, and is given up after a day', async () => {
    const { run, logs, order, of, state, ledger, ports } = system({
      jails: [plainJail({ loggroups: ['/bad', '/log'] })],
    });
    logs.put('/log', attack('9.0.0.1', NOW - 100));
    await order('/bad');
    await order('/log');
    let asked = 0;
    const page: LogReader['page'] = async (logGroup, ...rest) => {
      if (logGroup !== '/bad') return await ports.reader.page(logGroup, ...rest);
      asked++;
      throw denied;
    };
    const reader = { page };
    await run({ reader });
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.1']);
    for (state.now += 60; state.now < NOW + DAY + 1200; state.now += 60) await run({ reader });
    // Beside the orders, the jail catches up with the log group that it is new to.
    expect((await ledger()).orders).toEqual([]);
    const ended = (await ledger()).ended.map(
      (one) => `${one.order.logGroup} ${one.order.kind} ${one.how} ${one.reason}`,
    );
    expect(ended.sort()).toEqual([
      '/bad request failed AccessDeniedException: no',
      '/log catch-up done ',
      '/log request done ',
    ]);
    expect(of('backfill-failed').filter(({ givenUp }) => givenUp)).toHaveLength(1);
    expect(asked).toBeLessThan(DAY / 900 + 12);
    // It reports that they wait.
    expect(Math.max(...of('backfill-run').map(({ lag }) => lag))).toBeGreaterThan(DAY - 1200);
  });

  it('with the store is thrown, after all others had their turns', async () => {
    const { run, logs, order, of, store } = system({ jails: [plainJail({ loggroups: ['/bad', '/log'] })] });
    logs.put('/log', attack('9.0.0.1', NOW - 100));
    const bad = await order('/bad');
    await order('/log');
    const failing = {
      ...store,
      writeProgress: async (id: number, progress: BackfillProgress) => {
        if (id === bad.id) throw new Error('down');
        return await store.writeProgress(id, progress);
      },
    };
    await expect(run({ store: failing })).rejects.toThrow('down');
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.1']);
  });

  it('with what asks for the next page does so once', async () => {
    const { run, logs, order, of, state, ports, ledger } = system({
      pageSize: 2,
      jails: [plainJail({ bantime: DAY })],
    });
    logs.put('/log', attack('9.0.0.1', NOW - 100));
    await order();
    const page: LogReader['page'] = async (logGroup, span, next) => {
      if (next !== undefined) throw new Error('the token has expired');
      return await ports.reader.page(logGroup, span, next);
    };
    await run({ reader: { page } });
    expect(of('backfill-failed')).not.toEqual([]);
    for (; state.now < NOW + 1000; state.now += 60) await run();
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.1']);
    expect((await ledger()).orders).toEqual([]);
  });
});

describe('runs', () => {
  it('share the work, and one that died is waited for until it must be dead', async () => {
    const { run, logs, order, state, progress, of } = system({ jails: [plainJail({ bantime: DAY })] });
    logs.put('/log', attack('9.0.0.1', NOW - 100));
    await order('/log', (NOW - 200) * 1000, (NOW - 40) * 1000);
    // Its page never comes: it is cut off by its end and writes no more.
    const hanging = run({ reader: { page: () => new Promise(() => undefined) } });
    await new Promise(setImmediate);
    const leases = (await progress()).flatMap(({ lease }) => lease ?? []);
    expect(leases).toEqual([{ holder: 'run 1', until: NOW + 60 }]);
    state.now += 59;
    await run({ reader: { page: () => Promise.reject(new Error('asked')) } });
    expect(of('backfill-failed')).toHaveLength(0);
    state.now += 2;
    await run();
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.1']);
    void hanging;
  });

  it('stop when their time is over, and the next goes on from there', async () => {
    const { run, logs, order, state, ports, ledger, of } = system({ pageSize: 2 });
    logs.put('/log', Array.from({ length: 40 }, (_, i) => attack(`9.0.0.${i}`, NOW - 20_000 + i)).flat());
    await order();
    let pages = 0;
    const page: LogReader['page'] = async (...args) => {
      pages++;
      state.now += 20;
      return await ports.reader.page(...args);
    };
    let runs = 0;
    while ((await ledger()).orders.length > 0) {
      runs++;
      await run({ reader: { page } });
    }
    expect(runs).toBeGreaterThan(10);
    expect(pages).toBeLessThanOrEqual(3 * 2 * runs);
    expect(of('backfill-ended').find(({ events }) => events > 0)).toMatchObject({ events: 120, failures: 120 });
    expect(new Set(of('ban-missed').map(({ ban }) => ban.id)).size).toBe(40);
  });

  it('heed within seconds that an order is taken back', async () => {
    const { run, logs, order, state, ports, store } = system({ pageSize: 1 });
    logs.put('/log', tries('9.0.0.1', ...Array.from({ length: 100 }, (_, i) => NOW - 50_000 + i)));
    const one = await order();
    let pages = 0;
    const page: LogReader['page'] = async (...args) => {
      state.now += 1;
      if (++pages === 3) await endOrder(one, undefined, { how: 'cancelled', reason: '' }, store, state.now);
      return await ports.reader.page(...args);
    };
    await run({ reader: { page } });
    expect(pages).toBeLessThan(3 + 2 * 7);
  });

  it('take turns by page: a long log group does not hold up a short one', async () => {
    const { run, logs, order, state, ports, of } = system({
      pageSize: 3,
      jails: [plainJail({ loggroups: ['/long', '/short'] })],
    });
    logs.put('/long', tries('9.0.0.1', ...Array.from({ length: 600 }, (_, i) => NOW - 50_000 + i)));
    logs.put('/short', attack('9.0.0.2', NOW - 50));
    await order('/long');
    await order('/short', (NOW - 100) * 1000);
    const page: LogReader['page'] = async (...args) => {
      state.now += 5;
      return await ports.reader.page(...args);
    };
    await run({ reader: { page } });
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.2']);
  });
});
