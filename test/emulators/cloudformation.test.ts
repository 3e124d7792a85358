import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloudFormation, startCloudFormation } from './cloudformation.ts';

let cloudFormation: CloudFormation;
const clients: CloudFormationClient[] = [];

function clientIn(region: string): CloudFormationClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new CloudFormationClient({
    endpoint: cloudFormation.endpoint,
    region,
    credentials,
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

const describeStack = (StackName?: string, region = 'us-east-1') =>
  clientIn(region).send(new DescribeStacksCommand({ ...(StackName !== undefined && { StackName }) }));

beforeEach(async () => {
  cloudFormation = await startCloudFormation({ now: () => 1_000_000_000_000 });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await cloudFormation.close();
});

describe('DescribeStacks', () => {
  it("returns a stack's outputs, by name and by id", async () => {
    const id = cloudFormation.putStack({ name: 'mine', outputs: { Table: 'a<b>&"c"', Set: 'arn:x' } });
    const { Stacks } = await describeStack('mine');
    expect(Stacks).toMatchObject([
      {
        StackId: id,
        StackName: 'mine',
        StackStatus: 'CREATE_COMPLETE',
        CreationTime: new Date(1_000_000_000_000),
        Outputs: [
          { OutputKey: 'Table', OutputValue: 'a<b>&"c"' },
          { OutputKey: 'Set', OutputValue: 'arn:x' },
        ],
      },
    ]);
    expect((await describeStack(id)).Stacks).toEqual(Stacks);
  });

  it('lists the stacks of the Region when none is named', async () => {
    cloudFormation.putStack({ name: 'a', outputs: {} });
    cloudFormation.putStack({ name: 'b', outputs: {}, region: 'eu-west-1' });
    cloudFormation.putStack({ name: 'c', outputs: {}, status: 'CREATE_IN_PROGRESS' });
    const names = async (region: string) => (await describeStack(undefined, region)).Stacks?.map((s) => s.StackName);
    expect(await names('us-east-1')).toEqual(['a', 'c']);
    expect(await names('eu-west-1')).toEqual(['b']);
  });

  it('knows a stack in its own Region only', async () => {
    cloudFormation.putStack({ name: 'mine', outputs: {} });
    await expect(describeStack('mine', 'eu-west-1')).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id mine does not exist',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses what can be no name', async () => {
    await expect(describeStack('9 lives')).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("Value '9 lives' at 'stackName' failed to satisfy constraint"),
    });
  });

  it('refuses whom no policy allows it', async () => {
    cloudFormation.putStack({ name: 'mine', outputs: {} });
    cloudFormation.denyTo('alice');
    await expect(describeStack('mine')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/user\/alice is not authorized to perform: cloudformation:DescribeStacks on/),
      $metadata: { httpStatusCode: 403 },
    });
    cloudFormation.denyTo(undefined);
    expect((await describeStack('mine')).Stacks).toHaveLength(1);
  });

  it.each([
    ['throttle', 'Throttling', 400],
    ['internal-error', 'InternalFailure', 500],
  ] as const)('answers %s as CloudFormation does', async (kind, name, httpStatusCode) => {
    cloudFormation.faults.inject({ operation: 'DescribeStacks', fault: { kind } });
    await expect(describeStack()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(cloudFormation.calls.count('cloudformation', 'DescribeStacks').failed).toEqual({ [name]: 1 });
  });
});

it('wants a request that is signed, and for an operation it has', async () => {
  const post = async (parameters: Record<string, string>, headers: Record<string, string> = {}) => {
    const response = await fetch(cloudFormation.endpoint, {
      method: 'POST',
      headers,
      body: new URLSearchParams(parameters),
    });
    return [response.status, await response.text()];
  };
  const scope = 'local/20260101/us-east-1/cloudformation/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const described = { Action: 'DescribeStacks', Version: '2010-05-15' };
  expect(await post(described)).toEqual([403, expect.stringContaining('<Code>MissingAuthenticationToken')]);
  expect(await post(described, { authorization })).toEqual([200, expect.stringContaining('<Stacks></Stacks>')]);
  const other = await post({ ...described, Action: 'DeleteStack' }, { authorization });
  expect(other).toEqual([400, expect.stringContaining('Could not find operation DeleteStack for version 2010-05-15')]);
});
