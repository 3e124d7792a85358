import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpSetName, parseIpSetNames, wafPace } from '../../../aws/firewalls/wafv2-ip-set.ts';
import { type IpSetPool, wafTarget } from '../../../aws/firewalls/wafv2-target.ts';
import { formatCidr, formatWithPrefix, parseCidr } from '../../../core/net/address.ts';
import type { WantedBan } from '../../../core/ports/ban-target.ts';
import { startWafv2, type Wafv2 } from '../../../local/emulators/wafv2.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';
import { banTargetContract, type TargetUnderTest } from '../../contracts/ban-target.contract.ts';

let waf: Wafv2;
let client: WAFV2Client;
const clock = virtualClock(1_000_000);
let sets = 0;

beforeAll(async () => {
  waf = await startWafv2({ now: () => clock.now() * 1000, maxIpSets: 1000 });
  client = new WAFV2Client({
    endpoint: waf.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  client.destroy();
  await waf.close();
});

function newSet(family: 4 | 6): IpSetName {
  const name = `set-${++sets}`;
  const set = waf.ipSets.create({
    name,
    scope: 'REGIONAL',
    ipAddressVersion: family === 4 ? 'IPV4' : 'IPV6',
    region: 'us-east-1',
    description: 'kept as it is',
  });
  return { name, id: set.id, scope: 'REGIONAL' };
}

function pool(family: 4 | 6, size: number): IpSetPool {
  return { family, sets: Array.from({ length: size }, () => newSet(family)) };
}

function idsIn(set: IpSetName): string[] {
  return waf.ipSets.get(set.id).addresses.flatMap((text) => {
    const range = parseCidr(text);
    return range ? [formatCidr(range)] : [];
  });
}

const withPrefix = (id: string): string => {
  const range = parseCidr(id);
  if (!range) throw new Error(id);
  return formatWithPrefix(range);
};

/** Every call of the target is at least a second after the last, as two runs of the banner are. */
function target(pools: readonly IpSetPool[]) {
  const inner = wafTarget(client, pools, wafPace(clock));
  const converge: typeof inner.converge = async (ids, plan) => {
    await clock.sleep(1000);
    return await inner.converge(ids, plan);
  };
  return { ...inner, converge };
}

banTargetContract('wafv2', async (): Promise<TargetUnderTest> => {
  const pools = [pool(4, 1), pool(6, 1)];
  const [v4, v6] = pools.flatMap((entry) => entry.sets);
  if (!v4 || !v6) throw new Error('no sets');
  waf.calls.clear();
  waf.faults.clear();
  return {
    target: target(pools),
    entries: () => [...idsIn(v4), ...idsIn(v6)].sort(),
    overwrite: (ids) => {
      waf.ipSets.edit(v4.id, { addresses: ids.map(withPrefix) });
    },
    beforeNextWrite: (run) => {
      waf.faults.inject({ operation: 'UpdateIPSet', fault: { kind: 'meanwhile', run } });
    },
    callsSince: () => {
      const count = (operation: string) => waf.calls.find().filter((call) => call.operation === operation).length;
      const calls = { reads: count('GetIPSet'), writes: count('UpdateIPSet') };
      waf.calls.clear();
      return calls;
    },
  };
});

describe('wafTarget', () => {
  it('keeps the description, which an update without it would drop', async () => {
    const v4 = pool(4, 1);
    await target([v4]).converge(['198.51.100.1'], async () => ({ present: wanted(['198.51.100.1']), absent: [] }));
    expect(waf.ipSets.get(v4.sets[0]?.id ?? '').description).toBe('kept as it is');
  });

  it('writes to a set that has no description', async () => {
    const bare = newSet(4);
    waf.ipSets.edit(bare.id, { description: '' });
    await target([{ family: 4, sets: [bare] }]).converge(['198.51.100.1'], async () => ({
      present: wanted(['198.51.100.1']),
      absent: [],
    }));
    expect(idsIn(bare)).toEqual(['198.51.100.1']);
  });

  it('reports what does not fit as overflow, and loses nothing that did', async () => {
    const v4 = pool(4, 1);
    const ids = Array.from({ length: 10_001 }, (_, i) => `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);
    const report = await target([v4]).converge(ids, async () => ({ present: wanted(ids), absent: [] }));
    expect(report.added).toHaveLength(10_000);
    expect(report.overflow).toEqual([ids.at(-1)]);
    expect(report).toMatchObject({ held: 10_000, capacity: 10_000 });
  });

  it('makes one Get and one Update a set, however many bans, a second apart', async () => {
    const pools = [pool(4, 3), pool(6, 1)];
    waf.calls.clear();
    const start = clock.now();
    const ids = Array.from({ length: 2000 }, (_, i) => (i % 2 ? `198.51.${i >> 8}.${i & 255}` : `2001:db8:${i}::/64`));
    const report = await target(pools).converge(ids, async () => ({ present: wanted(ids), absent: [] }));
    expect(report.added).toHaveLength(2000);
    expect(waf.calls.find().map((call) => call.operation)).toEqual([
      ...Array(4).fill('GetIPSet'),
      ...Array(4).fill('UpdateIPSet'),
    ]);
    expect(clock.now() - start).toBeGreaterThanOrEqual(4);
    expect(clock.now() - start).toBeLessThan(5);
    const sizes = pools.flatMap((entry) => entry.sets.map((set) => idsIn(set).length));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(2000);
    expect(Math.min(...sizes)).toBeGreaterThan(250);
  });

  it('finds an id again in its old set after the pool has grown, when asked to reconcile', async () => {
    const small = pool(4, 1);
    const ids = Array.from({ length: 100 }, (_, i) => `198.51.100.${i}`);
    await target([small]).converge(ids, async () => ({ present: wanted(ids), absent: [] }));
    const grown = { family: 4, sets: [...small.sets, ...pool(4, 1).sets] } as const;
    await target([grown]).converge('all', async (held) => ({ present: [], absent: [...held] }));
    expect(grown.sets.flatMap(idsIn)).toEqual([]);
  });

  it('gives the places to the first bans when the plan names all, and leaves those of others alone', async () => {
    const v4 = pool(4, 1);
    const ids = Array.from({ length: 10_001 }, (_, i) => `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);
    await target([v4]).converge(ids, async () => ({ present: wanted(ids.slice(0, 9_999)), absent: [] }));
    const [set] = v4.sets;
    if (!set) throw new Error('no set');
    waf.ipSets.edit(set.id, { addresses: [...idsIn(set), '203.0.113.9'].map(withPrefix) });
    const ranked = [...ids].reverse();
    const report = await target([v4]).converge('all', async () => ({ present: wanted(ranked), absent: [] }));
    expect(report).toMatchObject({ added: expect.arrayContaining(ids.slice(9_999)), held: 10_000 });
    expect(report.overflow).toEqual(ranked.slice(9_999));
    expect(report.removed).toEqual(ids.slice(0, 2));
    expect(idsIn(set)).toContain('203.0.113.9');
  });

  it('moves ids to a set that joins the pool, without a moment in which they stand nowhere', async () => {
    const small = pool(4, 1);
    const ids = Array.from({ length: 100 }, (_, i) => `198.51.100.${i}`);
    await target([small]).converge(ids, async () => ({ present: wanted(ids), absent: [] }));
    const grown = { family: 4, sets: [...small.sets, ...pool(4, 1).sets] } as const;
    const plan = async () => ({ present: wanted(ids), absent: [] });
    await target([grown]).converge('all', plan);
    expect(new Set(grown.sets.flatMap(idsIn)).size).toBe(100);
    expect(grown.sets.flatMap(idsIn).length).toBeGreaterThan(120);
    await target([grown]).converge('all', plan);
    expect(grown.sets.flatMap(idsIn).sort()).toEqual([...ids].sort());
    waf.calls.clear();
    await target([grown]).converge('all', plan);
    expect(waf.calls.find().filter(({ operation }) => operation === 'UpdateIPSet')).toEqual([]);
  });

  it('gives up, loudly, when another writer changes the set every time', async () => {
    const v4 = pool(4, 1);
    const rule = waf.faults.inject({ operation: 'UpdateIPSet', fault: { kind: 'conflict' }, times: 100 });
    let asked = 0;
    const plan = async () => {
      asked += 1;
      await clock.sleep(1000);
      return { present: wanted(['198.51.100.1']), absent: [] };
    };
    await expect(target([v4]).converge(['198.51.100.1'], plan)).rejects.toThrow('changed by another writer');
    rule.remove();
    expect(asked).toBe(21);
  });
});

describe('parseIpSetNames', () => {
  it('reads what Ref of an IP set returns, several at once', () => {
    expect(parseIpSetNames('a|1|REGIONAL b|2|CLOUDFRONT')).toEqual([
      { name: 'a', id: '1', scope: 'REGIONAL' },
      { name: 'b', id: '2', scope: 'CLOUDFRONT' },
    ]);
  });

  it.each(['a|1', 'a|1|GLOBAL', 'a', '|1|REGIONAL'])('refuses %j', (text) => {
    expect(() => parseIpSetNames(text)).toThrow('not an IP set reference');
  });
});

function wanted(ids: readonly string[]): readonly WantedBan[] {
  return ids.map((id) => ({ id, ports: 'all' }));
}
