import { describe, expect, it } from 'vitest';
import { LeakWatch } from '../../../core/bans/leak-watch.ts';
import { matchingJail } from '../../../core/intake/matching-jail.ts';
import { memoryLeakStore } from '../../memory/memory-leak-store.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { attack, DAY, NOW, system } from './backfill-lab.ts';

describe('a jail that is new', () => {
  it('is shown the last findtime of each of its log groups, and what follows for a quarter of an hour', async () => {
    const { run, logs, state, of, ledger } = system();
    logs.put('/log', [
      ...attack('9.0.0.1', NOW - 101),
      ...attack('9.0.0.2', NOW - 99),
      ...attack('9.0.0.3', NOW + 899),
    ]);
    logs.put('/log', attack('9.0.0.4', NOW + 901));
    await run();
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.2']);
    for (state.now = NOW + 60; state.now <= NOW + 960; state.now += 60) await run();
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.2', '9.0.0.3']);
    expect(await ledger()).toMatchObject({ orders: [], ended: [{ how: 'done', tally: { events: 6, bans: 2 } }] });
    expect(of('backfill-ended')).toEqual([expect.objectContaining({ how: 'done', events: 6, failures: 6, bans: 2 })]);
    // Nothing is left to do, so nothing is reported, and only the ledger is read.
    const before = of('backfill-run').length;
    await run({ reader: { page: () => Promise.reject(new Error('asked')) } });
    expect(of('backfill-run')).toHaveLength(before);
  });

  it('alone is shown it, by log group; one that comes back is new again', async () => {
    const jail = (name: string, ...loggroups: readonly string[]) => matchingJail(plainJail({ name, loggroups }));
    const { run, state, ledger } = system({ jails: [plainJail({ name: 'a', loggroups: ['/one', '/two'] })] });
    const orders = async () => (await ledger()).orders.map(({ id, logGroup, jails }) => `${id} ${logGroup} ${jails}`);
    await run();
    expect(await orders()).toEqual(['1 /one a', '2 /two a']);
    state.jails = [jail('a', '/one', '/two'), jail('b', '/two'), jail('c', '/two')];
    await run();
    expect(await orders()).toEqual(['1 /one a', '2 /two a', '3 /two b,c']);
    state.jails = [jail('a', '/one')];
    await run();
    expect(await orders()).toEqual(['1 /one a']);
    expect((await ledger()).ended.map(({ order, how, reason }) => [order.id, how, reason])).toEqual([
      [2, 'failed', 'none of its jails is deployed any more'],
      [3, 'failed', 'none of its jails is deployed any more'],
    ]);
    state.jails = [jail('a', '/one', '/two')];
    await run();
    expect(await orders()).toEqual(['1 /one a', '4 /two a']);
  });

  it('waits until it is known whom it must not ban', async () => {
    const { run, logs, state, of, progress } = system({ jails: [plainJail({ bantime: DAY })] });
    const free = state.jails;
    state.jails = free.map((one) => ({ ...one, rules: { ...one.rules, heldBack: 'own addresses unknown' } }));
    logs.put('/log', attack('9.0.0.2', NOW - 99));
    await run();
    expect((await progress())[0]).toMatchObject({ problem: { text: 'own addresses unknown' }, tally: { events: 0 } });
    state.now += 60;
    state.jails = free;
    await run();
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.2']);
    expect(of('backfill-failed')).toEqual([]);
  });

  it('has nothing to catch up with where there is no log group', async () => {
    const { run, state, ledger, of } = system();
    for (; state.now <= NOW + 960; state.now += 60) await run();
    expect((await ledger()).ended).toMatchObject([{ how: 'done', reason: 'there is no such log group' }]);
    expect(
      of('backfill-run')
        .map(({ lag }) => lag)
        .filter((lag) => lag > 0),
    ).toEqual([]);
    expect(of('backfill-failed')).toEqual([]);
  });
});

describe('what is read back', () => {
  it('bans ids whose bans would still hold, and records the ended ones', async () => {
    const { run, logs, order, of, ledger } = system();
    logs.put('/log', [...attack('9.0.0.1', NOW - 200), ...attack('9.0.0.2', NOW - 100)]);
    await order();
    await run();
    expect(of('ban-missed').map(({ ban }) => ban.id)).toEqual(['9.0.0.1']);
    expect(of('ban-made').map(({ ban }) => ban.id)).toEqual(['9.0.0.2']);
    expect((await ledger()).orders).toHaveLength(1);
  });

  it('counts toward recidive', async () => {
    const recidive = plainJail({
      name: 'again',
      recidive: true,
      loggroups: [],
      maxretry: 1,
      findtime: DAY,
      bantime: -1,
    });
    const { run, logs, order, of } = system({ jails: [plainJail({ bantime: DAY }), recidive] });
    logs.put('/log', attack('9.0.0.1', NOW - 1000));
    await order();
    await run();
    expect(of('ban-made').map(({ ban }) => ban.jail)).toEqual(['test', 'again']);
  });

  it('is no leak, however long a target has been keeping the id out', async () => {
    const { run, logs, order, of, ports, state } = system({ jails: [plainJail({ bantime: DAY })] });
    const leaks = new LeakWatch({
      confirmations: {
        get: async () => [
          { target: 'waf', id: '9.0.0.1', bans: [{ jail: 'test', bannedAt: NOW - 1000, since: NOW - 900 }] } as never,
        ],
      },
      leaks: memoryLeakStore(),
      clock: ports.clock,
      targets: ['waf'],
      reaches: () => true,
    });
    logs.put('/log', [...attack('9.0.0.1', NOW - 1000), ...attack('9.0.0.1', NOW - 500)]);
    await order();
    await run({ leaks });
    state.now += 60;
    await order();
    await run({ leaks });
    expect(of('attempts-while-banned')).toEqual([]);
    expect(of('attempts-late').length).toBeGreaterThan(0);
  });
});
