import {
  DeleteIPSetCommand,
  ListIPSetsCommand,
  UpdateIPSetCommand,
  WAFAssociatedItemException,
  WAFDuplicateItemException,
  WAFInvalidParameterException,
  WAFLimitsExceededException,
  WAFNonexistentItemException,
  WAFOptimisticLockException,
} from '@aws-sdk/client-wafv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { startWafv2 } from '../../../local/emulators/wafv2.ts';
import type { IpSet } from '../../../local/emulators/wafv2-ip-sets.ts';
import { wafv2Client } from './wafv2-client.ts';
import { client, clock, create, failure, get, keyOf, update, waf } from './wafv2-lab.ts';

describe('CreateIPSet', () => {
  it('answers a summary with the ARN and a lock token', async () => {
    const { Summary } = await create({ Description: 'what cloudjail bans' });
    expect(Summary).toEqual({
      Name: 'banned-v4',
      Id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      Description: 'what cloudjail bans',
      LockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ARN: `arn:aws:wafv2:us-east-1:123456789012:regional/ipset/banned-v4/${Summary?.Id}`,
    });
  });

  it('refuses a name the scope already has, and takes it in the other scope', async () => {
    await create();
    expect(await failure(create())).toBeInstanceOf(WAFDuplicateItemException);
    const { Summary } = await create({ Scope: 'CLOUDFRONT' });
    expect(Summary?.ARN).toContain(':global/ipset/banned-v4/');
  });

  it('refuses the set past the account’s quota', async () => {
    for (let i = 0; i < 100; i++) waf.ipSets.create({ name: `s${i}`, scope: 'REGIONAL', ipAddressVersion: 'IPV4' });
    expect(await failure(create())).toBeInstanceOf(WAFLimitsExceededException);
    await create({ Scope: 'CLOUDFRONT' });
  });

  it.each([
    ['name', { Name: 'no spaces' }],
    ['description', { Description: '' }],
    ['description', { Description: 'ab' }],
    ['description', { Description: 'no (brackets)' }],
    ['description', { Description: 'x'.repeat(257) }],
  ])('names the member that breaks the model: %s', async (member, input) => {
    const error = await failure(create(input));
    expect(error).toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
    expect(String(error)).toContain(`at '${member}' failed to satisfy constraint`);
  });
});

describe('addresses', () => {
  it.each([
    ['IPV4', '0.0.0.0/0'],
    ['IPV4', '192.0.2.1'],
    ['IPV4', '192.0.2.1/24'],
    ['IPV4', '192.0.2.0/33'],
    ['IPV4', '192.0.02.0/24'],
    ['IPV4', '192.0.2/24'],
    ['IPV4', '2001:db8::/32'],
    ['IPV4', ''],
    ['IPV4', ' 192.0.2.1/32'],
    ['IPV6', '::/0'],
    ['IPV6', '2001:db8::1/64'],
    ['IPV6', '2001:db8::/129'],
    ['IPV6', '192.0.2.1/32'],
    ['IPV6', `2001:db8::${'0'.repeat(50)}1/128`],
  ] as const)('refuses for %s: %j', async (version, address) => {
    const error = await failure(create({ IPAddressVersion: version, Addresses: [address] }));
    expect(error).toBeInstanceOf(WAFInvalidParameterException);
    expect(error).toMatchObject({ Field: 'IP_ADDRESS', Parameter: address });
    expect(waf.ipSets.all()).toEqual([]);
  });

  it('takes every prefix length from /1 on', async () => {
    await create({ Addresses: ['128.0.0.0/1', '192.0.2.44/32', '192.0.0.0/16'] });
    await create({ Name: 'v6', IPAddressVersion: 'IPV6', Addresses: ['8000::/1', '2001:db8::/37', '::1/128'] });
    expect(waf.ipSets.get('v6').addresses).toHaveLength(3);
  });

  it('come back with IPv6 written in full', async () => {
    await create({ IPAddressVersion: 'IPV6', Addresses: ['2001:DB8:0:1::/64'] });
    const { IPSet } = await get(waf.ipSets.get('banned-v4'));
    expect(IPSet?.Addresses).toEqual(['2001:0db8:0000:0001:0000:0000:0000:0000/64']);
  });

  it('refuses one range twice, however it is written', async () => {
    const twice = ['2001:db8::/32', '2001:0db8:0:0::/32'];
    expect(await failure(create({ IPAddressVersion: 'IPV6', Addresses: twice }))).toBeInstanceOf(
      WAFInvalidParameterException,
    );
  });

  it('holds 10,000 and not one more', async () => {
    const many = Array.from({ length: 10_001 }, (_, i) => `10.0.${i >> 8}.${i & 255}/32`);
    const set = waf.ipSets.create({ name: 'full', scope: 'REGIONAL', ipAddressVersion: 'IPV4' });
    expect(await failure(update(set, many))).toBeInstanceOf(WAFLimitsExceededException);
    await update(set, many.slice(1));
    expect((await get(set)).IPSet?.Addresses).toHaveLength(10_000);
  });
});

describe('UpdateIPSet', () => {
  let set: IpSet;
  beforeEach(() => {
    set = waf.ipSets.create({
      name: 'banned',
      scope: 'REGIONAL',
      ipAddressVersion: 'IPV4',
      description: 'bans',
      addresses: ['192.0.2.1/32'],
    });
  });

  it('replaces the addresses and hands out the next token', async () => {
    const { NextLockToken } = await update(set, ['198.51.100.7/32'], { Description: 'bans' });
    const read = await get(set);
    expect(read.LockToken).toBe(NextLockToken);
    expect(read.IPSet).toMatchObject({ Addresses: ['198.51.100.7/32'], Description: 'bans', IPAddressVersion: 'IPV4' });
    await update(set, [], { LockToken: NextLockToken });
    expect(waf.ipSets.get('banned').addresses).toEqual([]);
  });

  it('drops a description that is not passed again, and then describes the set as nothing', async () => {
    await update(set, []);
    const { IPSet } = await get(set);
    expect(IPSet?.Description).toBe('');
    const passedBack = failure(update(waf.ipSets.get('banned'), [], { Description: '' }));
    expect(await passedBack).toMatchObject({ name: 'ValidationException' });
  });

  it('refuses a token that is no longer the set’s, and changes nothing', async () => {
    await update(set, ['198.51.100.7/32']);
    const error = await failure(update(set, ['203.0.113.9/32']));
    expect(error).toBeInstanceOf(WAFOptimisticLockException);
    expect(waf.ipSets.get('banned').addresses).toEqual(['198.51.100.7/32']);
  });

  it('lets one of two writers with the same token through', async () => {
    const limits = await startWafv2({ now: () => (clock.ms += 1_000) });
    const shared = limits.ipSets.create({ name: 's', scope: 'REGIONAL', ipAddressVersion: 'IPV4' });
    const by = wafv2Client(limits.endpoint);
    const write = (address: string) =>
      by.send(new UpdateIPSetCommand({ ...keyOf(shared), LockToken: shared.lockToken, Addresses: [address] }));
    const results = await Promise.allSettled([write('192.0.2.1/32'), write('192.0.2.2/32')]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    by.destroy();
    await limits.close();
  });

  it('knows no set under another name, id or scope', async () => {
    const other = { ...set, id: '00000000-0000-4000-8000-000000000000' };
    expect(await failure(update(other, []))).toBeInstanceOf(WAFNonexistentItemException);
    expect(await failure(update({ ...set, name: 'else' }, []))).toBeInstanceOf(WAFNonexistentItemException);
    expect(await failure(update({ ...set, scope: 'CLOUDFRONT' }, []))).toBeInstanceOf(WAFNonexistentItemException);
  });
});

describe('ListIPSets and DeleteIPSet', () => {
  it('pages through the sets of a scope', async () => {
    for (const name of ['a', 'b', 'c']) waf.ipSets.create({ name, scope: 'REGIONAL', ipAddressVersion: 'IPV4' });
    waf.ipSets.create({ name: 'edge', scope: 'CLOUDFRONT', ipAddressVersion: 'IPV4' });
    const first = await client.send(new ListIPSetsCommand({ Scope: 'REGIONAL', Limit: 2 }));
    const second = await client.send(
      new ListIPSetsCommand({ Scope: 'REGIONAL', Limit: 2, NextMarker: first.NextMarker }),
    );
    const names = [first, second].map((page) => page.IPSets?.map((set) => set.Name));
    expect(names).toEqual([['a', 'b'], ['c']]);
    expect(second.NextMarker).toBeUndefined();
    expect(first.IPSets?.[0]?.LockToken).toBe(waf.ipSets.get('a').lockToken);
  });

  it('deletes a set with its token, unless a rule refers to it', async () => {
    waf.ipSets.create({ name: 'a', scope: 'REGIONAL', ipAddressVersion: 'IPV4' });
    const remove = (set: IpSet) => client.send(new DeleteIPSetCommand({ ...keyOf(set), LockToken: set.lockToken }));
    const inUse = waf.ipSets.edit('a', { associated: true });
    expect(await failure(remove(inUse))).toBeInstanceOf(WAFAssociatedItemException);
    const free = waf.ipSets.edit('a', { associated: false });
    expect(await failure(remove(inUse))).toBeInstanceOf(WAFOptimisticLockException);
    await remove(free);
    expect(waf.ipSets.all()).toEqual([]);
  });
});
