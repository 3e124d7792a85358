import { describe, expect, it } from 'vitest';
import {
  calls,
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

describe('securityGroupCarveTarget', () => {
  it('allows every address except the banned ones, and all again when they are lifted', async () => {
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

  it('reports that bans of a family without a list have no effect', async () => {
    const report = await target(newList([WORLD])).converge('all', planOf(['2001:db8::7', '9.9.9.9', '2001:db8::8']));
    expect(report).toMatchObject({ added: ['9.9.9.9'], overflow: [] });
    expect(report.warnings).toEqual([
      'no prefix list for IPv6 is carved, so the bans of 2001:db8::7 and 1 more are not enforced where a rule lets IPv6 in',
    ]);
  });

  it('holds the first bans and reports which have no room', async () => {
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

  it('shows the plan what is out, neighbors apart once it knows of one of them', async () => {
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

  it('reads again and asks again when another writer wrote in between', async () => {
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

  it('gives up on a list that another writer keeps changing, after a bounded number of calls', async () => {
    const list = newList([WORLD]);
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', times: Infinity, fault: { kind: 'conflict' } });
    await expect(target(list).converge('all', planOf(['9.9.9.9']))).rejects.toThrow('changed by another writer');
    expect(calls().length).toBeLessThan(100);
  });

  it('refuses bans that no list of that size can express, before it writes', async () => {
    const list = newList([WORLD], 1);
    const changes = { allowed: [range('203.0.113.0/25'), range('198.51.100.0/24')] };
    await expect(target(list, changes).converge('all', planOf([]))).rejects.toThrow(RangeError);
    expect(modifications()).toBe(0);
  });

  it('never blocks every address', async () => {
    const list = newList(['203.0.113.0/24']);
    const changes = { allowed: [range('203.0.113.0/24')] };
    const report = await target(list, changes).converge('all', planOf(['203.0.113.0/24']));
    expect(report).toMatchObject({ added: [], overflow: ['203.0.113.0/24'] });
    expect(texts(letIn(list))).toEqual(['203.0.113.0/24']);
  });
});
