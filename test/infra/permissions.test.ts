import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { functionOf, resourcesOf, testStack } from './test-stack.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

let template: Template;

beforeAll(() => {
  template = testStack().template;
});

/** What the role of a function may do: `action resource`, sorted. */
function permissionsOf(service: string): string[] {
  const role = functionOf(template, service).Properties['Role'] as { 'Fn::GetAtt': [string, string] };
  return grantsOf(role['Fn::GetAtt'][0]);
}

function grantsOf(role: string): string[] {
  const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).filter((policy) =>
    JSON.stringify(policy.Properties['Roles']).includes(JSON.stringify({ Ref: role })),
  );
  const statements = policies.flatMap((p) => (p.Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);
  return statements
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => (Array.isArray(Resource) ? Resource : [Resource]).map((r) => `${action} ${name(r)}`)),
    )
    .sort();
}

/** `AttemptsTable.Arn` for Fn::GetAtt, its parts one after the other for Fn::Join; hashes of logical ids left out. */
function name(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as {
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (attribute) return attribute.join('.').replace(/[0-9A-F]{8}(?=\.)/, '');
  return (join?.[1] ?? []).map(name).join(join?.[0]);
}

describe('permissions', () => {
  it('let the matcher count, ban, and keep what it fails on', () => {
    expect(permissionsOf('matcher')).toEqual([
      'dynamodb:BatchGetItem AttemptsTable.Arn',
      'dynamodb:GetItem AttemptsTable.Arn',
      'dynamodb:GetItem BansTable.Arn',
      'dynamodb:PutItem AttemptsTable.Arn',
      'dynamodb:PutItem BansTable.Arn',
      'dynamodb:UpdateItem AttemptsTable.Arn',
      'logs:CreateLogStream CloudjailMatcherFunctionLogs.Arn',
      'logs:PutLogEvents CloudjailMatcherFunctionLogs.Arn',
      'sqs:GetQueueAttributes CloudjailMatcherFailedBatches.Arn',
      'sqs:GetQueueUrl CloudjailMatcherFailedBatches.Arn',
      'sqs:SendMessage CloudjailMatcherFailedBatches.Arn',
    ]);
  });

  it('let the banner read bans and the address book, record what it has confirmed, and write our two IP sets', () => {
    expect(permissionsOf('banner')).toEqual([
      'dynamodb:BatchGetItem AttemptsTable.Arn',
      'dynamodb:BatchWriteItem AttemptsTable.Arn',
      'dynamodb:DescribeStream BansTable.StreamArn',
      'dynamodb:GetItem AttemptsTable.Arn',
      'dynamodb:GetRecords BansTable.StreamArn',
      'dynamodb:GetShardIterator BansTable.StreamArn',
      'dynamodb:ListStreams *',
      'dynamodb:Query BansTable.Arn',
      'dynamodb:Query BansTable.Arn/index/active-by-due',
      'logs:CreateLogStream CloudjailBannerFunctionLogs.Arn',
      'logs:PutLogEvents CloudjailBannerFunctionLogs.Arn',
      'sqs:GetQueueAttributes CloudjailBannerFailedChanges.Arn',
      'sqs:GetQueueUrl CloudjailBannerFailedChanges.Arn',
      'sqs:SendMessage CloudjailBannerFailedChanges.Arn',
      'wafv2:GetIPSet Ipv4Set.Arn',
      'wafv2:GetIPSet Ipv6Set.Arn',
      'wafv2:UpdateIPSet Ipv4Set.Arn',
      'wafv2:UpdateIPSet Ipv6Set.Arn',
    ]);
  });

  it('let the expirer find due bans and lift them', () => {
    expect(permissionsOf('expirer')).toEqual([
      'dynamodb:GetItem BansTable.Arn',
      'dynamodb:PutItem BansTable.Arn',
      'dynamodb:Query BansTable.Arn/index/active-by-due',
      'logs:CreateLogStream CloudjailExpirerFunctionLogs.Arn',
      'logs:PutLogEvents CloudjailExpirerFunctionLogs.Arn',
    ]);
  });

  it('let the lookout read addresses and keep the address book', () => {
    expect(permissionsOf('lookout')).toEqual([
      'dynamodb:GetItem AttemptsTable.Arn',
      'dynamodb:PutItem AttemptsTable.Arn',
      'ec2:DescribeAddresses *',
      'ec2:DescribeNetworkInterfaces *',
      'ec2:DescribeVpcs *',
      'logs:CreateLogStream CloudjailLookoutFunctionLogs.Arn',
      'logs:PutLogEvents CloudjailLookoutFunctionLogs.Arn',
    ]);
  });

  it('let each schedule invoke its function, for this account only', () => {
    const roles = Object.entries(resourcesOf(template, 'AWS::IAM::Role')).filter(([, role]) =>
      JSON.stringify(role.Properties).includes('scheduler.amazonaws.com'),
    );
    expect(roles.flatMap(([id]) => grantsOf(id)).sort()).toEqual([
      'lambda:InvokeFunction CloudjailBannerFunction.Arn',
      'lambda:InvokeFunction CloudjailExpirerFunction.Arn',
      'lambda:InvokeFunction CloudjailLookoutFunction.Arn',
    ]);
    for (const [, role] of roles) {
      expect(JSON.stringify(role.Properties)).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
    }
  });

  it('come from no managed policy', () => {
    for (const role of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('name no partition: the stack fits China and GovCloud', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/arn:aws/);
  });
});
