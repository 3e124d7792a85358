import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { deploymentEvents, STACK_ID } from '../../support/deployment-events.ts';
import { resourcesOf, STACK_FIXTURES, testStack } from '../test-stack.ts';

interface Rule {
  readonly EventPattern: Readonly<Record<string, unknown>>;
  readonly State: string;
  readonly Targets: readonly Readonly<Record<string, unknown>>[];
}

/** The rules that invoke a function, by logical id. */
function rulesOf(template: Template, handler: RegExp): readonly [string, Rule][] {
  const rules = Object.entries(resourcesOf(template, 'AWS::Events::Rule')) as unknown as [
    string,
    { Properties: Rule },
  ][];
  return rules
    .filter(([, { Properties }]) => Properties.Targets.some((target) => handler.test(functionIn(target['Arn']))))
    .map(([id, { Properties }]) => [id, Properties]);
}

function functionIn(arn: unknown): string {
  return (arn as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
}

/**
 * Whether an event is what a pattern of plain values asks for, as EventBridge reads it: each key
 * present with one of its values.
 */
function fits(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.includes(event);
  if (typeof pattern !== 'object' || pattern === null || typeof event !== 'object' || event === null) return false;
  const inside = event as Readonly<Record<string, unknown>>;
  return Object.entries(pattern).every(([key, value]) => Object.hasOwn(inside, key) && fits(value, inside[key]));
}

const filledIn = (pattern: unknown) =>
  JSON.parse(JSON.stringify(pattern).replaceAll('{"Ref":"AWS::StackId"}', JSON.stringify(STACK_ID)));

describe('after a deployment', () => {
  const { template } = testStack();
  const rules = rulesOf(template, /^CloudjailBannerFunction/).map(([, rule]) => rule);
  const wakes = (event: unknown) => rules.some(({ EventPattern }) => fits(filledIn(EventPattern), event));
  const { ofStack, ofResource } = deploymentEvents();

  it.each([
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_COMPLETE',
    'UPDATE_FAILED',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE',
    'UPDATE_ROLLBACK_FAILED',
  ])('the banner is woken: %s', (status) => {
    expect(wakes(ofStack(status))).toBe(true);
  });

  it('the banner is woken as soon as an IP set has been written', () => {
    expect(wakes(ofResource('AWS::WAFv2::IPSet', 'UPDATE_COMPLETE'))).toBe(true);
  });

  it.each([
    ['a beginning', ofStack('UPDATE_IN_PROGRESS')],
    ['an end for good', ofStack('DELETE_COMPLETE')],
    ['another stack', ofStack('UPDATE_COMPLETE', `${STACK_ID}0`)],
    ['another resource', ofResource('AWS::Lambda::Function', 'UPDATE_COMPLETE')],
    // What was made a moment ago, WAF may not know of yet.
    ['a set that is new', ofResource('AWS::WAFv2::IPSet', 'CREATE_COMPLETE')],
    ['a set of another stack', ofResource('AWS::WAFv2::IPSet', 'UPDATE_COMPLETE', `${STACK_ID}0`)],
    ['another service', { ...ofStack('UPDATE_COMPLETE'), source: 'aws.partner/evil' }],
  ])('the banner sleeps on: %s', (_name, event) => {
    expect(wakes(event)).toBe(false);
  });

  it.each(Object.entries(STACK_FIXTURES))(
    'each banner is invoked by its rules, and only they may: %s',
    (_n, settings) => {
      const { template: of } = testStack({ settings });
      const permissions = Object.values(resourcesOf(of, 'AWS::Lambda::Permission')).map(({ Properties }) => Properties);
      let banners = 0;
      for (const handler of [/^CloudjailBannerFunction/, /^CloudjailEc2BannerFunction/]) {
        const its = rulesOf(of, handler);
        if (its.length === 0) continue;
        banners += 1;
        const keepsIpSets = handler.source.includes('CloudjailBanner') && settings['waf'] !== false;
        expect(its).toHaveLength(keepsIpSets ? 2 : 1);
        for (const [id, rule] of its) {
          expect(rule.State).toBe('ENABLED');
          expect(rule.Targets).toMatchObject([
            { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
          ]);
          expect(permissions).toContainEqual({
            Action: 'lambda:InvokeFunction',
            FunctionName: { 'Fn::GetAtt': [expect.stringMatching(handler), 'Arn'] },
            Principal: 'events.amazonaws.com',
            SourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
          });
        }
      }
      const enforcing = Object.keys(resourcesOf(of, 'AWS::Lambda::Function')).filter((id) => /BannerFunction/.test(id));
      expect(banners).toBe(enforcing.length);
    },
  );
});
