import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { CompiledJail } from '../../../core/records/compiled-jail.ts';
import { ConfigurationError } from '../../../infra/settings/configuration-error.ts';
import { type Resource, resourcesOf, testJail, testMatch, testStack } from '../test-stack.ts';

/** The statements of the matcher's resource policy that are there for CloudWatch Logs. */
function permissionsOf(template: Template): readonly (readonly [string, Resource])[] {
  return Object.entries(resourcesOf(template, 'AWS::Lambda::Permission')).filter(
    ([, { Properties }]) => Properties['Principal'] === 'logs.amazonaws.com',
  );
}

const asking = (term: string) => testMatch([term]);

describe('log intake', () => {
  it('subscribes the matcher once to a log group that several jails read', () => {
    const { template } = testStack({
      jails: [
        testJail({ name: 'sshd', loggroups: ['/cloudjail/auth', '/cloudjail/auth', '/cloudjail/syslog'] }),
        testJail({ name: 'pam', loggroups: ['/cloudjail/auth'] }),
      ],
    });
    template.resourceCountIs('AWS::Logs::SubscriptionFilter', 2);
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/cloudjail/auth', RetentionInDays: 90 });
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/cloudjail/syslog' });
  });

  it('lets through what any jail of the log group looks for', () => {
    const { template } = testStack({
      jails: [
        testJail({ name: 'a', loggroups: ['/cloudjail/x'], match: asking('failure; user') }),
        testJail({ name: 'b', loggroups: ['/cloudjail/x'], match: asking('denied') }),
      ],
    });
    template.hasResourceProperties('AWS::Logs::SubscriptionFilter', { FilterPattern: '?"denied" ?"failure; user"' });
  });

  it('takes a log group outside /cloudjail/ to exist and subscribes to it', () => {
    const { template } = testStack({ jails: [testJail({ loggroups: ['/aws/rds/cluster/db/error'] })] });
    template.hasResourceProperties('AWS::Logs::SubscriptionFilter', { LogGroupName: '/aws/rds/cluster/db/error' });
    const names = Object.values(resourcesOf(template, 'AWS::Logs::LogGroup')).map((g) => g.Properties['LogGroupName']);
    expect(names).not.toContain('/aws/rds/cluster/db/error');
  });

  it('needs one invoke permission however many log groups, for this account and partition only', () => {
    const loggroups = Array.from({ length: 100 }, (_, i) => `/cloudjail/app-${i}`);
    const { template } = testStack({ jails: [testJail({ loggroups })] });
    template.resourceCountIs('AWS::Logs::SubscriptionFilter', 100);
    expect(permissionsOf(template)).toHaveLength(1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'logs.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':logs:',
            { Ref: 'AWS::Region' },
            ':',
            { Ref: 'AWS::AccountId' },
            ':log-group:*',
          ],
        ],
      },
    });
  });

  it('subscribes only once the permission is there', () => {
    const { template } = testStack();
    const [permission] = permissionsOf(template).map(([id]) => id);
    const [subscription] = Object.values(resourcesOf(template, 'AWS::Logs::SubscriptionFilter'));
    expect(subscription?.DependsOn).toContain(permission);
  });

  it('does not depend on the order of the jails', () => {
    const one = testJail({ name: 'one', loggroups: ['/cloudjail/b', '/cloudjail/a'] });
    const two = testJail({ name: 'two', loggroups: ['/cloudjail/a'] });
    const subscriptions = (jails: CompiledJail[]) =>
      JSON.stringify(resourcesOf(testStack({ jails }).template, 'AWS::Logs::SubscriptionFilter'));
    expect(subscriptions([two, one])).toBe(subscriptions([one, two]));
  });

  it.each([
    '/aws/lambda/cloudjail/cloudjail/matcher',
    '/aws/lambda/cloudjail/another-stack/matcher',
    '/aws/lambda/cloudjail/cloudjail/*',
    '/aws/lambda/cloudjail/*',
  ])('refuses a jail that would read %s, which holds our own output', (name) => {
    const reading = name.endsWith('*')
      ? { logGroupPrefixes: [name.slice(0, -1)] }
      : { loggroups: ['/cloudjail/ok', name] };
    const subject = () => testStack({ jails: [testJail({ name: 'loop', ...reading })] });
    expect(subject).toThrow(ConfigurationError);
    expect(subject).toThrow(`jail 'loop': log group '${name}'`);
  });

  it('names our functions log groups so that the refusal covers every one of them', () => {
    const names = Object.values(resourcesOf(testStack().template, 'AWS::Lambda::Function')).map((f) => {
      const { LogGroup } = f.Properties['LoggingConfig'] as { LogGroup: { Ref: string } };
      return LogGroup.Ref;
    });
    const groups = resourcesOf(testStack().template, 'AWS::Logs::LogGroup');
    expect(names.map((id) => groups[id]?.Properties['LogGroupName']).sort()).toEqual([
      '/aws/lambda/cloudjail/cloudjail/backfiller',
      '/aws/lambda/cloudjail/cloudjail/banner',
      '/aws/lambda/cloudjail/cloudjail/expirer',
      '/aws/lambda/cloudjail/cloudjail/lookout',
      '/aws/lambda/cloudjail/cloudjail/matcher',
    ]);
  });

  it('refuses a name CloudWatch Logs would refuse minutes into the deployment', () => {
    const subject = () => testStack({ jails: [testJail({ name: 'web', loggroups: ['/cloudjail/var/log/*.log'] })] });
    expect(subject).toThrow(ConfigurationError);
    expect(subject).toThrow(/jail 'web': log group '\/cloudjail\/var\/log\/\*\.log'/);
  });

  it('creates its log groups unless they are listed as existing', () => {
    const loggroups = [
      '/cloudjail/var/log/auth.log',
      '/cloudjail/var/log/nginx/error.log',
      '/cloudjail/var/log/mail.log',
    ];
    const existingLogGroups = ['/cloudjail/var/log/auth.log', '/cloudjail/var/log/nginx/*'];
    const { template } = testStack({ jails: [testJail({ loggroups })], settings: { existingLogGroups } });
    template.resourceCountIs('AWS::Logs::SubscriptionFilter', 3);
    const names = Object.values(resourcesOf(template, 'AWS::Logs::LogGroup')).map((g) => g.Properties['LogGroupName']);
    expect(names.filter((name) => String(name).startsWith('/cloudjail/'))).toEqual(['/cloudjail/var/log/mail.log']);
  });

  it('reports which log groups send all their events to the matcher, and why', () => {
    const long = Array.from({ length: 90 }, (_, i) => `word number ${i}`);
    const { stack } = testStack({
      jails: [
        testJail({ name: 'few', loggroups: ['/cloudjail/a', '/cloudjail/c'], match: asking('word') }),
        testJail({ name: 'any', loggroups: ['/cloudjail/a'] }),
        testJail({ name: 'long', loggroups: ['/cloudjail/b'], logGroupPrefixes: ['/ecs/'], match: testMatch(long) }),
      ],
    });
    const said = Annotations.fromStack(stack)
      .findInfo('*', Match.anyValue())
      .map(({ entry }) => String(entry.data));
    expect(said).toEqual([
      expect.stringMatching(/^log group \/cloudjail\/a: all .* no words are in all that any may match;/),
      expect.stringMatching(
        /^log group \/cloudjail\/b: all .* the words of long take 1,?\d+ characters, and a filter pattern may have 1024;/,
      ),
      expect.stringMatching(/^log group \/ecs\/\*: all .* the words of long take/),
    ]);
  });
});
