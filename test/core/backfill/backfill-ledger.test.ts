import { describe, expect, it } from 'vitest';
import { withDeployed, withSubscribed } from '../../../core/backfill/backfill-ledger.ts';
import type { BackfillLedger } from '../../../core/records/backfill.ts';
import { plainJail } from '../../support/plain-jail.ts';

const NOW = 1_000_000;
const JAILS = [
  plainJail({ name: 'short', loggroups: [], logGroupPrefixes: ['/ecs/'], findtime: 100 }),
  plainJail({ name: 'also', loggroups: [], logGroupPrefixes: ['/ecs/web'], findtime: 100 }),
  plainJail({ name: 'long', loggroups: ['/ecs/web-1'], findtime: 500 }),
  plainJail({ name: 'other', loggroups: ['/other'] }),
];

function subscribed(ledger: BackfillLedger | undefined, logGroup: string): BackfillLedger {
  const next = withSubscribed(ledger, logGroup, JAILS, NOW);
  if (typeof next === 'string') throw new Error(next);
  return next;
}

describe('a log group that is about to be subscribed to by its prefix', () => {
  it('is read back for the jails that read it, each as far as its findtime, until its subscription stands', () => {
    const { orders, latest, version } = subscribed(undefined, '/ecs/web-1');
    expect([latest, version]).toEqual([2, 1]);
    const order = { kind: 'catch-up', logGroup: '/ecs/web-1', toMs: (NOW + 120) * 1000, orderedAt: NOW };
    expect(orders).toEqual([
      { ...order, id: 1, jails: ['also', 'short'], fromMs: (NOW - 100) * 1000 },
      { ...order, id: 2, jails: ['long'], fromMs: (NOW - 500) * 1000 },
    ]);
  });

  it('is not ordered twice while that is under way, and is once it is over', () => {
    const ledger = subscribed(undefined, '/ecs/web-1');
    expect(withSubscribed(ledger, '/ecs/web-1', JAILS, NOW + 60)).toBe('ordered');
    expect(subscribed({ ...ledger, orders: [] }, '/ecs/web-1').orders.map(({ id }) => id)).toEqual([3, 4]);
  });

  it('takes its turn beside what the backfiller finds by itself, whichever comes first', () => {
    const first = subscribed(undefined, '/ecs/api');
    const both = withDeployed(first, JAILS, NOW);
    expect(both?.orders.map(({ logGroup }) => logGroup)).toEqual(['/ecs/api', '/ecs/web-1', '/other']);
    expect(both?.orders.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(withDeployed(both, JAILS, NOW)).toBeUndefined();
    const other = withDeployed(undefined, JAILS, NOW);
    expect(subscribed(other, '/ecs/api').orders.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it('is left where there is more than a record can hold', () => {
    let ledger: BackfillLedger | undefined;
    for (let i = 0; ; i++) {
      const next = withSubscribed(ledger, `/ecs/${String(i).padStart(500, 'x')}`, JAILS, NOW);
      if (next === 'full') break;
      if (next === 'ordered') throw new Error('a new log group has been ordered');
      ledger = next;
    }
    expect(ledger?.orders.length).toBeGreaterThan(200);
    expect(JSON.stringify(ledger).length).toBeLessThan(210_000);
  });
});
