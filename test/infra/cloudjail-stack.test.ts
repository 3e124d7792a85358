import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CompiledJail } from '../../core/filter/compiled-jail.ts';
import { ENV } from '../../core/names.ts';
import { functionOf, resourcesOf, testJail, testStack } from './test-stack.ts';

let template: Template;

beforeAll(() => {
  template = testStack().template;
});

describe('tables', () => {
  it('keep attempts by jail and id, and let DynamoDB clean them', () => {
    expect(resourcesOf(template, 'AWS::DynamoDB::Table')['AttemptsTable']?.Properties).toEqual({
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  it('keep bans by id and jail, restorable, with a stream of keys and a sparse index', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'jail', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'active-by-due',
          KeySchema: [
            { AttributeName: 'active', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['state', 'bannedAt', 'expiresAt', 'banCount', 'bantime', 'origin'],
          },
        },
      ],
    });
  });

  it('survive the stack unless the settings say otherwise', () => {
    const policies = (of: Template) =>
      Object.entries(resourcesOf(of, 'AWS::DynamoDB::Table')).map(([id, table]) => [id, table.DeletionPolicy]);
    expect(policies(template)).toEqual([
      ['AttemptsTable', 'Retain'],
      ['BansTable', 'Retain'],
    ]);
    const { template: disposable } = testStack({ settings: { removalPolicy: 'DESTROY' } });
    expect(policies(disposable)).toEqual([
      ['AttemptsTable', 'Delete'],
      ['BansTable', 'Delete'],
    ]);
  });
});

describe('functions', () => {
  it('run on Node 24 on arm64, without reserved concurrency', () => {
    const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function'));
    expect(functions).toHaveLength(4);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it.each([
    [
      'matcher',
      {
        [ENV.attemptsTable]: { Ref: 'AttemptsTable' },
        [ENV.bansTable]: { Ref: 'BansTable' },
        [ENV.jailsFile]: 'jails.json',
      },
    ],
    [
      'banner',
      {
        [ENV.attemptsTable]: { Ref: 'AttemptsTable' },
        [ENV.bansTable]: { Ref: 'BansTable' },
        [ENV.jailsFile]: 'jails.json',
        [ENV.wafIpv4Sets]: { Ref: 'Ipv4Set' },
        [ENV.wafIpv6Sets]: { Ref: 'Ipv6Set' },
      },
    ],
    ['expirer', { [ENV.bansTable]: { Ref: 'BansTable' } }],
    ['lookout', { [ENV.attemptsTable]: { Ref: 'AttemptsTable' }, [ENV.jailsFile]: 'jails.json' }],
  ])('tell the %s where everything is, and nothing else', (service, variables) => {
    expect(functionOf(template, service).Properties['Environment']).toEqual({
      Variables: {
        POWERTOOLS_SERVICE_NAME: service,
        POWERTOOLS_METRICS_NAMESPACE: 'cloudjail',
        ...variables,
      },
    });
  });

  it('keep their logs as long as the settings say', () => {
    const { template: brief } = testStack({ jails: [], settings: { logRetentionDays: 7 } });
    brief.resourceCountIs('AWS::Logs::LogGroup', 4);
    brief.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });
});

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
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
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

  it('invokes the expirer, the banner and the lookout once a minute, with no flexible window', () => {
    template.resourceCountIs('AWS::Scheduler::Schedule', 3);
    for (const name of ['Banner', 'Expirer', 'Lookout']) {
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

  it('says what its tables and IP sets are called', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'AttemptsTableName',
      'BansTableName',
      'Ipv4SetArn',
      'Ipv6SetArn',
    ]);
  });
});
