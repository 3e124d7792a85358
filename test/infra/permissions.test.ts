import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { rightsOf, rightsOfRole } from './role-rights.ts';
import { resourcesOf, testJail, testStack } from './test-stack.ts';

let template: Template;

beforeAll(() => {
  template = testStack().template;
});

/** What the role of a function may do: `action resource`, sorted. */
function permissionsOf(service: string, of = template): string[] {
  return rightsOf(service, of);
}

function grantsOf(role: string, of = template): string[] {
  return rightsOfRole(role, of);
}

/** What the banners of a stack may do beside what every banner may. */
function targetPermissionsOf(service: string, settings: Readonly<Record<string, unknown>>): string[] {
  const { template: of } = testStack({ settings });
  const common = /^(?:logs|sqs|wafv2):|^dynamodb:(?!PutItem AttemptsTable)/;
  return permissionsOf(service, of).filter((one) => !common.test(one));
}

const arnOf = (id: string) => `arn:Partition:ec2:Region:AccountId:${id}`;

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
      'sqs:DeleteMessage CloudjailMatcherFailedBatches.Arn',
      'sqs:GetQueueAttributes CloudjailMatcherFailedBatches.Arn',
      'sqs:GetQueueUrl CloudjailMatcherFailedBatches.Arn',
      'sqs:ReceiveMessage CloudjailMatcherFailedBatches.Arn',
      'sqs:SendMessage CloudjailMatcherFailedBatches.Arn',
    ]);
  });

  it('let the banner read bans and the address book, record what it has confirmed, and write our two IP sets', () => {
    expect(permissionsOf('banner', testStack({ settings: { blocklist: false } }).template)).toEqual([
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

  it('let it write all IP sets of the pools', () => {
    const { template: of } = testStack({ settings: { waf: { ipv4Sets: 2, ipv6Sets: 2 } } });
    expect(permissionsOf('banner', of).filter((one) => one.startsWith('wafv2:UpdateIPSet'))).toEqual(
      ['Ipv4Set', 'Ipv4Set2', 'Ipv6Set', 'Ipv6Set2'].map((set) => `wafv2:UpdateIPSet ${set}.Arn`),
    );
  });

  it('let it read and write the objects of a blocklist, and nothing else in the bucket', () => {
    expect(targetPermissionsOf('banner', { blocklist: { formats: ['nginx', 'plain'] } })).toEqual([
      's3:GetObject BlocklistBucket.Arn/blocklist/banned.txt',
      's3:GetObject BlocklistBucket.Arn/blocklist/nginx-deny.conf',
      's3:ListBucket BlocklistBucket.Arn',
      's3:PutObject BlocklistBucket.Arn/blocklist/banned.txt',
      's3:PutObject BlocklistBucket.Arn/blocklist/nginx-deny.conf',
    ]);
  });

  it('let it use the key of a bucket that is there already', () => {
    const kmsKey = 'arn:aws-cn:kms:cn-north-1:123456789012:key/0a1b2c3d';
    const blocklist = { bucket: 'lists-of-ours', kmsKey, prefix: '', formats: ['ipset'] };
    expect(targetPermissionsOf('banner', { blocklist })).toEqual([
      `kms:Decrypt ${kmsKey}`,
      `kms:GenerateDataKey ${kmsKey}`,
      's3:GetObject arn:Partition:s3:::lists-of-ours/banned.ipset',
      's3:GetObject arn:Partition:s3:::lists-of-ours/banned.txt',
      's3:ListBucket arn:Partition:s3:::lists-of-ours',
      's3:PutObject arn:Partition:s3:::lists-of-ours/banned.ipset',
      's3:PutObject arn:Partition:s3:::lists-of-ours/banned.txt',
    ]);
  });

  it('let the ec2-banner change the entries of the ACLs that are named', () => {
    const networkAcls = { ids: ['acl-01234567', 'acl-89abcdef'] };
    const changes = ['Create', 'Delete', 'Replace'].flatMap((verb) =>
      networkAcls.ids.map((id) => `ec2:${verb}NetworkAclEntry ${arnOf(`network-acl/${id}`)}`),
    );
    expect(targetPermissionsOf('ec2-banner', { networkAcls })).toEqual(
      [...changes, 'ec2:DescribeNetworkAcls *'].sort(),
    );
  });

  it('let it revoke and restore rules of the groups that are named, with their tags, and keep the record', () => {
    const securityGroups = { mode: 'revoke', ids: ['sg-01234567'] };
    expect(targetPermissionsOf('ec2-banner', { securityGroups })).toEqual([
      'dynamodb:PutItem AttemptsTable.Arn',
      `ec2:AuthorizeSecurityGroupIngress ${arnOf('security-group-rule/*')}`,
      `ec2:AuthorizeSecurityGroupIngress ${arnOf('security-group/sg-01234567')}`,
      `ec2:CreateTags ${arnOf('security-group-rule/*')}`,
      'ec2:DescribeSecurityGroupRules *',
      `ec2:RevokeSecurityGroupIngress ${arnOf('security-group-rule/*')}`,
      `ec2:RevokeSecurityGroupIngress ${arnOf('security-group/sg-01234567')}`,
    ]);
    testStack({ settings: { securityGroups } }).template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'ec2:CreateTags',
            Condition: { StringEquals: { 'ec2:CreateAction': 'AuthorizeSecurityGroupIngress' } },
          }),
        ]),
      },
    });
  });

  it.each([
    ['prefixLists', { prefixLists: { ipv4: 'pl-01234567', ipv6: 'pl-89abcdef' } }],
    ['carve', { securityGroups: { mode: 'carve', prefixLists: { ipv4: 'pl-01234567', ipv6: 'pl-89abcdef' } } }],
  ])('let it change the prefix lists that are named: %s', (_name, settings) => {
    const lists = ['pl-01234567', 'pl-89abcdef'].map((id) => arnOf(`prefix-list/${id}`));
    expect(targetPermissionsOf('ec2-banner', settings)).toEqual([
      'ec2:DescribeManagedPrefixLists *',
      ...lists.map((list) => `ec2:GetManagedPrefixListEntries ${list}`),
      ...lists.map((list) => `ec2:ModifyManagedPrefixList ${list}`),
    ]);
  });

  it('let a banner lift bans only where entries removed by hand mean that', () => {
    const ofBans = (settings: Readonly<Record<string, unknown>>) =>
      permissionsOf('banner', testStack({ settings }).template).filter((one) =>
        /(?:GetItem|PutItem) BansTable|UpdateItem/.test(one),
      );
    expect(ofBans({})).toEqual([]);
    expect(ofBans({ onManualRemoval: 'unban' })).toEqual([
      'dynamodb:GetItem BansTable.Arn',
      'dynamodb:PutItem BansTable.Arn',
      'dynamodb:UpdateItem AttemptsTable.Arn',
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

  it("let the backfiller read the jails' log groups, and count and ban", () => {
    expect(permissionsOf('backfiller')).toEqual([
      'dynamodb:BatchGetItem AttemptsTable.Arn',
      'dynamodb:GetItem AttemptsTable.Arn',
      'dynamodb:GetItem BansTable.Arn',
      'dynamodb:PutItem AttemptsTable.Arn',
      'dynamodb:PutItem BansTable.Arn',
      'dynamodb:UpdateItem AttemptsTable.Arn',
      'logs:CreateLogStream CloudjailBackfillerFunctionLogs.Arn',
      'logs:FilterLogEvents arn:Partition:logs:Region:AccountId:log-group:/cloudjail/var/log/auth.log:*',
      'logs:PutLogEvents CloudjailBackfillerFunctionLogs.Arn',
    ]);
  });

  it('let the subscriber list log groups, and change the filters of those that jails read by prefix', () => {
    const { template: of } = testStack({ jails: [testJail({ logGroupPrefixes: ['/aws/ecs/web-'] })] });
    const logGroups = 'arn:Partition:logs:Region:AccountId:log-group:';
    expect(permissionsOf('subscriber', of)).toEqual([
      'dynamodb:GetItem AttemptsTable.Arn',
      'dynamodb:PutItem AttemptsTable.Arn',
      'logs:CreateLogStream CloudjailSubscriberFunctionLogs.Arn',
      `logs:DeleteSubscriptionFilter ${logGroups}/aws/ecs/web-*`,
      `logs:DescribeLogGroups ${logGroups}*`,
      `logs:DescribeSubscriptionFilters ${logGroups}/aws/ecs/web-*`,
      'logs:PutLogEvents CloudjailSubscriberFunctionLogs.Arn',
      `logs:PutSubscriptionFilter ${logGroups}/aws/ecs/web-*`,
    ]);
  });

  it('let each schedule invoke its function, for this account only', () => {
    const roles = Object.entries(resourcesOf(template, 'AWS::IAM::Role')).filter(([, role]) =>
      JSON.stringify(role.Properties).includes('scheduler.amazonaws.com'),
    );
    expect(roles.flatMap(([id]) => grantsOf(id)).sort()).toEqual([
      'lambda:InvokeFunction CloudjailBackfillerFunction.Arn',
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
