import { describe, expect, it } from 'vitest';
import { resourcesOf, STACK_FIXTURES, testJail, testStack } from './test-stack.ts';

const KEY = 'arn:aws-cn:kms:cn-north-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666';
const jails = [testJail({ logGroupPrefixes: ['/aws/ecs/'] })];
const everything = STACK_FIXTURES['everything'] ?? {};

describe('a key of the operator', () => {
  it('encrypts every table, log group and queue', () => {
    const { template } = testStack({ jails, settings: { ...everything, kmsKey: KEY } });
    const tables = Object.values(resourcesOf(template, 'AWS::DynamoDB::Table'));
    expect(tables.map((one) => one.Properties['SSESpecification'])).toEqual(
      Array(2).fill({ SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY }),
    );
    const groups = Object.values(resourcesOf(template, 'AWS::Logs::LogGroup'));
    expect(groups.length).toBeGreaterThan(6);
    expect(new Set(groups.map((one) => one.Properties['KmsKeyId']))).toEqual(new Set([KEY]));
    const queues = Object.values(resourcesOf(template, 'AWS::SQS::Queue'));
    expect(queues.length).toBeGreaterThan(1);
    expect(new Set(queues.map((one) => one.Properties['KmsMasterKeyId']))).toEqual(new Set([KEY]));
  });

  it('may be used by each function through DynamoDB and SQS only', () => {
    const { template } = testStack({ jails, settings: { kmsKey: KEY } });
    const uses = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(({ Properties }) =>
      (Properties['PolicyDocument'] as { Statement: { Resource: unknown; Condition?: unknown }[] }).Statement.filter(
        ({ Resource }) => Resource === KEY,
      ),
    );
    expect(uses).toHaveLength(Object.keys(resourcesOf(template, 'AWS::Lambda::Function')).length);
    for (const { Condition } of uses) {
      expect(Condition).toEqual({ StringLike: { 'kms:ViaService': ['dynamodb.*', 'sqs.*'] } });
    }
  });

  it('is not there unless it is named', () => {
    const { template } = testStack({ jails });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/kms/i);
  });
});

describe('a permissions boundary', () => {
  it('bounds every role', () => {
    const permissionsBoundary = 'arn:aws:iam::123456789012:policy/limits/boundary';
    const { template } = testStack({ jails, settings: { ...everything, permissionsBoundary } });
    const roles = Object.values(resourcesOf(template, 'AWS::IAM::Role'));
    expect(roles.length).toBeGreaterThan(8);
    for (const { Properties } of roles) expect(Properties['PermissionsBoundary']).toBe(permissionsBoundary);
  });
});
