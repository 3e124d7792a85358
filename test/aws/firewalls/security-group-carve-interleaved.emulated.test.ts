import { EC2Client } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cidr, formatCidr } from '../../../core/net/address.ts';
import { aggregate } from '../../../core/net/aggregate.ts';
import { complement } from '../../../core/net/complement.ts';
import { BANNER_MISHAPS, banners, type Gate, gated } from '../../support/banners.ts';
import {
  calls,
  client,
  ec2,
  isIn,
  letIn,
  modifications,
  newList,
  planOf,
  range,
  target,
  texts,
  WORLD,
  without,
} from './carve-lab.ts';

const spread = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, i) =>
    formatCidr({ family: 4, network: (BigInt(i + from) * 2_654_435_761n) % 2n ** 32n, prefix: 32 }),
  );

describe('a change of many calls', () => {
  /** After each call: in what is in before and after, out what is out before and after. */
  function checkEachCall(list: string, before: readonly Cidr[], after: readonly Cidr[]): () => number {
    const world = [range(WORLD)];
    const keptIn = complement(complement(before, world), after);
    const keptOut = complement([...before, ...after], world);
    let checked = 0;
    ec2.faults.inject({
      operation: 'DescribeManagedPrefixLists',
      times: Infinity,
      fault: {
        kind: 'meanwhile',
        run() {
          const now = aggregate(letIn(list));
          expect(complement(now, keptIn)).toEqual([]);
          expect(complement(complement(now, world), keptOut)).toEqual([]);
          expect(now.length).toBeGreaterThan(0);
          checked++;
        },
      },
    });
    return () => checked;
  }

  it.each([
    ['from no ban to many', [], spread(20)],
    ['from many to others', spread(20), spread(20, 100)],
    ['from many to none', spread(20), []],
  ])('blocks and allows no address wrongly on its way: %s', async (_, first, second) => {
    const room = Math.max(without(first).length, without(second).length);
    const list = newList(without(first), room);
    const checked = checkEachCall(list, letIn(list), complement(second.map(range), [range(WORLD)]));
    await target(list).converge('all', planOf(second, first));
    expect(texts(letIn(list))).toEqual(without(second));
    expect(checked()).toBeGreaterThan(5);
    const differences = new Set([...without(first), ...without(second)]).size;
    expect(modifications()).toBeGreaterThan(4);
    expect(modifications()).toBeLessThanOrEqual(Math.ceil(differences / 75));
  });

  it('comes to the same when killed at any write, before or after it took effect', async () => {
    const [first, second] = [spread(6), spread(6, 100)];
    for (const side of ['before', 'after'] as const) {
      for (let k = 1; ; k++) {
        const list = newList(without(first), 200);
        const death = ec2.faults.killAtWrite(k, side);
        const died = await target(list)
          .converge('all', planOf(second, first))
          .then(
            () => false,
            () => true,
          );
        death.remove();
        ec2.calls.clear();
        await target(list).converge('all', planOf(second, first));
        expect(texts(letIn(list))).toEqual(without(second));
        expect(calls().length).toBeLessThan(40);
        if (!died) {
          expect(k).toBeGreaterThan(3);
          break;
        }
      }
    }
  });

  it('waits out RequestLimitExceeded with the client, and leaves the rest to the next run when it lasts', async () => {
    const patient = new EC2Client({
      endpoint: ec2.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const list = newList([WORLD], 600);
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', from: 2, fault: { kind: 'throttle' } });
    ec2.faults.inject({ operation: 'DescribeManagedPrefixLists', from: 3, fault: { kind: 'throttle' } });
    await target(list, {}, patient).converge('all', planOf(spread(15)));
    expect(texts(letIn(list))).toEqual(without(spread(15)));
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', from: 2, times: 3, fault: { kind: 'throttle' } });
    const next = planOf(spread(15, 50), spread(15));
    await expect(target(list, {}, patient).converge('all', next)).rejects.toThrow('Request limit exceeded');
    await target(list, {}, patient).converge('all', next);
    expect(texts(letIn(list))).toEqual(without(spread(15, 50)));
    patient.destroy();
  });
});

describe('any interleaving of banners, bans, edits and mishaps', () => {
  const NET = '203.0.113.0/24';
  const IDS = ['203.0.113.6', '203.0.113.7', '203.0.113.9', '203.0.113.64/26', '203.0.113.200', '203.0.113.128/25'];
  /** No one ever bans it, and no edit shuts it out. */
  const FRIEND = '203.0.113.33';
  const EDITS = [[NET], ['203.0.113.32/31', '203.0.113.7/32'], ['203.0.113.0/26', '203.0.113.33/32', NET]];

  const some = (most: number) => fc.subarray(IDS, { maxLength: most });
  const mishap = fc.option(
    fc.record({ at: fc.integer({ min: 1, max: 6 }), kind: fc.constantFrom(...BANNER_MISHAPS) }),
    {
      nil: undefined,
    },
  );
  const wave = fc.record({
    banned: some(2),
    unbanned: some(2),
    edits: fc.array(fc.nat(EDITS.length - 1), { maxLength: 1, size: 'max' }),
    banners: fc.array(mishap, { minLength: 1, maxLength: 2, size: 'max' }),
  });

  it('ends with what is left of the allowed, and lifts no ban that holds', { timeout: 60_000 }, async () => {
    const seen = { mishaps: 0, edits: 0, together: 0, held: 0, mostCalls: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(wave, { minLength: 2, maxLength: 6, size: 'max' }), fc.nat(), async (waves, seed) => {
        const list = newList([NET]);
        const edit = (n: number) => {
          seen.edits++;
          ec2.prefixLists.edit(
            list,
            (EDITS[n] ?? []).map((cidr) => ({ cidr })),
          );
          out = new Set();
        };
        const changes = { allowed: [range(NET)] };
        const through = (gate: Gate) => target(list, changes, gated(client, gate));
        let steady = new Set<string>();
        let out = new Set<string>();
        const fleet = banners(
          seed,
          through,
          () => edit(0),
          () => {
            // What was out stays out, as long as it is banned all the time.
            for (const id of out) expect(isIn(list, id)).toBe(false);
            out = new Set([...steady].filter((id) => !isIn(list, id)));
            seen.held += out.size;
            expect(isIn(list, FRIEND)).toBe(true);
          },
        );
        for (const { banned, unbanned, edits, banners: runs } of waves) {
          steady = new Set(await fleet.holding({ banned, unbanned }));
          out = new Set([...steady].filter((id) => !isIn(list, id)));
          if (runs.length > 1) seen.together++;
          await fleet.play({ banned, unbanned, edits: edits.map((n) => () => edit(n)), banners: runs });
        }
        steady = out = new Set();
        const used = await fleet.settle();
        expect(used).toBeLessThan(20);
        expect(texts(letIn(list))).toEqual(without(await fleet.activeIds(), [NET]));
        expect(fleet.reports.at(-1)?.overflow).toEqual([]);
        // Nothing is left to do.
        ec2.calls.clear();
        await fleet.settle();
        expect(modifications()).toBe(0);
        seen.mishaps += fleet.seen.mishaps;
        seen.mostCalls = Math.max(seen.mostCalls, fleet.seen.mostCalls);
      }),
      { numRuns: 25, seed: 9 },
    );
    expect(seen.mishaps).toBeGreaterThan(25);
    expect(seen.edits).toBeGreaterThan(20);
    expect(seen.together).toBeGreaterThan(25);
    expect(seen.held).toBeGreaterThan(100);
    expect(seen.mostCalls).toBeLessThan(100);
  });
});
