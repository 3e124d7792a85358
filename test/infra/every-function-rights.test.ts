import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { everyService, everyStack, functionsOf } from './every-function.ts';
import { sentCommands } from './sent-commands.ts';
import { resourcesOf } from './test-stack.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

/**
 * What Lambda does for a function, or AWS along with a command: logging, streams, dead-letter
 * queues, tags of what is made, keys, listing for a 404.
 */
const NOT_SENT =
  /^(?:sqs|kms):|^logs:(?:CreateLogStream|PutLogEvents)$|^dynamodb:(?:DescribeStream|GetRecords|GetShardIterator|ListStreams)$|^ec2:CreateTags$|^s3:ListBucket$/;

/** What S3's client does by itself with directory buckets, which no one has here. */
const NEVER_SENT = 's3:CreateSession';

/** The actions that the role of a function may do anything with. */
function allowed(service: string, template: Template): readonly string[] {
  const roles = functionsOf(template)
    .filter((one) => one.service === service)
    .map(({ resource }) => (resource.Properties['Role'] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]);
  const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).filter(({ Properties }) =>
    roles.some((role) => JSON.stringify(Properties['Roles']).includes(JSON.stringify({ Ref: role }))),
  );
  const statements = policies.flatMap(
    ({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
  );
  return statements.flatMap(({ Action }) => Action);
}

describe.each(everyService())('the rights of the %s', (service) => {
  const rights = new Set([...everyStack().values()].flatMap((template) => allowed(service, template)));
  const sent = sentCommands(service);

  it('are no more than what its code sends', () => {
    expect(sent.size).toBeGreaterThan(1);
    const own = [...rights].filter((action) => !NOT_SENT.test(action));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((action) => !sent.has(action))).toEqual([]);
  });

  it('are no fewer', () => {
    // Stores are shared; that each of their calls is allowed to who makes it shows where the
    // functions run on tables (test/local).
    const exact = [...sent].filter((action) => !action.startsWith('dynamodb:') && action !== NEVER_SENT);
    expect(exact.filter((action) => !rights.has(action))).toEqual([]);
  });

  it('are written out, action by action', () => {
    expect([...rights].filter((action) => action.includes('*'))).toEqual([]);
  });
});
