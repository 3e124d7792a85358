import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../local/emulators/aws-call.ts';
import { createCallLog } from '../../../local/emulators/call-log.ts';

function call(operation: string, input: AwsCall['input'] = {}): AwsCall {
  return { service: 'wafv2', operation, input, region: 'us-east-1' };
}

describe('createCallLog', () => {
  it('keeps calls in order of arrival with what became of them', () => {
    const log = createCallLog();
    const first = log.begin(call('GetIPSet'), 10);
    const second = log.begin(call('UpdateIPSet', { Name: 'v4' }), 20);
    second({ kind: 'unanswered', written: true });
    expect(log.find().map(({ sequence, at, outcome }) => [sequence, at, outcome.kind])).toEqual([
      [1, 10, 'pending'],
      [2, 20, 'unanswered'],
    ]);
    first({ kind: 'ok' });
    expect(log.find({ operation: 'GetIPSet' })[0]?.outcome).toEqual({ kind: 'ok' });
    expect(log.find({ when: (input) => input['Name'] === 'v4' })).toHaveLength(1);
  });

  it('counts by operation and error', () => {
    const log = createCallLog();
    log.begin(call('UpdateIPSet'), 0)({ kind: 'ok' });
    log.begin(call('UpdateIPSet'), 0)({ kind: 'error', code: 'ThrottlingException', written: false });
    log.begin(call('UpdateIPSet'), 0)({ kind: 'error', code: 'ThrottlingException', written: false });
    log.begin(call('UpdateIPSet'), 0)({ kind: 'unanswered', written: false });
    const expected = { calls: 4, ok: 1, failed: { ThrottlingException: 2, unanswered: 1 } };
    expect(log.count('wafv2', 'UpdateIPSet')).toEqual(expected);
    expect(log.counts()).toEqual(new Map([['wafv2:UpdateIPSet', expected]]));
    log.clear();
    expect(log.count('wafv2', 'UpdateIPSet').calls).toBe(0);
    expect(log.find()).toEqual([]);
  });

  it('forgets old calls and keeps counting', () => {
    const log = createCallLog(10);
    for (let i = 0; i < 1_000; i++) log.begin(call('GetIPSet'), i)({ kind: 'ok' });
    expect(log.find().length).toBeLessThanOrEqual(20);
    expect(log.find().at(-1)?.sequence).toBe(1_000);
    expect(log.count('wafv2', 'GetIPSet').calls).toBe(1_000);
  });
});
