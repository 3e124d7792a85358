import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../local/emulators/aws-call.ts';
import { createFaultPlan } from '../../../local/emulators/faults.ts';

function call(operation: string, input: AwsCall['input'] = {}, service = 'dynamodb'): AwsCall {
  return { service, operation, input, region: 'us-east-1' };
}

describe('createFaultPlan', () => {
  it('strikes the k-th matching call, once', () => {
    const plan = createFaultPlan();
    const rule = plan.inject({ operation: 'PutItem', from: 2, fault: { kind: 'throttle' } });
    const struck = ['PutItem', 'GetItem', 'PutItem', 'PutItem'].map((name) => plan.strike(call(name))?.kind);
    expect(struck).toEqual([undefined, undefined, 'throttle', undefined]);
    expect([rule.seen(), rule.struck()]).toEqual([3, 1]);
  });

  it('strikes n times, or always', () => {
    const plan = createFaultPlan();
    plan.inject({ operation: 'PutItem', times: 2, fault: { kind: 'throttle' } });
    plan.inject({ operation: ['DeleteItem', 'UpdateItem'], times: Infinity, fault: { kind: 'conflict' } });
    const kinds = (name: string) => [1, 2, 3].map(() => plan.strike(call(name))?.kind);
    expect(kinds('PutItem')).toEqual(['throttle', 'throttle', undefined]);
    expect(kinds('UpdateItem')).toEqual(['conflict', 'conflict', 'conflict']);
    expect(kinds('DeleteItem')).toEqual(['conflict', 'conflict', 'conflict']);
  });

  it('judges the input, the service and whether the call writes', () => {
    const plan = createFaultPlan();
    plan.inject({ service: 'wafv2', times: Infinity, fault: { kind: 'throttle' } });
    plan.inject({ when: (input) => input['TableName'] === 'bans', writes: true, fault: { kind: 'conflict' } });
    expect(plan.strike(call('GetIPSet', {}, 'wafv2'))?.kind).toBe('throttle');
    expect(plan.strike(call('Query', { TableName: 'bans' }))).toBeUndefined();
    expect(plan.strike(call('PutItem', { TableName: 'attempts' }))).toBeUndefined();
    expect(plan.strike(call('PutItem', { TableName: 'bans' }))?.kind).toBe('conflict');
  });

  it('lets the rule added first strike, and counts the call for the others too', () => {
    const plan = createFaultPlan();
    plan.inject({ operation: 'PutItem', fault: { kind: 'throttle' } });
    plan.inject({ operation: 'PutItem', from: 2, fault: { kind: 'conflict' } });
    expect(plan.strike(call('PutItem'))?.kind).toBe('throttle');
    expect(plan.strike(call('PutItem'))?.kind).toBe('conflict');
  });

  it('kills a caller at its k-th write over all services, and answers nothing after that', () => {
    for (const side of ['before', 'after'] as const) {
      const plan = createFaultPlan();
      const killed = plan.killAtWrite(2, side);
      const kinds = [
        plan.strike(call('UpdateItem')),
        plan.strike(call('GetIPSet', {}, 'wafv2')),
        plan.strike(call('UpdateIPSet', {}, 'wafv2')),
        plan.strike(call('Query')),
        plan.strike(call('UpdateItem')),
      ].map((fault) => fault?.kind);
      const last = side === 'before' ? 'crash-before-write' : 'crash-after-write';
      expect(kinds).toEqual([undefined, undefined, last, 'crash-before-write', 'crash-before-write']);
      killed.remove();
      expect(plan.strike(call('UpdateItem'))).toBeUndefined();
    }
  });

  it('forgets every rule when cleared', () => {
    const plan = createFaultPlan();
    plan.inject({ times: Infinity, fault: { kind: 'throttle' } });
    plan.clear();
    expect(plan.strike(call('PutItem'))).toBeUndefined();
  });
});
