import { EC2Client } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type SecurityGroupCarveSettings,
  securityGroupCarveTarget,
} from '../../../aws/firewalls/security-group-carve-target.ts';
import { type Cidr, formatCidr, formatWithPrefix, overlaps, parseCidr } from '../../../core/net/address.ts';
import { aggregate } from '../../../core/net/aggregate.ts';
import { complement } from '../../../core/net/complement.ts';
import type { TargetPlan } from '../../../core/ports/ban-target.ts';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';
import { BANNER_MISHAPS, banners, type Gate, gated } from '../../support/banners.ts';

const WORLD = '0.0.0.0/0';
const clock = virtualClock(1_000_000);
let ec2: Ec2;
let client: EC2Client;

beforeAll(async () => {
  ec2 = await startEc2({ now: () => clock.now() * 1000, prefixListModifyMs: 1_500 });
  client = new EC2Client({
    endpoint: ec2.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
beforeEach(() => {
  ec2.faults.clear();
  ec2.calls.clear();
});
afterAll(async () => {
  client.destroy();
  await ec2.close();
});

function range(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

function newList(entries: readonly string[], maxEntries = 60, addressFamily: 'IPv4' | 'IPv6' = 'IPv4'): string {
  const list = { name: 'let-in', addressFamily, maxEntries, entries: entries.map((cidr) => ({ cidr })) };
  return ec2.prefixLists.create(list).id;
}

type Changes = Partial<SecurityGroupCarveSettings>;

function target(list: string | readonly string[], changes: Changes = {}, through: EC2Client = client) {
  const settings = {
    prefixLists: typeof list === 'string' ? [list] : list,
    allowed: [],
    widest: {},
    never: [],
    ...changes,
  };
  return securityGroupCarveTarget(through, settings, clock);
}

const planOf =
  (present: readonly string[], absent: readonly string[] = []): TargetPlan =>
  async () => ({ present: present.map((id) => ({ id, ports: 'all' })), absent });
const letIn = (list: string): readonly Cidr[] => ec2.prefixLists.get(list).entries.map(({ cidr }) => range(cidr));
const texts = (ranges: readonly Cidr[]) => ranges.map(formatWithPrefix).sort();
const without = (bans: readonly string[], allowed = [WORLD]) => texts(complement(bans.map(range), allowed.map(range)));
const isIn = (list: string, address: string) => letIn(list).some((entry) => overlaps(entry, range(address)));
const calls = () => ec2.calls.find().map(({ operation }) => operation.replace(/ManagedPrefixLists?/, ''));
const modifications = () => calls().filter((operation) => operation === 'Modify').length;

describe('securityGroupCarveTarget', () => {
  it('lets in everybody but the banned, and everybody again when they are lifted', async () => {
    const list = newList([]);
    expect(await target(list).converge('all', planOf([]))).toMatchObject({ added: [], held: 1, capacity: 60 });
    expect(texts(letIn(list))).toEqual([WORLD]);
    const report = await target(list).converge('all', planOf(['198.51.100.7']));
    expect(report).toEqual({
      added: ['198.51.100.7'],
      removed: [],
      overflow: [],
      enforced: ['198.51.100.7'],
      held: 32,
      capacity: 60,
    });
    expect(texts(letIn(list))).toEqual(without(['198.51.100.7']));
    const lifted = await target(list).converge('all', planOf([], ['198.51.100.7']));
    expect(lifted).toMatchObject({ added: [], removed: ['198.51.100.7'], held: 1 });
    expect(texts(letIn(list))).toEqual([WORLD]);
  });

  it('writes nothing when nothing changes', async () => {
    const list = newList([WORLD]);
    await target(list).converge('all', planOf(['198.51.100.7']));
    ec2.calls.clear();
    await target(list).converge('all', planOf(['198.51.100.7'], ['198.51.100.9']));
    expect(calls()).toEqual(['Describe', 'GetEntries']);
  });

  it('keeps a list of each family, of what is allowed', async () => {
    const lists = [newList(['203.0.113.0/24', '198.51.100.0/24']), newList(['::/0'], 200, 'IPv6')];
    const changes = { allowed: [range('203.0.113.0/24'), range('198.51.100.0/24')] };
    const report = await target(lists, changes).converge(
      'all',
      planOf(['203.0.113.9', '2001:db8::/64', '9.9.9.9', '2001:db8:1::7']),
    );
    expect(report.overflow).toEqual([]);
    expect(report.added).toEqual(['203.0.113.9', '2001:db8::/64', '2001:db8:1::7']);
    const [v4 = '', v6 = ''] = lists;
    expect(texts(letIn(v4))).toEqual(without(['203.0.113.9'], ['203.0.113.0/24', '198.51.100.0/24']));
    expect(texts(letIn(v6))).toEqual(without(['2001:db8::/64', '2001:db8:1::7'], ['::/0']));
    await expect(target([v4, newList([])]).converge('all', planOf([]))).rejects.toThrow('more than one of a family');
  });

  it('says that bans of a family without a list have no effect', async () => {
    const report = await target(newList([WORLD])).converge('all', planOf(['2001:db8::7', '9.9.9.9', '2001:db8::8']));
    expect(report).toMatchObject({ added: ['9.9.9.9'], overflow: [] });
    expect(report.warnings).toEqual([
      'no prefix list for IPv6 is carved, so the bans of 2001:db8::7 and 1 more are not enforced where a rule lets IPv6 in',
    ]);
  });

  it('holds the first bans and says which have no room', async () => {
    const list = newList([WORLD], 40);
    const report = await target(list).converge('all', planOf(['198.51.100.7', '9.9.9.9', '198.51.100.6']));
    expect(report).toMatchObject({ added: ['198.51.100.7', '198.51.100.6'], overflow: ['9.9.9.9'], capacity: 40 });
    const other = await target(list).converge('all', planOf(['9.9.9.9', '198.51.100.7', '198.51.100.6']));
    expect(other).toMatchObject({ added: ['9.9.9.9'], removed: ['198.51.100.7', '198.51.100.6'] });
    expect(texts(letIn(list))).toEqual(without(['9.9.9.9']));
  });

  it('widens where that is allowed, not over what is never banned', async () => {
    const list = newList([WORLD], 28);
    const changes = { widest: { 4: 24 }, never: [range('9.9.9.8')] };
    const report = await target(list, changes).converge('all', planOf(['9.9.9.9', '198.51.100.7']));
    expect(report).toMatchObject({ added: ['198.51.100.7'], overflow: ['9.9.9.9'] });
    expect([isIn(list, '198.51.100.0'), isIn(list, '198.51.100.16')]).toEqual([false, true]);
    expect(isIn(list, '9.9.9.8')).toBe(true);
  });

  it('is wholly ours: what others put in goes, what they took out comes back', async () => {
    const list = newList([WORLD, '198.51.100.7/32', '198.51.100.0/24']);
    await target(list).converge('all', planOf(['198.51.100.7']));
    expect(texts(letIn(list))).toEqual(without(['198.51.100.7']));
  });

  it('shows the plan what is out, neighbours apart once it knows of one of them', async () => {
    const list = newList([WORLD], 200);
    await target(list).converge('all', planOf(['198.51.100.6', '198.51.100.7', '9.9.9.9']));
    const shown: string[][] = [];
    await target(list).converge('all', async (held) => {
      shown.push([...held].sort());
      return { present: ['9.9.9.9', '198.51.100.6'].map((id) => ({ id, ports: 'all' })), absent: [] };
    });
    expect(shown).toEqual([
      ['198.51.100.6/31', '9.9.9.9'],
      ['198.51.100.6', '198.51.100.7', '9.9.9.9'],
    ]);
  });

  it('reads again and asks again when somebody else wrote in between', async () => {
    const list = newList([WORLD]);
    let asked = 0;
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', times: 2, fault: { kind: 'conflict' } });
    await target(list).converge('all', async (held) => {
      asked++;
      return await planOf(['198.51.100.7'])(held);
    });
    expect(asked).toBe(3);
    expect(texts(letIn(list))).toEqual(without(['198.51.100.7']));
  });

  it('gives up on a list that somebody else keeps changing, after a bounded number of calls', async () => {
    const list = newList([WORLD]);
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', times: Infinity, fault: { kind: 'conflict' } });
    await expect(target(list).converge('all', planOf(['9.9.9.9']))).rejects.toThrow('changed by somebody else');
    expect(calls().length).toBeLessThan(100);
  });

  it('refuses what can be said in no list of that size, before it writes', async () => {
    const list = newList([WORLD], 1);
    const changes = { allowed: [range('203.0.113.0/25'), range('198.51.100.0/24')] };
    await expect(target(list, changes).converge('all', planOf([]))).rejects.toThrow(RangeError);
    expect(modifications()).toBe(0);
  });

  it('never shuts everybody out', async () => {
    const list = newList(['203.0.113.0/24']);
    const changes = { allowed: [range('203.0.113.0/24')] };
    const report = await target(list, changes).converge('all', planOf(['203.0.113.0/24']));
    expect(report).toMatchObject({ added: [], overflow: ['203.0.113.0/24'] });
    expect(texts(letIn(list))).toEqual(['203.0.113.0/24']);
  });
});

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
    ['from nobody banned to many', [], spread(20)],
    ['from many to others', spread(20), spread(20, 100)],
    ['from many to nobody', spread(20), []],
  ])('shuts out nobody and lets in nobody on its way: %s', async (_, first, second) => {
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
  /** Nobody ever bans it, and no edit shuts it out. */
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
