import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../core/names.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { functionOf, type Resource, resourcesOf, STACK_FIXTURES, testJail, testStack } from './test-stack.ts';

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
    expect(functions).toHaveLength(5);
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
        [ENV.onManualRemoval]: 'reban',
        [ENV.wafIpv4Sets]: { Ref: 'Ipv4Set' },
        [ENV.wafIpv6Sets]: { Ref: 'Ipv6Set' },
      },
    ],
    ['expirer', { [ENV.bansTable]: { Ref: 'BansTable' } }],
    ['lookout', { [ENV.attemptsTable]: { Ref: 'AttemptsTable' }, [ENV.jailsFile]: 'jails.json' }],
    [
      'backfiller',
      {
        [ENV.attemptsTable]: { Ref: 'AttemptsTable' },
        [ENV.bansTable]: { Ref: 'BansTable' },
        [ENV.jailsFile]: 'jails.json',
      },
    ],
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
    brief.resourceCountIs('AWS::Logs::LogGroup', 5);
    brief.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });
});

describe('targets', () => {
  const toldTo = (service: string, settings: Readonly<Record<string, unknown>>) => {
    const { Variables } = functionOf(testStack({ settings }).template, service).Properties['Environment'] as {
      Variables: Record<string, string>;
    };
    return Variables;
  };

  it('in EC2 are told to the ec2-banner, defaults filled in', () => {
    const told = toldTo('ec2-banner', STACK_FIXTURES['everything'] ?? {});
    expect(JSON.parse(told[ENV.networkAcls] ?? '')).toEqual({
      ids: ['acl-0123456789abcdef0', 'acl-0123456789abcdef1'],
      firstRule: 1,
      capacity: 18,
      byPort: false,
    });
    expect(JSON.parse(told[ENV.securityGroups] ?? '')).toEqual({ mode: 'revoke', ids: ['sg-0123456789abcdef0'] });
    expect(JSON.parse(told[ENV.prefixLists] ?? '')).toEqual({
      ipv4: 'pl-0123456789abcdef0',
      ipv6: 'pl-0123456789abcdef1',
    });
    expect(told).not.toHaveProperty(ENV.wafIpv4Sets);
    expect(told).not.toHaveProperty(ENV.blocklist);
  });

  it('that are not configured are told to nobody', () => {
    const told = toldTo('ec2-banner', STACK_FIXTURES['network-acl-alone'] ?? {});
    expect(Object.keys(told)).not.toEqual(expect.arrayContaining([ENV.securityGroups]));
    expect(() => functionOf(template, 'ec2-banner')).toThrow();
  });

  it("that fill a function's environment are refused", () => {
    const allowed = Array.from({ length: 200 }, (_, n) => `198.51.${n}.0/24`);
    const securityGroups = { mode: 'carve', prefixLists: { ipv4: 'pl-01234567' }, allowed };
    expect(() => testStack({ settings: { securityGroups } })).toThrow(/take \d{4} bytes as JSON; allowed: 3000/);
  });
});

describe('the bucket of a blocklist', () => {
  it('is shut, encrypted, asks for TLS, and stays', () => {
    const { template: of } = testStack({ settings: { blocklist: {} } });
    const bucket = resourcesOf(of, 'AWS::S3::Bucket')['BlocklistBucket'];
    expect(bucket?.DeletionPolicy).toBe('Retain');
    const all = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    expect(bucket?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: all,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    of.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      },
    });
    expect(of.findOutputs('BlocklistUrl')['BlocklistUrl']?.['Value']).toEqual({
      'Fn::Join': ['', ['s3://', { Ref: 'BlocklistBucket' }, '/blocklist/']],
    });
  });

  it('is not made where one is named', () => {
    const { template: of } = testStack({ settings: { blocklist: { bucket: 'lists-of-ours' } } });
    of.resourceCountIs('AWS::S3::Bucket', 0);
    of.resourceCountIs('AWS::S3::BucketPolicy', 0);
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

/** The event source mappings that read the stream of the bans table. */
function streamReaders(of: Template): readonly Resource[] {
  return Object.values(resourcesOf(of, 'AWS::Lambda::EventSourceMapping')).filter(({ Properties }) =>
    JSON.stringify(Properties['EventSourceArn']).includes('StreamArn'),
  );
}

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

  it('hands it to the matcher again once somebody opens the way, for which it says the command', () => {
    const queue = { 'Fn::GetAtt': [Match.stringLikeRegexp('^CloudjailMatcherFailedBatches'), 'Arn'] };
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ...{ EventSourceArn: queue, FunctionName: { Ref: Match.stringLikeRegexp('^CloudjailMatcherFunction') } },
      ...{ Enabled: false, BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
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

  it('says what its tables, IP sets and rule group are called, and how a web ACL references the group', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'AttemptsTableName',
      'BansTableName',
      'Ipv4SetArn',
      'Ipv6SetArn',
      'RedriveCommand',
      'RuleGroupArn',
      'WebAclRule',
    ]);
  });
});
