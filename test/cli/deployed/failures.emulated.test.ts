import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../local/emulators/faults.ts';
import { ServiceError } from '../../../local/emulators/service-error.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { emulatedStack, TABLES } from './emulated-stack.ts';

const { file, path } = temporaryFolder();
file('config/filter.d/gate.conf', '[Definition]\nfailregex = ^gate: refused <ADDR>$\n');
file('config/jail.local', '[gate]\nenabled = true\nlogpath = /var/log/gate.log\n');
const stack = emulatedStack(path('config'));

/** Runs a command that must fail: its message, which is never a stack trace. */
async function failing(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await stack().run(...args);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).not.toMatch(/\n\s+at /);
  expect(err).toMatch(/\n {2}help: /);
  return err;
}

const changed: [name: string, value: string | undefined][] = [];
function environment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    changed.push([name, process.env[name]]);
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
beforeEach(() => environment({ AWS_MAX_ATTEMPTS: '1' }));
afterEach(() => {
  for (const [name, value] of changed.splice(0).reverse()) environment({ [name]: value });
  changed.length = 0;
  stack().aws.faults.clear();
  stack().cloudFormation.faults.clear();
  stack().cloudFormation.denyTo(undefined);
});

const NOBODY = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_EC2_METADATA_DISABLED: 'true',
};

describe('signing in', () => {
  it('reports that there are no credentials, and how to get some', async () => {
    environment({ ...NOBODY, AWS_CONFIG_FILE: path('none'), AWS_SHARED_CREDENTIALS_FILE: path('none') });
    const message = await failing('status');
    expect(message).toContain('there are no AWS credentials\n');
    expect(message).toContain('aws sso login');
    expect(await failing('status', '--profile', 'prod')).toContain('no AWS credentials of the profile "prod"');
  });

  it('uses the profile that is named, and its Region', async () => {
    file('aws/config', '[profile prod]\nregion = eu-central-1\n');
    file('aws/credentials', '[prod]\naws_access_key_id = a\naws_secret_access_key = b\n');
    environment({
      ...NOBODY,
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
      AWS_CONFIG_FILE: path('aws/config'),
      AWS_SHARED_CREDENTIALS_FILE: path('aws/credentials'),
    });
    expect(await failing('status', '--profile', 'prod')).toContain('there is no stack "cloudjail" in eu-central-1');
    expect((await stack().run('status', '--profile', 'prod', '--region', 'us-east-1')).code).toBe(0);
  });

  it.each([
    [
      'ExpiredToken',
      'The security token included in the request is expired',
      'have expired\n  help: sign in again (aws sso login)',
    ],
    [
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
      'AWS does not know the credentials',
    ],
    ['RequestExpired', 'Request has expired.', "set this machine's clock"],
    ['OptInRequired', 'The AWS Access Key Id needs a subscription for the service', 'switch the Region us-east-1 on'],
  ])('names the remedy for %s', async (code, message, expected) => {
    const fault: Fault = { kind: 'error', error: new ServiceError(code, message, { status: 403 }) };
    stack().cloudFormation.faults.inject({ fault });
    expect(await failing('resume', 'gate')).toContain(expected);
  });

  it('reports that credentials expired between two calls', async () => {
    const error = new ServiceError('ExpiredTokenException', 'The security token included in the request is expired');
    stack().aws.faults.inject({ operation: 'GetItem', fault: { kind: 'error', error } });
    expect(await failing('status', 'gate')).toContain('the AWS credentials have expired');
  });
});

describe('finding the stack', () => {
  it('reports that no Region is set, or that it is none', async () => {
    environment({ AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWS_CONFIG_FILE: path('none') });
    expect(await failing('status')).toContain('no Region is set\n  help: name the one the stack is in, with --region');
    expect(await failing('status', '--region', 'eu west')).toContain('"eu west" is not the name of a Region');
    environment({ AWS_DEFAULT_REGION: 'us-east-1' });
    expect((await stack().run('status')).code).toBe(0);
  });

  it('reports that the stack is not there: another name, another Region', async () => {
    const message = await failing('status', '--region', 'eu-west-1');
    expect(message).toContain('there is no stack "cloudjail" in eu-west-1\n');
    expect(message).toContain('a stack for CloudFront is in us-east-1');
    expect(await failing('status', '--stack', 'jail')).toContain('there is no stack "jail" in us-east-1');
    expect(await stack().run('status', '--stack', 'no name')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--stack no name'),
    });
  });

  it('reports that the stack is not ours, or not done', async () => {
    stack().cloudFormation.putStack({ name: 'shop', outputs: { Url: 'x' } });
    stack().cloudFormation.putStack({ name: 'begun', outputs: {}, status: 'CREATE_IN_PROGRESS' });
    expect(await failing('status', '--stack', 'shop')).toMatch(/names no tables of cloudjail.*\n.*with --stack/);
    expect(await failing('status', '--stack', 'begun')).toMatch(/CREATE_IN_PROGRESS\n.*wait until/);
    const id = stack().cloudFormation.putStack({ name: 'second', outputs: TABLES });
    expect((await stack().run('status', '--stack', id)).code).toBe(0);
  });
});

describe('working on it', () => {
  it('reports which permission is missing, and which are needed', async () => {
    stack().cloudFormation.denyTo('alice');
    const message = await failing('status');
    expect(message).toContain('user/alice is not authorized to perform: cloudformation:DescribeStacks');
    stack().cloudFormation.denyTo(undefined);
    const denied = 'User: arn:aws:iam::123456789012:user/alice is not authorized to perform: dynamodb:PutItem';
    const error = new ServiceError('AccessDeniedException', denied);
    stack().aws.faults.inject({ operation: 'PutItem', fault: { kind: 'error', error } });
    const refused = await failing('set', 'gate', 'banip', '8.8.8.8');
    expect(refused).toContain(`${denied}\n  help: ask for the permission`);
    expect(refused).toContain('dynamodb:GetItem, PutItem and Query on its bans table');
  });

  it.each([
    ['throttle', 'AWS takes no more requests for now: ', 'repeat the command'],
    ['internal-error', 'AWS failed: InternalServerError', 'health.aws.amazon.com'],
    ['crash-before-write', "AWS can't be reached in us-east-1", 'look at the network'],
  ] as const)('names the remedy for %s', async (kind, what, help) => {
    stack().aws.faults.inject({ operation: 'Query', fault: { kind } });
    const message = await failing('banned', '8.8.8.8');
    expect(message).toContain(what);
    expect(message).toContain(help);
  });

  it('reports that no one answers', async () => {
    environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:9' });
    expect(await failing('status')).toContain('ECONNREFUSED');
  });

  it('reports that a record was written by another release', async () => {
    const client = new DynamoDBClient({});
    const Item = { id: { S: '8.8.8.8' }, jail: { S: 'gate' }, state: { S: 'pardoned' } };
    await client.send(new PutItemCommand({ TableName: TABLES.BansTableName, Item }));
    client.destroy();
    expect(await failing('set', 'gate', 'unbanip', '8.8.8.8')).toContain(
      'use the release of cloudjail that the stack was deployed with',
    );
  });

  it('reports that a table is gone', async () => {
    stack().cloudFormation.putStack({ name: 'torn', outputs: { ...TABLES, BansTableName: 'cloudjail-Gone' } });
    expect(await failing('status', '--stack', 'torn')).toContain('a table of the stack "torn" in us-east-1 is gone');
  });
});

it('a process of its own uses its environment, and writes nothing to stderr', async () => {
  const launcher = fileURLToPath(new URL('../../../cli/cloudjail.mjs', import.meta.url));
  const args = [launcher, 'set', 'gate', 'banip', '8.8.8.9', '--config', path('config')];
  const environment = { ...process.env };
  // Set for the emulators' sake in this process only.
  delete environment['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'];
  const ended = await new Promise((resolve) => {
    execFile(process.execPath, args, { env: environment }, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
  });
  expect(ended).toEqual({ error: null, stdout: '1\n', stderr: '' });
  expect((await stack().run('unban', '8.8.8.9')).out).toBe('1\n');
});
