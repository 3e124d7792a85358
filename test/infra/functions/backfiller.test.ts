import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { plainJail } from '../../support/plain-jail.ts';
import { functionOf, type Resource, resourcesOf, testJail, testStack } from '../test-stack.ts';

interface Policy {
  readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** The policies of the function's role: inline ones, then managed ones. */
function policiesOf(template: Template): readonly Policy[] {
  const role = functionOf(template, 'backfiller').Properties['Role'] as { 'Fn::GetAtt': [string, string] };
  const ofRole = ({ Properties }: Resource) =>
    JSON.stringify(Properties).includes(`{"Ref":"${role['Fn::GetAtt'][0]}"}`);
  const all = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    Object.values(resourcesOf(template, type)),
  );
  return all.filter(ofRole) as unknown as readonly Policy[];
}

const statementsOf = (template: Template) =>
  policiesOf(template).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

const resourcesFor = (action: string, template: Template) =>
  statementsOf(template)
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource: resource }) => (Array.isArray(resource) ? resource : [resource]))
    .map((resource) => JSON.stringify(resource));

describe('the backfiller', () => {
  it('may read each log group of the jails, those they name by prefix too, and no other', () => {
    const jails = [
      testJail(),
      testJail({
        name: 'web',
        loggroups: ['/cloudjail/var/log/auth.log', '/web'],
        logGroupPrefixes: ['/aws/ecs/web-'],
      }),
    ];
    const read = resourcesFor('logs:FilterLogEvents', testStack({ jails }).template);
    expect(read.map((one) => /log-group:([^"]*)/.exec(one)?.[1])).toEqual([
      '/aws/ecs/web-*:*',
      '/cloudjail/var/log/auth.log:*',
      '/web:*',
    ]);
  });

  it('may list the bans of an id where those of other jails count', () => {
    const increment = { ...plainJail({}).increment, overalljails: true };
    const ofBans = (template: Template) => resourcesFor('dynamodb:Query', template);
    expect(ofBans(testStack().template)).toEqual([]);
    expect(ofBans(testStack({ jails: [testJail({ increment })] }).template)).toEqual([
      '{"Fn::GetAtt":["BansTable","Arn"]}',
    ]);
  });

  it('has policies within the limits of IAM, however many log groups there are', () => {
    const loggroups = Array.from({ length: 150 }, (_, i) => `/aws/containers/of-a-rather-long-name/service-${i}`);
    const { template } = testStack({ jails: [testJail({ loggroups })] });
    expect(resourcesFor('logs:FilterLogEvents', template)).toHaveLength(150);
    const sizes = policiesOf(template).map(({ Properties }) => sizeOf(Properties.PolicyDocument));
    // IAM's quotas: inline policies of a role together, a managed one by itself, how many of those
    // a role has.
    const [inline = 0, ...managed] = sizes;
    expect(inline).toBeLessThanOrEqual(10_240);
    expect(Math.max(...managed)).toBeLessThanOrEqual(6_144);
    expect(managed.length).toBeGreaterThan(0);
    expect(managed.length).toBeLessThanOrEqual(10);
  });

  it('refuses more than they can hold', () => {
    const loggroups = Array.from({ length: 150 }, (_, i) => `/aws/${'long/'.repeat(95)}${i}`);
    expect(() => testStack({ jails: [testJail({ loggroups })] })).toThrow(
      /^the jails read 150 log groups, whose names take \d+ char/,
    );
  });
});

/** Characters as deployed: with the longest partition and Region there are, and an account. */
function sizeOf(document: unknown): number {
  const text = JSON.stringify(document);
  return text.replaceAll(/\{"Fn::Join":\["",(\[[^\]]*\])\]\}/g, (_all, parts: string) =>
    JSON.stringify(
      (JSON.parse(parts) as readonly (string | { readonly Ref: string })[])
        .map((part) => (typeof part === 'string' ? part : SUBSTITUTES[part.Ref]))
        .join(''),
    ),
  ).length;
}

const SUBSTITUTES: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-3',
  'AWS::AccountId': '123456789012',
};
