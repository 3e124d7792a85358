import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../infra/settings/configuration-error.ts';
import { resourcesOf, testJail, testStack } from './test-stack.ts';

const many = (count: number, under: string) => Array.from({ length: count }, (_, i) => `${under}${i}-`);

describe('what a stack may hold', { timeout: 60_000 }, () => {
  it('log groups: too many are refused with how many fit, and so many do', () => {
    const subject = (count: number, under: string) => () =>
      testStack({ jails: [testJail({ loggroups: many(count, under) })] });
    const refused =
      /^the jails read 500 log groups by name, .* allowed: 500 a stack .* which is about (\d+) log groups\. .*prefix.*stackName/;
    const fitting = (under: string) => Number(refused.exec(messageOf(subject(500, under)))?.[1]);
    expect(subject(500, '/cloudjail/')).toThrow(ConfigurationError);
    const made = fitting('/cloudjail/');
    expect(made).toBeGreaterThan(100);
    // Where the log groups are there already, each takes one resource and not two.
    expect(fitting('/aws/ecs/') / made).toBeCloseTo(2, 1);
    // CDK refuses as well, when it has added its own.
    expect(subject(made, '/cloudjail/')).not.toThrow();
    expect(subject(made + 10, '/cloudjail/')).toThrow('allowed: 500 a stack');
  });

  it('any number of log groups by prefix, but not any number of prefixes', () => {
    const prefixes = many(60, '/aws/ecs/a-service-of-ours-');
    const subject = () => testStack({ jails: [testJail({ logGroupPrefixes: prefixes })] });
    expect(subject).toThrow(ConfigurationError);
    expect(subject).toThrow(/^the jails read log groups by 60 prefixes, .* take \d+ characters; allowed: 9000/);
  });

  it('as many prefixes as are not refused, in policies that IAM takes', () => {
    const prefixes = many(26, `/aws/ecs/${'x'.repeat(50)}-`);
    const { template } = testStack({ jails: [testJail({ loggroups: [], logGroupPrefixes: prefixes })] });
    const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).filter(({ Properties }) =>
      JSON.stringify(Properties['Roles']).includes('SubscriberFunction'),
    );
    expect(policies).toHaveLength(27);
    const written = policies.map(({ Properties }) => JSON.stringify(asDeployed(Properties['PolicyDocument']))).join('');
    expect(written.length).toBeGreaterThan(8_000);
    expect(written.length).toBeLessThan(10_240);
  });
});

const LONGEST: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-3',
  'AWS::AccountId': '123456789012',
};

/** With references in place, as long as they may be. */
function asDeployed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asDeployed);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return LONGEST[Ref] ?? 'x'.repeat(64);
  if ('Fn::GetAtt' in value) return 'x'.repeat(140);
  if (join) return join[1].map(asDeployed).join('');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asDeployed(item)]));
}

function messageOf(subject: () => unknown): string {
  try {
    subject();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}
