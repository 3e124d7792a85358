import { App, Stack, Tags } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { ENV } from '../../../core/names.ts';
import { Enforcement } from '../../../infra/targets/enforcement.ts';
import { functionOf, resourcesOf, testStack } from '../test-stack.ts';

/**
 * CloudFormation rewrites a set's addresses, to none, when any property here changes. A
 * change of this constant lifts every ban of every deployment until the next reconciliation.
 */
const FROZEN = {
  Ipv4Set: {
    Name: 'cloudjail-ipv4',
    Description: 'Addresses banned by cloudjail, kept by its banner',
    Scope: 'REGIONAL',
    IPAddressVersion: 'IPV4',
    Addresses: [],
  },
  Ipv6Set: {
    Name: 'cloudjail-ipv6',
    Description: 'Addresses banned by cloudjail, kept by its banner',
    Scope: 'REGIONAL',
    IPAddressVersion: 'IPV6',
    Addresses: [],
  },
};

function ipSetProperties(template: Parameters<typeof resourcesOf>[0]): Record<string, unknown> {
  const sets = Object.entries(resourcesOf(template, 'AWS::WAFv2::IPSet'));
  return Object.fromEntries(sets.map(([logicalId, set]) => [logicalId, set.Properties]));
}

describe('IP sets', () => {
  it('have exactly the frozen logical ids and properties', () => {
    expect(ipSetProperties(testStack().template)).toEqual(FROZEN);
  });

  it('stay frozen whatever the app, the stack and the construct are tagged with', () => {
    const { app, stack, template } = testStack({
      before: (app, stack) => {
        Tags.of(app).add('env', 'prod');
        Tags.of(stack).add('team', 'edge');
        Tags.of(stack.node.findChild('Cloudjail')).add('cost', '42');
      },
    });
    expect(ipSetProperties(template)).toEqual(FROZEN);
    template.hasResourceProperties('AWS::SQS::Queue', {
      Tags: [
        { Key: 'cost', Value: '42' },
        { Key: 'env', Value: 'prod' },
        { Key: 'team', Value: 'edge' },
      ],
    });
    // Stack-level tags would reach the sets past the template.
    expect(app.synth().getStackArtifact(stack.artifactId).tags).toEqual({});
  });

  it('in larger pools: the first keep their names, the others are numbered, all made one after the other', () => {
    const { template } = testStack({ settings: { waf: { ipv4Sets: 3, ipv6Sets: 2 } } });
    const properties = ipSetProperties(template);
    expect(properties).toMatchObject(FROZEN);
    expect(properties).toMatchObject({
      Ipv4Set2: { ...FROZEN.Ipv4Set, Name: 'cloudjail-ipv4-2' },
      Ipv4Set3: { ...FROZEN.Ipv4Set, Name: 'cloudjail-ipv4-3' },
      Ipv6Set2: { ...FROZEN.Ipv6Set, Name: 'cloudjail-ipv6-2' },
    });
    const sets = resourcesOf(template, 'AWS::WAFv2::IPSet');
    const order = ['Ipv4Set', 'Ipv4Set2', 'Ipv4Set3', 'Ipv6Set', 'Ipv6Set2'];
    expect(order.map((id) => sets[id]?.DependsOn)).toEqual([undefined, ...order.slice(0, -1).map((id) => [id])]);
    expect(functionOf(template, 'banner').Properties['Environment']).toMatchObject({
      Variables: {
        [ENV.wafIpv4Sets]: {
          'Fn::Join': ['', [{ Ref: 'Ipv4Set' }, ' ', { Ref: 'Ipv4Set2' }, ' ', { Ref: 'Ipv4Set3' }]],
        },
      },
    });
    expect(Object.keys(template.findOutputs('*'))).toEqual(expect.arrayContaining(order.map((id) => `${id}Arn`)));
  });

  it('are none in a stack without WAF', () => {
    const { template } = testStack({
      settings: { waf: false, blocklist: false, networkAcls: { ids: ['acl-01234567'] } },
    });
    template.resourceCountIs('AWS::WAFv2::IPSet', 0);
    expect(JSON.stringify(template.toJSON())).not.toContain('wafv2');
    expect(() => functionOf(template, 'banner')).toThrow();
    functionOf(template, 'ec2-banner');
  });

  it('stay frozen whatever the settings are', () => {
    const { template } = testStack({ settings: { removalPolicy: 'DESTROY', logRetentionDays: 1 } });
    expect(ipSetProperties(template)).toEqual(FROZEN);
  });

  it('are created one after the other', () => {
    const sets = resourcesOf(testStack().template, 'AWS::WAFv2::IPSet');
    expect(sets['Ipv4Set']?.DependsOn).toBeUndefined();
    expect(sets['Ipv6Set']?.DependsOn).toEqual(['Ipv4Set']);
  });

  it('go to us-east-1 for CloudFront', () => {
    const { stack, template } = testStack({ settings: { scope: 'CLOUDFRONT' } });
    expect(stack.region).toBe('us-east-1');
    template.allResourcesProperties('AWS::WAFv2::IPSet', { Scope: 'CLOUDFRONT' });
  });

  it('are refused for CloudFront in another Region', () => {
    const stack = new Stack(new App(), 'Elsewhere', { env: { region: 'eu-central-1' } });
    expect(() => new Enforcement(stack, 'Enforcement', { scope: 'CLOUDFRONT', ipv4Sets: 1, ipv6Sets: 1 })).toThrow(
      /eu-central-1.*us-east-1/,
    );
  });
});
