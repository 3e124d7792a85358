import {
  GetIPSetCommand,
  ListIPSetsCommand,
  UpdateIPSetCommand,
  WAFInvalidParameterException,
  WAFNonexistentItemException,
  WAFOptimisticLockException,
} from '@aws-sdk/client-wafv2';
import { beforeEach, describe, expect, it } from 'vitest';
import type { IpSet } from '../../../local/emulators/wafv2-ip-sets.ts';
import { wafv2Client } from './wafv2-client.ts';
import { client, clock, failure, get, keyOf, later, update, waf } from './wafv2-lab.ts';

describe('Regions and scopes', () => {
  it('answers CLOUDFRONT in us-east-1 alone', async () => {
    const frankfurt = wafv2Client(waf.endpoint, { region: 'eu-central-1' });
    const error = await failure(frankfurt.send(new ListIPSetsCommand({ Scope: 'CLOUDFRONT' })));
    expect(error).toBeInstanceOf(WAFInvalidParameterException);
    expect(error).toMatchObject({ Field: 'SCOPE_VALUE', Parameter: 'CLOUDFRONT', Reason: 'The scope is not valid.' });
    frankfurt.destroy();
  });

  it('keeps Regions apart, rates included', async () => {
    const set = waf.ipSets.create({ name: 'a', scope: 'REGIONAL', ipAddressVersion: 'IPV4', region: 'eu-central-1' });
    expect(await failure(get(set))).toBeInstanceOf(WAFNonexistentItemException);
    const frankfurt = wafv2Client(waf.endpoint, { region: 'eu-central-1' });
    expect((await get(set, frankfurt)).IPSet?.ARN).toContain(':eu-central-1:');
    frankfurt.destroy();
  });

  it('refuses a request signed for another service', async () => {
    const headers = {
      'x-amz-target': 'AWSWAF_20190729.ListIPSets',
      authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host',
    };
    const response = await fetch(waf.endpoint, { method: 'POST', headers, body: '{}' });
    expect([response.status, await response.json()]).toMatchObject([403, { __type: 'InvalidSignatureException' }]);
  });
});

describe('rates', () => {
  it('allows one update a second, whatever the set', async () => {
    const [a, b] = ['a', 'b'].map((name) =>
      waf.ipSets.create({ name, scope: 'REGIONAL', ipAddressVersion: 'IPV4' }),
    ) as [IpSet, IpSet];
    const send = (set: IpSet) =>
      client.send(new UpdateIPSetCommand({ ...keyOf(set), LockToken: set.lockToken, Addresses: [] }));
    await send(a);
    expect(await failure(send(b))).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    clock.ms += 999;
    expect(await failure(send(b))).toMatchObject({ name: 'ThrottlingException' });
    clock.ms += 1;
    await send(b);
    expect(waf.calls.count('wafv2', 'UpdateIPSet')).toEqual({ calls: 4, ok: 2, failed: { ThrottlingException: 2 } });
  });

  it('allows five reads a second', async () => {
    const set = waf.ipSets.create({ name: 'a', scope: 'REGIONAL', ipAddressVersion: 'IPV4' });
    const read = () => client.send(new GetIPSetCommand(keyOf(set)));
    for (let i = 0; i < 5; i++) await read();
    expect(await failure(read())).toMatchObject({ name: 'ThrottlingException' });
    clock.ms += 200;
    await read();
  });

  it('is what the SDK takes for throttling and retries', async () => {
    const patient = wafv2Client(waf.endpoint, { maxAttempts: 3 });
    const set = waf.ipSets.create({ name: 'a', scope: 'REGIONAL', ipAddressVersion: 'IPV4' });
    waf.faults.inject({ operation: 'GetIPSet', fault: { kind: 'throttle' } });
    const { $metadata } = await patient.send(new GetIPSetCommand(keyOf(set)));
    expect($metadata.attempts).toBe(2);
    patient.destroy();
  });
});

describe('faults', () => {
  let set: IpSet;
  beforeEach(() => {
    set = waf.ipSets.create({ name: 'a', scope: 'REGIONAL', ipAddressVersion: 'IPV4', addresses: ['192.0.2.1/32'] });
  });

  it('make another writer come first', async () => {
    waf.faults.inject({
      operation: 'UpdateIPSet',
      fault: { kind: 'meanwhile', run: () => void waf.ipSets.edit('a', { addresses: [] }) },
    });
    expect(await failure(update(set, ['198.51.100.7/32']))).toBeInstanceOf(WAFOptimisticLockException);
    expect(waf.ipSets.get('a').addresses).toEqual([]);
  });

  it('make a lock token stale', async () => {
    waf.faults.inject({ operation: 'UpdateIPSet', fault: { kind: 'conflict' } });
    expect(await failure(update(set, []))).toBeInstanceOf(WAFOptimisticLockException);
    expect(waf.ipSets.get('a').addresses).toEqual(['192.0.2.1/32']);
    await update(waf.ipSets.get('a'), []);
  });

  it('drop the connection before or after the write', async () => {
    waf.faults.inject({ operation: 'UpdateIPSet', fault: { kind: 'crash-before-write' } });
    waf.faults.inject({ operation: 'UpdateIPSet', from: 2, fault: { kind: 'crash-after-write' } });
    expect(await failure(update(set, ['198.51.100.7/32']))).toMatchObject({ code: 'ECONNRESET' });
    expect(waf.ipSets.get('a').addresses).toEqual(['192.0.2.1/32']);
    expect(await failure(update(set, ['198.51.100.7/32']))).toMatchObject({ code: 'ECONNRESET' });
    expect(waf.ipSets.get('a').addresses).toEqual(['198.51.100.7/32']);
    expect(waf.calls.find({ operation: 'UpdateIPSet' }).map((call) => call.outcome)).toEqual([
      { kind: 'unanswered', written: false },
      { kind: 'unanswered', written: true },
    ]);
  });

  it('answer 500, with or without effect', async () => {
    waf.faults.inject({ operation: 'UpdateIPSet', fault: { kind: 'internal-error', written: true } });
    const error = await failure(update(set, []));
    expect(error).toMatchObject({ name: 'WAFInternalErrorException', $metadata: { httpStatusCode: 500 } });
    expect(waf.ipSets.get('a').addresses).toEqual([]);
  });

  it('never answer', async () => {
    waf.faults.inject({ operation: 'UpdateIPSet', fault: { kind: 'time-out' } });
    later();
    const send = new UpdateIPSetCommand({ ...keyOf(set), LockToken: set.lockToken, Addresses: [] });
    const error = await failure(client.send(send, { abortSignal: AbortSignal.timeout(50) }));
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(waf.ipSets.get('a').addresses).toEqual(['192.0.2.1/32']);
  });
});
