import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cidr, formatWithPrefix } from '../../../core/net/address.ts';
import { aggregate } from '../../../core/net/aggregate.ts';
import { complement } from '../../../core/net/complement.ts';
import { type Step, transition } from '../../../core/net/transition.ts';
import { block, cidr, maskOfAll } from './small-universe.ts';

const blocks = fc.array(block, { maxLength: 8, size: 'max' });

/** The list after each step, a step being refused that a prefix list would refuse. */
function* applied(from: readonly Cidr[], steps: Iterable<Step>, most: number): Generator<readonly Cidr[]> {
  let list = new Map(from.map((range) => [formatWithPrefix(range), range]));
  for (const { remove, add } of steps) {
    list = new Map(list);
    expect(remove.length + add.length).toBeGreaterThan(0);
    expect(remove.length + add.length).toBeLessThanOrEqual(most);
    const named = [...remove, ...add].map(formatWithPrefix);
    expect(new Set(named).size).toBe(named.length);
    for (const range of remove) expect(list.delete(formatWithPrefix(range))).toBe(true);
    for (const range of add) {
      expect(list.has(formatWithPrefix(range))).toBe(false);
      list.set(formatWithPrefix(range), range);
    }
    yield [...list.values()];
  }
}

describe('transition', () => {
  it('keeps in what both lists let in, and out what neither does, at every step', () => {
    const seen = { steps: 0, full: 0, disordered: 0, nothingInCommon: 0 };
    fc.assert(
      fc.property(blocks, blocks, fc.integer({ min: 3, max: 6 }), fc.nat(2), (before, after, most, spare) => {
        const from = [...new Map(before.map((range) => [formatWithPrefix(range), range])).values()];
        const to = aggregate(after);
        const room = Math.max(from.length, to.length) + spare;
        const [old, next] = [maskOfAll(from), maskOfAll(to)];
        let last: readonly Cidr[] = from;
        let count = 0;
        for (const list of applied(from, transition(from, to, room, most), most)) {
          const allowed = maskOfAll(list);
          expect(allowed & (old & next)).toBe(old & next);
          expect(allowed & ~(old | next)).toBe(0);
          expect(list.length).toBeLessThanOrEqual(room);
          last = list;
          count++;
        }
        expect(last.map(formatWithPrefix).sort()).toEqual(to.map(formatWithPrefix).sort());
        if (count > 1) seen.steps++;
        if (count > 1 && to.length === room) seen.full++;
        if (aggregate(from).length < from.length) seen.disordered++;
        if (old !== 0 && next !== 0 && (old & next) === 0) seen.nothingInCommon++;
      }),
      { numRuns: 2000, seed: 7 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(70);
  });

  it('takes one step where everything fits into one, and none where nothing differs', () => {
    const world = [cidr('0.0.0.0/0')];
    const carved = complement([cidr('198.51.100.7')], world);
    expect([...transition(world, carved, 60, 100)]).toEqual([
      { remove: world, add: expect.arrayContaining([...carved]) },
    ]);
    expect([...transition(carved, world, 60, 100)]).toHaveLength(1);
    expect([...transition(carved, carved, 60, 100)]).toEqual([]);
  });

  it('is never empty on its way between lists with nothing in common', () => {
    const [from, to] = ['198.51.100.0/24', '203.0.113.0/24'].map((text) =>
      complement(
        Array.from({ length: 120 }, (_, i) => cidr(`${text.replace('.0/24', '')}.${2 * i}`)),
        [cidr(text)],
      ),
    ) as [readonly Cidr[], readonly Cidr[]];
    const lists = [...applied(from, transition(from, to, Math.max(from.length, to.length), 100), 100)];
    expect(lists.length).toBeGreaterThan(2);
    expect(Math.min(...lists.map((list) => list.length))).toBeGreaterThan(0);
  });

  it.each([
    [4, 32, 60, 60],
    [6, 128, 16, 25],
  ] as const)(
    'takes about as many steps as there are hundreds of differences, IPv%i',
    (family, prefix, most, numRuns) => {
      const world: Cidr = { family, network: 0n, prefix: 0 };
      const listOf = (networks: readonly bigint[]) =>
        complement(
          networks.map((network): Cidr => ({ family, network, prefix })),
          [world],
        );
      let large = 0;
      const addresses = fc.array(fc.bigInt(0n, 2n ** BigInt(prefix) - 1n), { maxLength: most, size: 'max' });
      fc.assert(
        fc.property(addresses, fc.nat(most), (bans, cut) => {
          const [from, to] = [listOf(bans.slice(0, cut)), listOf(bans.slice(cut))];
          const shared = new Set(from.map(formatWithPrefix));
          const common = to.filter((range) => shared.has(formatWithPrefix(range))).length;
          const differences = from.length + to.length - 2 * common;
          const steps = [...transition(from, to, 2_000, 100)].length;
          expect(steps).toBeLessThanOrEqual(Math.ceil(differences / 75));
          if (differences > 800) large++;
        }),
        { numRuns, seed: 8 },
      );
      expect(large).toBeGreaterThan(5);
    },
  );
});
