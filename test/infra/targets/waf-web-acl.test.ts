import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Enforcement } from '../../../infra/targets/enforcement.ts';
import { resourcesOf, testStack } from '../test-stack.ts';

const ALB = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188';
const STAGE = 'arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5/stages/prod';
const POOL = 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a1b2C3d4E';
const VISIBLE = { CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true };

const FROZEN = {
  Name: 'cloudjail',
  Description: 'Allows all addresses except those banned by cloudjail',
  Scope: 'REGIONAL',
  DefaultAction: { Allow: {} },
  VisibilityConfig: { ...VISIBLE, MetricName: 'cloudjail-web-acl' },
  Rules: [
    {
      Name: 'cloudjail',
      Priority: 0,
      Statement: { RuleGroupReferenceStatement: { Arn: { 'Fn::GetAtt': ['RuleGroup', 'Arn'] } } },
      OverrideAction: { None: {} },
      VisibilityConfig: { ...VISIBLE, MetricName: 'cloudjail' },
    },
  ],
};

function attached(...attach: string[]) {
  return testStack({ settings: { waf: { webAcl: { attach } } } }).template;
}

function associationsOf(...attach: string[]) {
  return Object.entries(resourcesOf(attached(...attach), 'AWS::WAFv2::WebACLAssociation')).map(([id, association]) => ({
    id,
    resource: association.Properties['ResourceArn'],
    after: association.DependsOn ?? [],
  }));
}

describe('the web ACL', () => {
  it('is there only where it is asked for', () => {
    testStack().template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  });

  it('has exactly the frozen logical id and properties: it lets in all but what the rule group stops', () => {
    const template = attached();
    expect(resourcesOf(template, 'AWS::WAFv2::WebACL')['WebAcl']?.Properties).toEqual(FROZEN);
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
    expect(template.findOutputs('WebAclArn')['WebAclArn']?.['Value']).toEqual({ 'Fn::GetAtt': ['WebAcl', 'Arn'] });
  });

  it('is attached to one resource after the other', () => {
    const associations = associationsOf(ALB, STAGE, POOL);
    expect(associations.map(({ resource }) => resource)).toEqual([ALB, STAGE, POOL]);
    expect(associations.map(({ after }) => after)).toEqual([[], [associations[0]?.id], [associations[1]?.id]]);
  });

  it('keeps what it is attached to whatever the order: one made anew would be undone by the end of the old one', () => {
    const idOf = (of: ReturnType<typeof associationsOf>, arn: string) =>
      of.find(({ resource }) => resource === arn)?.id;
    const before = associationsOf(ALB, STAGE);
    const after = associationsOf(POOL, STAGE, ALB);
    for (const arn of [ALB, STAGE]) {
      expect(idOf(after, arn)).toMatch(/^WebAclOf[0-9a-f]{12}$/);
      expect(idOf(after, arn)).toBe(idOf(before, arn));
    }
  });

  it.each([
    ALB,
    'arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/app/a/0123456789abcdef',
    STAGE,
    'arn:aws:appsync:eu-central-1:123456789012:apis/abcdefghijklmnopqrstuvwxyz',
    POOL,
    'arn:aws:apprunner:eu-central-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa',
    'arn:aws:ec2:eu-central-1:123456789012:verified-access-instance/vai-0ce000c0b7643abea',
  ])('can be attached to %s', (arn) => {
    expect(associationsOf(arn)).toHaveLength(1);
  });

  it.each([
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/a/50dc6c495c0c9188',
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/50dc6c495c0c9188',
    'arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE',
    'arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5',
    'shop',
  ])('can’t be attached to %s, and names what it can be attached to', (arn) => {
    expect(() => attached(arn)).toThrow(
      `waf.webAcl.attach is ["${arn}"]; allowed: a list of different ARNs of application load balancers, REST API stages`,
    );
  });

  it('is refused the same resource twice', () => {
    expect(() => attached(ALB, ALB)).toThrow('allowed: a list of different ARNs');
  });

  it('is refused resources of several Regions, or of another than the stack’s', () => {
    const elsewhere = ALB.replace('eu-central-1', 'us-west-2');
    expect(() => attached(ALB, elsewhere)).toThrow(/eu-central-1 and us-west-2; allowed: those in the stack's Region/);
    const stack = new Stack(new App(), 'Here', { env: { region: 'eu-central-1' } });
    const props = { scope: 'REGIONAL' as const, ipv4Sets: 1, ipv6Sets: 1, webAcl: { attach: [elsewhere] } };
    expect(() => new Enforcement(stack, 'Enforcement', props)).toThrow(/us-west-2, but the stack goes to eu-central-1/);
  });

  it('for CloudFront is set on the distribution, not attached', () => {
    const settings = (webAcl: object) => ({ scope: 'CLOUDFRONT', waf: { webAcl } });
    expect(() => testStack({ settings: settings({ attach: [ALB] }) })).toThrow(
      /scope is "CLOUDFRONT"; allowed: nothing.*"webAcl": \{\}.*the output WebAclArn/,
    );
    const { template } = testStack({ settings: settings({}) });
    expect(resourcesOf(template, 'AWS::WAFv2::WebACL')['WebAcl']?.Properties).toEqual({
      ...FROZEN,
      Scope: 'CLOUDFRONT',
    });
  });
});
