import { describe, expect, it } from 'vitest';
import { ENV } from '../../core/names.ts';
import { TemplateError } from '../../local/intrinsics.ts';
import {
  bucketsOf,
  environmentOf,
  hasFunction,
  ipSetsOf,
  type StackResource,
  type StackTemplate,
  tablesOf,
  targetsOf,
} from '../../local/template.ts';

function template(resources: Record<string, StackResource>): StackTemplate {
  return { resources, jails: '{"format":1,"jails":[]}', remarks: '' };
}

const PLAIN_TABLE = {
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};

const IP_SET = {
  Name: 'cloudjail-ipv4',
  Description: 'Addresses',
  Scope: 'REGIONAL',
  IPAddressVersion: 'IPV4',
  Addresses: [],
};

describe('tablesOf', () => {
  it('takes what CreateTable takes, and reports the rest', () => {
    const index = {
      IndexName: 'by-due',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['state'] },
    };
    const tables = tablesOf(
      template({
        Bans: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            ...PLAIN_TABLE,
            GlobalSecondaryIndexes: [index],
            TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
            StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        },
        Plain: { Type: 'AWS::DynamoDB::Table', Properties: PLAIN_TABLE },
        Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
      }),
    );
    expect(tables).toEqual([
      {
        logicalId: 'Bans',
        input: { ...PLAIN_TABLE, TableName: 'cloudjail-Bans', GlobalSecondaryIndexes: [index] },
        ttl: 'ttl',
        hasStream: true,
      },
      {
        logicalId: 'Plain',
        input: { ...PLAIN_TABLE, TableName: 'cloudjail-Plain' },
        ttl: undefined,
        hasStream: false,
      },
    ]);
  });

  it('refuses a property it would not carry over', () => {
    const Properties = { ...PLAIN_TABLE, LocalSecondaryIndexes: [] };
    expect(() => tablesOf(template({ T: { Type: 'AWS::DynamoDB::Table', Properties } }))).toThrow(TemplateError);
  });
});

describe('ipSetsOf', () => {
  it('takes what CreateIPSet takes', () => {
    const sets = ipSetsOf(template({ Ipv4Set: { Type: 'AWS::WAFv2::IPSet', Properties: IP_SET } }));
    expect(sets).toEqual([{ logicalId: 'Ipv4Set', input: IP_SET }]);
  });

  it('refuses a property it would not carry over', () => {
    const Properties = { ...IP_SET, Tags: [] };
    expect(() => ipSetsOf(template({ S: { Type: 'AWS::WAFv2::IPSet', Properties } }))).toThrow(TemplateError);
  });
});

describe('environmentOf', () => {
  const stack = template({
    F: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { POWERTOOLS_SERVICE_NAME: 'banner', BANS: { Ref: 'Bans' } } } },
    },
    Bare: { Type: 'AWS::Lambda::Function', Properties: {} },
  });

  it('resolves the variables of the function by its service name', () => {
    expect(environmentOf(stack, 'banner', { Bans: { ref: 'bans-1' } })).toEqual({
      POWERTOOLS_SERVICE_NAME: 'banner',
      BANS: 'bans-1',
    });
  });

  it('refuses a service the stack lacks, and an id nothing stands in for', () => {
    expect(() => environmentOf(stack, 'notifier', {})).toThrow('notifier');
    expect(() => environmentOf(stack, 'banner', {})).toThrow('Bans');
  });
});

describe('targetsOf', () => {
  const told = (service: string, ...variables: readonly string[]) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      Environment: {
        Variables: {
          POWERTOOLS_SERVICE_NAME: service,
          ...Object.fromEntries(variables.map((name) => [name, { Ref: 'Anything' }])),
        },
      },
    },
  });

  it("reads the stack's targets from the environment of its banners", () => {
    expect(targetsOf(template({ M: told('matcher', ENV.bansTable) }))).toEqual([]);
    const stack = template({
      B: told('banner', ENV.wafIpv4Sets, ENV.wafIpv6Sets, ENV.blocklist),
      E: told('ec2-banner', ENV.networkAcls, ENV.securityGroups, ENV.prefixLists),
    });
    expect(targetsOf(stack)).toEqual(['waf', 'network-acl', 'security-group', 'prefix-list', 'blocklist']);
    expect([hasFunction(stack, 'ec2-banner'), hasFunction(stack, 'expirer')]).toEqual([true, false]);
  });
});

describe('bucketsOf', () => {
  it('names each bucket so that S3 would take it', () => {
    const stack = template({
      BlocklistBucket: { Type: 'AWS::S3::Bucket', Properties: { PublicAccessBlockConfiguration: {} } },
    });
    expect(bucketsOf(stack)).toEqual([{ logicalId: 'BlocklistBucket', name: 'cloudjail-blocklistbucket' }]);
  });
});
