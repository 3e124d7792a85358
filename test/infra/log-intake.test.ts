import { describe, expect, it } from 'vitest';
import type { CompiledJail } from '../../core/filter/compiled-jail.ts';
import { ConfigurationError } from '../../infra/configuration-error.ts';
import { resourcesOf, testJail, testMatch, testStack } from './test-stack.ts';

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
    const loggroups = Array.from({ length: 40 }, (_, i) => `/cloudjail/app-${i}`);
    const { template } = testStack({ jails: [testJail({ loggroups })] });
    template.resourceCountIs('AWS::Logs::SubscriptionFilter', 40);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
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
    const [permission] = Object.keys(resourcesOf(template, 'AWS::Lambda::Permission'));
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

  it.each(['matcher', 'banner', 'expirer', 'lookout'].map((name) => `/aws/lambda/cloudjail-${name}`))(
    'refuses a jail that would read %s, which holds our own output',
    (name) => {
      const subject = () => testStack({ jails: [testJail({ name: 'loop', loggroups: ['/cloudjail/ok', name] })] });
      expect(subject).toThrow(ConfigurationError);
      expect(subject).toThrow(`jail 'loop': log group '${name}'`);
    },
  );

  it('names our functions log groups so that the refusal covers every one of them', () => {
    const names = Object.values(resourcesOf(testStack().template, 'AWS::Lambda::Function')).map((f) => {
      const { LogGroup } = f.Properties['LoggingConfig'] as { LogGroup: { Ref: string } };
      return LogGroup.Ref;
    });
    const groups = resourcesOf(testStack().template, 'AWS::Logs::LogGroup');
    expect(names.map((id) => groups[id]?.Properties['LogGroupName']).sort()).toEqual([
      '/aws/lambda/cloudjail-banner',
      '/aws/lambda/cloudjail-expirer',
      '/aws/lambda/cloudjail-lookout',
      '/aws/lambda/cloudjail-matcher',
    ]);
  });

  it('refuses a name CloudWatch Logs would refuse minutes into the deployment', () => {
    const subject = () => testStack({ jails: [testJail({ name: 'web', loggroups: ['/cloudjail/var/log/*.log'] })] });
    expect(subject).toThrow(ConfigurationError);
    expect(subject).toThrow(/jail 'web': log group '\/cloudjail\/var\/log\/\*\.log'/);
  });
});
