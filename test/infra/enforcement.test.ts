import { App, Stack, Tags } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Enforcement } from '../../infra/enforcement.ts';
import { resourcesOf, testStack } from './test-stack.ts';

/**
 * CloudFormation rewrites a set's addresses, to none, when any property here changes. Whoever changes this constant lifts every
 * ban of every deployment until the next reconciliation.
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
