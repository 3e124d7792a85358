import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { CompiledJail } from '../../../core/records/compiled-jail.ts';
import { functionOf, type Resource, resourcesOf, testJail, testMatch, testStack } from '../test-stack.ts';

const web = testJail({ name: 'web', loggroups: [], logGroupPrefixes: ['/aws/ecs/web-'], match: testMatch(['denied']) });

function prefixesOf(template: Template): readonly Resource[] {
  return Object.values(resourcesOf(template, 'Custom::SubscribedLogGroups'));
}

function digestOf(...jails: CompiledJail[]): unknown {
  return prefixesOf(testStack({ jails }).template)[0]?.Properties['Jails'];
}

describe('the subscriber in the stack', () => {
  it('is there only where a jail reads log groups by prefix', () => {
    const { template } = testStack();
    expect(JSON.stringify(template.toJSON())).not.toContain('subscriber');
    template.resourceCountIs('Custom::SubscribedLogGroups', 0);
  });

  it('knows the matcher, the jails and what its filters are called', () => {
    const { template } = testStack({ jails: [web] });
    const { Environment } = functionOf(template, 'subscriber').Properties as {
      Environment: { Variables: Record<string, unknown> };
    };
    const matcher = Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).find(([, { Properties }]) =>
      JSON.stringify(Properties).includes('"POWERTOOLS_SERVICE_NAME":"matcher"'),
    );
    expect(Environment.Variables).toMatchObject({
      CLOUDJAIL_MATCHER: { 'Fn::GetAtt': [matcher?.[0], 'Arn'] },
      CLOUDJAIL_SUBSCRIPTION_FILTER: 'cloudjail-matcher-by-prefix',
      CLOUDJAIL_JAILS_FILE: 'jails.json',
      CLOUDJAIL_ATTEMPTS_TABLE: { Ref: 'AttemptsTable' },
    });
  });

  it('has a resource a prefix, none inside another, each with the rights to its own log groups', () => {
    const mail = testJail({ name: 'mail', logGroupPrefixes: ['/mail/', '/aws/ecs/web-eu-', '/aws/ecs/web-'] });
    const { template } = testStack({ jails: [web, mail] });
    expect(prefixesOf(template).map(({ Properties }) => Properties['LogGroupPrefix'])).toEqual([
      '/aws/ecs/web-',
      '/mail/',
    ]);
    const policies = resourcesOf(template, 'AWS::IAM::Policy');
    const patience = Number(prefixesOf(template)[0]?.Properties['ServiceTimeout']);
    expect(patience).toBeGreaterThan(Number(functionOf(template, 'subscriber').Properties['Timeout']));
    for (const { Properties, DependsOn = [] } of prefixesOf(template)) {
      const rights = DependsOn.filter((id) => policies[id]).map((id) => JSON.stringify(policies[id]?.Properties));
      expect(rights).toHaveLength(1);
      expect(rights[0]).toContain(`:log-group:${Properties['LogGroupPrefix']}*"`);
      expect(rights[0]).toMatch(
        /logs:DescribeSubscriptionFilters.*logs:PutSubscriptionFilter.*logs:DeleteSubscriptionFilter/,
      );
    }
  });

  it('comes after the permission and the log groups, and its schedule after everything', () => {
    const own = testJail({ loggroups: ['/cloudjail/a/1'], logGroupPrefixes: ['/cloudjail/a/'] });
    const { template } = testStack({ jails: [own] });
    const [prefix] = prefixesOf(template);
    const of = (type: string, holds: string) =>
      Object.entries(resourcesOf(template, type)).flatMap(([id, one]) =>
        JSON.stringify(one).includes(holds) ? [id] : [],
      );
    expect(prefix?.DependsOn).toEqual(
      expect.arrayContaining([
        ...of('AWS::Lambda::Permission', 'logs.amazonaws.com'),
        ...of('AWS::Logs::LogGroup', '/cloudjail/a/1'),
      ]),
    );
    const [schedule] = Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule')).filter((one) =>
      JSON.stringify(one).includes('new log groups'),
    );
    expect(schedule?.DependsOn).toEqual(
      expect.arrayContaining(Object.keys(resourcesOf(template, 'Custom::SubscribedLogGroups'))),
    );
  });

  it('is left a log group that is named as well, so that it has one filter', () => {
    const named = testJail({ name: 'named', loggroups: ['/aws/ecs/web-1', '/aws/rds/db'] });
    const { template } = testStack({ jails: [web, named] });
    const filters = Object.values(resourcesOf(template, 'AWS::Logs::SubscriptionFilter'));
    expect(filters.map(({ Properties }) => Properties['LogGroupName'])).toEqual(['/aws/rds/db']);
  });

  it('is called at once when what the filters depend on changes, and for nothing else', () => {
    const before = digestOf(web);
    expect(digestOf({ ...web, bantime: 1, ignoreip: ['198.51.100.7'] })).toBe(before);
    expect(digestOf({ ...web, match: testMatch(['refused']) })).not.toBe(before);
    expect(digestOf(web, testJail({ loggroups: ['/aws/ecs/web-1'] }))).not.toBe(before);
  });
});
