import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/settings/settings.ts';
import { Enforcement } from '../../../infra/targets/enforcement.ts';
import { resourcesOf, testStack } from '../test-stack.ts';

type Waf = Readonly<Record<string, unknown>>;

const VISIBLE = { CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true };
const LABELS = [{ Name: 'cloudjail:banned' }];
const reference = (set: string) => ({ IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': [set, 'Arn'] } } });

/**
 * A change of name, scope or capacity replaces the group, and one that a web ACL references can't
 * be replaced.
 */
const FROZEN = {
  Name: 'cloudjail-banned',
  Description: 'Requests of addresses banned by cloudjail',
  Scope: 'REGIONAL',
  Capacity: 150,
  VisibilityConfig: { ...VISIBLE, MetricName: 'cloudjail-rule-group' },
  Rules: [
    {
      Name: 'origin',
      Priority: 0,
      Statement: { OrStatement: { Statements: [reference('Ipv4Set'), reference('Ipv6Set')] } },
      Action: { Block: {} },
      RuleLabels: LABELS,
      VisibilityConfig: { ...VISIBLE, MetricName: 'cloudjail-origin' },
    },
  ],
};

function groupOf(template: Template): Readonly<Record<string, unknown>> | undefined {
  return resourcesOf(template, 'AWS::WAFv2::RuleGroup')['RuleGroup']?.Properties;
}

/** Without the rest of the stack, for speed. */
function groupFor(waf: Waf) {
  const settings = readSettings({ waf }).waf;
  const stack = new Stack(new App(), 'cloudjail');
  if (settings) new Enforcement(stack, 'Enforcement', { scope: 'REGIONAL', ...settings });
  return groupOf(Template.fromStack(stack));
}

function rulesFor(waf: Waf): readonly Readonly<Record<string, unknown>>[] {
  return groupFor(waf)?.['Rules'] as readonly Readonly<Record<string, unknown>>[];
}

/**
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-ipset-match.html
 */
function unitsOf(rules: readonly Readonly<Record<string, unknown>>[]): number {
  const references = JSON.stringify(rules).split('"IPSetReferenceStatement"').length - 1;
  const any = JSON.stringify(rules).split('"Position":"ANY"').length - 1;
  return references + 4 * any;
}

describe('the rule group', () => {
  it('has exactly the frozen logical id and properties', () => {
    expect(groupOf(testStack().template)).toEqual(FROZEN);
  });

  it.each([
    ['block', { Block: {} }],
    ['count', { Count: {} }],
    ['captcha', { Captcha: {} }],
    ['challenge', { Challenge: {} }],
  ])('takes the configured action on banned addresses: %s', (action, Action) => {
    expect(groupFor({ action })).toEqual({ ...FROZEN, Rules: [{ ...FROZEN.Rules[0], Action }] });
  });

  it('answers with another status where that is asked for', () => {
    expect(rulesFor({ responseCode: 429 })[0]?.['Action']).toEqual({
      Block: { CustomResponse: { ResponseCode: 429 } },
    });
  });

  it('looks at the header too, in a rule of its own with the same action, and keeps the rule for the origin', () => {
    const forwardedIp = { header: 'CF-Connecting-IP', position: 'LAST', fallback: 'MATCH' };
    const [origin, forwarded, ...more] = rulesFor({ action: 'count', forwardedIp });
    expect(origin).toEqual({ ...FROZEN.Rules[0], Action: { Count: {} } });
    const config = { HeaderName: 'CF-Connecting-IP', Position: 'LAST', FallbackBehavior: 'MATCH' };
    const byHeader = (set: string) => ({
      IPSetReferenceStatement: { ...reference(set).IPSetReferenceStatement, IPSetForwardedIPConfig: config },
    });
    expect(forwarded).toEqual({
      Name: 'forwarded',
      Priority: 1,
      Statement: { OrStatement: { Statements: [byHeader('Ipv4Set'), byHeader('Ipv6Set')] } },
      Action: { Count: {} },
      RuleLabels: LABELS,
      VisibilityConfig: { ...VISIBLE, MetricName: 'cloudjail-forwarded' },
    });
    expect(more).toEqual([]);
  });

  it('takes X-Forwarded-For by default, and lets malformed headers pass', () => {
    expect(JSON.stringify(rulesFor({ forwardedIp: { position: 'ANY' } }))).toContain(
      '{"FallbackBehavior":"NO_MATCH","HeaderName":"X-Forwarded-For","Position":"ANY"}',
    );
  });

  it('keeps its name, scope and capacity whatever the settings are, and all rules fit into that', () => {
    const settings: Waf[] = [];
    for (const [ipv4Sets, ipv6Sets] of [
      [1, 1],
      [3, 2],
      [24, 1],
      [1, 24],
      [25, 25],
    ] as const) {
      settings.push({ ipv4Sets, ipv6Sets });
      if (ipv4Sets + ipv6Sets > 25) continue;
      for (const position of ['FIRST', 'LAST', 'ANY']) settings.push({ ipv4Sets, ipv6Sets, forwardedIp: { position } });
    }
    let most = 0;
    for (const waf of settings) {
      const { Name, Scope, Capacity } = FROZEN;
      expect(groupFor(waf)).toMatchObject({ Name, Scope, Capacity });
      most = Math.max(most, unitsOf(rulesFor(waf)));
    }
    // The largest that may be asked for needs it all.
    expect(most).toBe(FROZEN.Capacity);
  });

  it('is left out where the sets are referenced in rules of the operator’s, and so are its outputs', () => {
    const { template } = testStack({ settings: { waf: { ruleGroup: false, ipv4Sets: 50, ipv6Sets: 50 } } });
    template.resourceCountIs('AWS::WAFv2::RuleGroup', 0);
    template.resourceCountIs('AWS::WAFv2::IPSet', 100);
    expect(template.findOutputs('RuleGroupArn')).toEqual({});
    expect(template.findOutputs('WebAclRule')).toEqual({});
  });

  it('comes with a rule for a web ACL that references it, ready to paste', () => {
    const { template } = testStack();
    const { Value } = template.findOutputs('WebAclRule')['WebAclRule'] as {
      Value: { 'Fn::Join': [string, readonly (string | object)[]] };
    };
    const arn = 'arn:aws:wafv2:eu-central-1:123456789012:regional/rulegroup/cloudjail-banned/1';
    const parts = Value['Fn::Join'][1];
    expect(parts.filter((part) => typeof part !== 'string')).toEqual([{ 'Fn::GetAtt': ['RuleGroup', 'Arn'] }]);
    expect(JSON.parse(parts.map((part) => (typeof part === 'string' ? part : arn)).join(''))).toEqual({
      Name: 'cloudjail',
      Priority: 0,
      Statement: { RuleGroupReferenceStatement: { ARN: arn } },
      OverrideAction: { None: {} },
      VisibilityConfig: { ...VISIBLE, MetricName: 'cloudjail' },
    });
  });

  it('is CloudFront’s where the sets are', () => {
    const { template } = testStack({ settings: { scope: 'CLOUDFRONT' } });
    expect(groupOf(template)).toEqual({ ...FROZEN, Scope: 'CLOUDFRONT' });
  });
});

describe('settings of the rule group', () => {
  it.each([
    [
      { ipv4Sets: 26, ipv6Sets: 25 },
      '26 + 25 IP sets are 51 references; allowed: 50 in a rule group (AWS WAF quotas), or "ruleGroup": false',
    ],
    [
      { ipv4Sets: 25, ipv6Sets: 1, forwardedIp: { position: 'LAST' } },
      '25 + 1 IP sets, each by origin and by header, are 52 references; allowed: 50',
    ],
    [{ ruleGroup: false, action: 'count', webAcl: {} }, 'ruleGroup is false, so there is nothing for action, webAcl'],
    [{ action: 'count', responseCode: 429 }, 'responseCode is for blocked requests, and action is "count"'],
  ])('are refused where they do not go together: %j', (waf, message) => {
    expect(() => groupFor(waf)).toThrow(`cdk.json: context.cloudjail.waf: ${message}`);
  });

  it('warn of FIRST, which the client writes, and of nothing else', () => {
    const warnings = (position: string) => {
      const { stack } = testStack({ settings: { waf: { forwardedIp: { position } } } });
      return Annotations.fromStack(stack)
        .findWarning('*', Match.anyValue())
        .map(({ entry }) => String(entry.data));
    };
    expect(warnings('FIRST')).toEqual([expect.stringContaining('whatever the client wrote')]);
    expect(warnings('LAST')).toEqual([]);
    expect(warnings('ANY')).toEqual([]);
  });
});
