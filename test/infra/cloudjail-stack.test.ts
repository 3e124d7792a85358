import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ENV } from '../../core/names.ts';
import { template } from './stack-lab.ts';
import { functionOf, resourcesOf, STACK_FIXTURES, testStack } from './test-stack.ts';

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

  it('survive the stack unless the settings differ', () => {
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
        [ENV.blocklist]: expect.anything(),
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
  ])('give the %s the places it needs, and nothing else', (service, variables) => {
    expect(functionOf(template, service).Properties['Environment']).toEqual({
      Variables: {
        POWERTOOLS_SERVICE_NAME: service,
        POWERTOOLS_METRICS_NAMESPACE: 'cloudjail',
        ...variables,
      },
    });
  });

  it('keep their logs as long as the settings define', () => {
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

  it('in EC2 are passed to the ec2-banner, defaults filled in', () => {
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

  it('that are not configured are passed to no function', () => {
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
