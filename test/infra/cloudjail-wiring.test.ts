import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { streamReaders, template } from './stack-lab.ts';
import { functionOf, resourcesOf, STACK_FIXTURES, testJail, testStack } from './test-stack.ts';

describe('neverBan', () => {
  it('goes into every jail that the functions load', () => {
    const jailsOf = (settings: object) => {
      const jails = [testJail({ name: 'one' }), testJail({ name: 'two' })];
      const { app } = testStack({ jails, settings: { ...settings } });
      const { jails: written } = JSON.parse(readFileSync(join(app.outdir, 'jails.json'), 'utf8'));
      return written.map((jail: CompiledJail) => jail.neverBan);
    };
    expect(jailsOf({ neverBan: ['198.51.100.7'] })).toEqual([['198.51.100.7'], ['198.51.100.7']]);
    expect(jailsOf({})).toEqual([undefined, undefined]);
  });
});

describe('wiring', () => {
  it('wakes the banner by the stream of the bans table, in batches, with bounded retries and a dead-letter queue', () => {
    expect(streamReaders(template)).toHaveLength(1);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': ['BansTable', 'StreamArn'] },
      FunctionName: { Ref: Match.stringLikeRegexp('^CloudjailBannerFunction') },
      StartingPosition: 'TRIM_HORIZON',
      MaximumBatchingWindowInSeconds: 1,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 5,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^CloudjailBannerFailedChanges'), 'Arn'] } },
      },
    });
  });

  it('invokes the expirer, the banner, the lookout and the backfiller once a minute, with no flexible window', () => {
    template.resourceCountIs('AWS::Scheduler::Schedule', 4);
    for (const name of ['Banner', 'Expirer', 'Lookout', 'Backfiller']) {
      template.hasResourceProperties('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        State: 'ENABLED',
        Target: {
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^Cloudjail${name}Function`), 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 0 },
        },
      });
    }
  });

  it('wakes each of two banners on its own by the same stream, and by its own schedule', () => {
    const { template: both } = testStack({ settings: { networkAcls: { ids: ['acl-01234567'] } } });
    expect(streamReaders(both)).toHaveLength(2);
    for (const name of ['Banner', 'Ec2Banner']) {
      both.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        EventSourceArn: { 'Fn::GetAtt': ['BansTable', 'StreamArn'] },
        FunctionName: { Ref: Match.stringLikeRegexp(`^Cloudjail${name}Function`) },
        DestinationConfig: {
          OnFailure: {
            Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^Cloudjail${name}FailedChanges`), 'Arn'] },
          },
        },
      });
      both.hasResourceProperties('AWS::Scheduler::Schedule', {
        Target: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^Cloudjail${name}Function`), 'Arn'] } },
      });
    }
  });

  it.each(Object.entries(STACK_FIXTURES))('reads the stream with two functions at most: %s', (_name, settings) => {
    const { length: readers } = streamReaders(testStack({ settings }).template);
    expect(readers).toBeGreaterThan(0);
    expect(readers).toBeLessThanOrEqual(2);
  });

  it('keeps a batch the matcher failed on three times', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^CloudjailMatcherFunction') },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^CloudjailMatcherFailedBatches'), 'Arn'] } },
      },
    });
    template.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 86_400 });
  });

  it('hands it to the matcher again once an operator enables it by the command in the outputs', () => {
    const queue = { 'Fn::GetAtt': [Match.stringLikeRegexp('^CloudjailMatcherFailedBatches'), 'Arn'] };
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: queue,
      FunctionName: { Ref: Match.stringLikeRegexp('^CloudjailMatcherFunction') },
      Enabled: false,
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    const [mapping] = Object.entries(resourcesOf(template, 'AWS::Lambda::EventSourceMapping')).flatMap(
      ([id, { Properties }]) => (Properties['Enabled'] === false ? [id] : []),
    );
    const command = template.findOutputs('RedriveCommand')['RedriveCommand']?.['Value'];
    expect(JSON.stringify(command)).toContain(`--uuid ",{"Ref":"${mapping}"}," --enabled`);
    // SQS must not hand a message out again while the function may still be at it.
    const patience = Number(functionOf(template, 'matcher').Properties['Timeout']);
    template.allResourcesProperties('AWS::SQS::Queue', { VisibilityTimeout: 6 * patience });
  });

  it('outputs the names of its tables, IP sets and rule group, and how a web ACL references the group', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'AttemptsTableName',
      'BansTableName',
      'BlocklistUrl',
      'Ipv4SetArn',
      'Ipv6SetArn',
      'RedriveCommand',
      'RuleGroupArn',
      'WebAclRule',
    ]);
  });
});
