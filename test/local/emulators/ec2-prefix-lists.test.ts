import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { type Ec2Query, ec2Query } from './ec2-query.ts';

let ec2: Ec2;
let query: Ec2Query;
let PrefixListId: string;
let clock = 0;

beforeEach(async () => {
  clock = 0;
  ec2 = await startEc2({ now: () => clock, prefixListModifyMs: 5_000 });
  query = ec2Query(ec2.endpoint);
  PrefixListId = ec2.prefixLists.create({ name: 'banned', addressFamily: 'IPv4', maxEntries: 150 }).id;
});

afterEach(() => ec2.close());

function entries(kind: 'AddEntry' | 'RemoveEntry', cidrs: readonly string[]): Record<string, string> {
  return Object.fromEntries(cidrs.map((cidr, i) => [`${kind}.${i + 1}.Cidr`, cidr]));
}

/** Changes the list and lets the change complete. */
async function modify(parameters: Record<string, string | number>) {
  const answer = await query('ModifyManagedPrefixList', { PrefixListId, ...parameters });
  clock += 5_000;
  return answer;
}

function cidrs(): string[] {
  return ec2.prefixLists.get(PrefixListId).entries.map((entry) => entry.cidr);
}

const block = (i: number) => `10.0.${i >> 8}.${i & 255}/32`;
const blocks = (from: number, count: number) => Array.from({ length: count }, (_, i) => block(from + i));

describe('ModifyManagedPrefixList', () => {
  it('is in progress for a while, and then a new version', async () => {
    const started = await query('ModifyManagedPrefixList', {
      PrefixListId,
      CurrentVersion: 1,
      ...entries('AddEntry', [block(1)]),
      'AddEntry.1.Description': 'sshd until noon',
    });
    expect([started.all('state'), started.all('version')]).toEqual([['modify-in-progress'], ['1']]);
    clock = 4_999;
    const refused = await query('ModifyManagedPrefixList', { PrefixListId, ...entries('AddEntry', [block(2)]) });
    expect(refused.error).toBe('IncorrectState');
    expect(cidrs()).toEqual([]);
    clock = 5_000;
    const done = await query('DescribeManagedPrefixLists', { 'PrefixListId.1': PrefixListId });
    expect([done.all('state'), done.all('version')]).toEqual([['modify-complete'], ['2']]);
    const read = await query('GetManagedPrefixListEntries', { PrefixListId, TargetVersion: 2 });
    expect([read.all('cidr'), read.all('description')]).toEqual([[block(1)], ['sshd until noon']]);
  });

  it('compares the version it is given, and swaps', async () => {
    await modify({ CurrentVersion: 1, ...entries('AddEntry', [block(1), block(2)]) });
    const stale = await modify({ CurrentVersion: 1, ...entries('AddEntry', [block(3)]) });
    expect(stale.error).toBe('PrefixListVersionMismatch');
    await modify({ CurrentVersion: 2, ...entries('RemoveEntry', [block(1)]), ...entries('AddEntry', [block(4)]) });
    expect(cidrs()).toEqual([block(2), block(4)]);
  });

  it('takes 100 entries a call', async () => {
    expect((await modify(entries('AddEntry', blocks(0, 101)))).error).toBe('InvalidParameterValue');
    await modify(entries('AddEntry', blocks(0, 100)));
    await modify(entries('AddEntry', blocks(100, 20)));
    expect((await modify(entries('RemoveEntry', blocks(0, 101)))).error).toBe('InvalidParameterValue');
    await modify(entries('RemoveEntry', blocks(0, 100)));
    expect(cidrs()).toEqual(blocks(100, 20));
  });

  it('holds its maximum, removals counted first', async () => {
    await modify(entries('AddEntry', blocks(0, 100)));
    await modify(entries('AddEntry', blocks(100, 50)));
    expect((await modify(entries('AddEntry', [block(150)]))).error).toBe('PrefixListMaxEntriesExceeded');
    const swapped = await modify({ ...entries('RemoveEntry', [block(0)]), ...entries('AddEntry', [block(150)]) });
    expect(swapped.status).toBe(200);
    expect((await modify({ MaxEntries: 149 })).error).toBe('PrefixListMaxEntriesExceeded');
    const both = await modify({ MaxEntries: 200, ...entries('AddEntry', [block(151)]) });
    expect(both.error).toBe('InvalidParameterCombination');
    await modify({ MaxEntries: 200 });
    expect(ec2.prefixLists.get(PrefixListId)).toMatchObject({ maxEntries: 200, version: 4 });
  });

  it.each([
    ['a block of the other family', '2001:db8::/32', 'InvalidParameterValue'],
    ['a block with host bits', '10.0.0.1/24', 'InvalidParameterValue'],
    ['a block that is there', '10.9.0.0/16', 'InvalidPrefixListModification'],
  ])('refuses to add %s', async (_what, cidr, code) => {
    ec2.prefixLists.edit(PrefixListId, [{ cidr: '10.9.0.0/16' }]);
    expect((await modify(entries('AddEntry', [cidr]))).error).toBe(code);
  });

  it('refuses to remove what is not there, and one block named twice', async () => {
    expect((await modify(entries('RemoveEntry', [block(1)]))).error).toBe('InvalidPrefixListModification');
    const twice = await modify(entries('AddEntry', [block(1), block(1)]));
    expect(twice.error).toBe('InvalidPrefixListModification');
  });

  it('meets the change of another writer', async () => {
    ec2.faults.inject({
      operation: 'ModifyManagedPrefixList',
      fault: { kind: 'meanwhile', run: () => void ec2.prefixLists.edit(PrefixListId, [{ cidr: block(9) }]) },
    });
    const lost = await modify({ CurrentVersion: 1, ...entries('AddEntry', [block(1)]) });
    expect(lost.error).toBe('PrefixListVersionMismatch');
    expect(cidrs()).toEqual([block(9)]);
    ec2.faults.inject({ fault: { kind: 'conflict' } });
    const conflict = await modify({ CurrentVersion: 2, ...entries('AddEntry', [block(1)]) });
    expect(conflict.error).toBe('PrefixListVersionMismatch');
  });
});

describe('reading', () => {
  it('pages through entries', async () => {
    ec2.prefixLists.edit(
      PrefixListId,
      blocks(0, 120).map((cidr) => ({ cidr })),
    );
    const first = await query('GetManagedPrefixListEntries', { PrefixListId });
    const NextToken = first.all('nextToken')[0] ?? '';
    const second = await query('GetManagedPrefixListEntries', { PrefixListId, NextToken });
    expect([...first.all('cidr'), ...second.all('cidr')]).toEqual(blocks(0, 120));
    expect(second.all('nextToken')).toEqual([]);
    const tooMany = await query('GetManagedPrefixListEntries', { PrefixListId, MaxResults: 101 });
    expect(tooMany.error).toBe('InvalidParameterValue');
  });

  it('finds lists by id and name, in their Region alone', async () => {
    const described = await query('DescribeManagedPrefixLists', {
      'Filter.1.Name': 'prefix-list-name',
      'Filter.1.Value.1': 'banned',
    });
    expect(described.all('prefixListId')).toEqual([PrefixListId]);
    expect(described.all('prefixListArn')).toEqual([`arn:aws:ec2:us-east-1:123456789012:prefix-list/${PrefixListId}`]);
    const elsewhere = await ec2Query(ec2.endpoint, 'eu-west-1')('GetManagedPrefixListEntries', { PrefixListId });
    expect(elsewhere.error).toBe('InvalidPrefixListID.NotFound');
  });
});
