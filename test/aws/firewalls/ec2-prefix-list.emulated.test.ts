import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  inCalls,
  modifyInCalls,
  modifyPrefixList,
  type PrefixListChange,
  type PrefixListContent,
  readPrefixList,
} from '../../../aws/firewalls/ec2-prefix-list.ts';
import { type Cidr, parseCidr } from '../../../core/net/address.ts';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { ServiceError } from '../../../local/emulators/service-error.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';

const MODIFY_MS = 5_000;
const clock = virtualClock(1_000_000);
let ec2: Ec2;
let client: EC2Client;

beforeAll(async () => {
  ec2 = await startEc2({ now: () => clock.now() * 1000, prefixListModifyMs: MODIFY_MS });
  client = clientOf(ec2);
});
afterEach(() => {
  ec2.faults.clear();
  ec2.calls.clear();
});
afterAll(async () => {
  client.destroy();
  await ec2.close();
});

function clientOf({ endpoint }: Ec2): EC2Client {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new EC2Client({ endpoint, region: 'us-east-1', credentials });
}

const block = (i: number) => `198.18.${i >> 8}.${i & 255}/32`;
const blocks = (from: number, count: number) => Array.from({ length: count }, (_, i) => block(from + i));

function range(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

function newList(entries: readonly string[] = [], addressFamily: 'IPv4' | 'IPv6' = 'IPv4', maxEntries = 300): string {
  const list = { name: 'list', addressFamily, maxEntries, entries: entries.map((cidr) => ({ cidr })) };
  return ec2.prefixLists.create(list).id;
}

const cidrsOf = (id: string) => ec2.prefixLists.get(id).entries.map(({ cidr }) => cidr);
const read = (id: string) => readPrefixList(client, id, clock);
const adding = (cidrs: readonly string[]): PrefixListChange => ({
  add: cidrs.map((cidr) => ({ range: range(cidr) })),
  remove: [],
});
const calls = (operation: string) => ec2.calls.count('ec2', operation).calls;

describe('readPrefixList', () => {
  it('reads every page of a list, with descriptions', async () => {
    const id = newList(blocks(0, 250));
    ec2.prefixLists.edit(id, [...blocks(0, 249).map((cidr) => ({ cidr })), { cidr: block(249), description: 'why' }]);
    const list = await read(id);
    expect(list).toMatchObject({ family: 4, maxEntries: 300, version: 2 });
    expect(list.entries.map(({ cidr }) => cidr)).toEqual(blocks(0, 250));
    expect(list.entries.at(-1)?.description).toBe('why');
    expect([calls('DescribeManagedPrefixLists'), calls('GetManagedPrefixListEntries')]).toEqual([1, 3]);
  });

  it('keeps IPv4-mapped ranges of an IPv6 list in its own family', async () => {
    const id = newList(['::ffff:0:0/96', '2001:db8::/32'], 'IPv6');
    const { family, entries } = await read(id);
    expect(family).toBe(6);
    expect(entries.map((entry) => [entry.range.family, entry.range.prefix])).toEqual([
      [6, 96],
      [6, 32],
    ]);
  });

  it('waits for a change in progress', async () => {
    const id = newList();
    const before = await read(id);
    const started = clock.now();
    ec2.calls.clear();
    const [written, seen] = await Promise.all([
      modifyPrefixList(client, before, adding([block(1)]), clock),
      read(id).then((list) => list.entries.length),
    ]);
    expect(written).toMatchObject({ version: 2 });
    expect([0, 1]).toContain(seen);
    expect(clock.now() - started).toBeGreaterThanOrEqual(MODIFY_MS / 1000);
    expect(calls('DescribeManagedPrefixLists')).toBeLessThan(20);
  });

  it('reads one version, however often the list changes meanwhile', async () => {
    const id = newList(blocks(0, 250));
    ec2.faults.inject({
      operation: 'GetManagedPrefixListEntries',
      from: 2,
      fault: { kind: 'meanwhile', run: () => void ec2.prefixLists.edit(id, [{ cidr: block(7) }]) },
    });
    const { version, entries } = await read(id);
    expect([version, entries.length]).toEqual([2, 1]);
  });

  it('gives up on a list that stays in progress', async () => {
    const slow = await startEc2({ now: () => 0, prefixListModifyMs: 1 });
    const slowClient = clientOf(slow);
    const { id } = slow.prefixLists.create({ name: 'slow', addressFamily: 'IPv4', maxEntries: 1 });
    const content = await readPrefixList(slowClient, id, clock);
    await expect(modifyPrefixList(slowClient, content, adding([block(1)]), clock)).rejects.toThrow(/in progress/);
    expect(slow.calls.count('ec2', 'DescribeManagedPrefixLists').calls).toBeLessThan(30);
    slowClient.destroy();
    await slow.close();
  });
});

describe('modifyPrefixList', () => {
  it('adds and removes by one call, and returns the list as it then is', async () => {
    const id = newList(blocks(0, 3));
    const before = await read(id);
    const change = { add: [{ range: range(block(9)), description: 'sshd' }], remove: before.entries.slice(0, 2) };
    const after = await modifyPrefixList(client, before, change, clock);
    expect(after).toEqual(await read(id));
    expect(cidrsOf(id)).toEqual([block(2), block(9)]);
    expect(calls('ModifyManagedPrefixList')).toBe(1);
  });

  it.each([
    ['another version', { kind: 'conflict' }],
    [
      'a change in progress',
      {
        kind: 'error',
        error: new ServiceError('IncorrectState', 'The prefix list is in the state modify-in-progress.'),
      },
    ],
    [
      'a version that is not valid',
      {
        kind: 'error',
        error: new ServiceError('InvalidParameterValue', 'The specified value for version is not valid.'),
      },
    ],
  ] as const)('is a conflict: %s', async (_, fault) => {
    const before = await read(newList([block(0)]));
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', fault });
    expect(await modifyPrefixList(client, before, adding([block(1)]), clock)).toBe('conflict');
    expect(cidrsOf(before.id)).toEqual([block(0)]);
  });

  it('takes a lost answer for a conflict, after which the list is as wanted', async () => {
    const before = await read(newList());
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', fault: { kind: 'internal-error', written: true } });
    expect(await modifyPrefixList(client, before, adding([block(1)]), clock)).toBe('conflict');
    expect((await read(before.id)).entries.map(({ cidr }) => cidr)).toEqual([block(1)]);
  });

  it('is patient with RequestLimitExceeded, and throws when it lasts', async () => {
    const before = await read(newList());
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', fault: { kind: 'throttle' } });
    expect(await modifyPrefixList(client, before, adding([block(1)]), clock)).toMatchObject({ version: 2 });
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', times: 10, fault: { kind: 'throttle' } });
    const again = await read(before.id);
    await expect(modifyPrefixList(client, again, adding([block(2)]), clock)).rejects.toThrow('Request limit exceeded');
  });

  it('throws when the list is full', async () => {
    const before = await read(newList([block(0)], 'IPv4', 1));
    await expect(modifyPrefixList(client, before, adding([block(1)]), clock)).rejects.toMatchObject({
      name: 'PrefixListMaxEntriesExceeded',
    });
  });
});

describe('inCalls, modifyInCalls', () => {
  const replacing = (list: PrefixListContent, cidrs: readonly string[]): PrefixListChange => ({
    ...adding(cidrs),
    remove: list.entries,
  });

  it('cuts a change into calls of a hundred, removals first', () => {
    const entries = blocks(0, 150).map((cidr) => ({ cidr, range: range(cidr), description: undefined }));
    const sizes = [...inCalls({ remove: entries, add: entries })].map(({ remove, add }) => [remove.length, add.length]);
    expect(sizes).toEqual([
      [100, 0],
      [50, 50],
      [0, 100],
    ]);
    expect([...inCalls({ remove: [], add: [] })]).toEqual([]);
  });

  it('replaces a full list, and never has more entries than it can hold', async () => {
    const before = await read(newList(blocks(0, 250), 'IPv4', 250));
    const after = await modifyInCalls(client, before, inCalls(replacing(before, blocks(300, 250))), clock);
    expect(after).toMatchObject({ version: 6 });
    expect(cidrsOf(before.id)).toEqual(blocks(300, 250));
  });

  it('stops where another writer has changed the list', async () => {
    const before = await read(newList(blocks(0, 250)));
    ec2.faults.inject({ operation: 'ModifyManagedPrefixList', from: 2, fault: { kind: 'conflict' } });
    expect(await modifyInCalls(client, before, inCalls(replacing(before, [])), clock)).toBe('conflict');
    expect(cidrsOf(before.id)).toEqual(blocks(100, 150));
  });
});
