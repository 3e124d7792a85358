import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stackOutputs } from '../../aws/cloudformation-outputs.ts';
import { type CloudFormation, startCloudFormation } from '../emulators/cloudformation.ts';

let cloudFormation: CloudFormation;
let client: CloudFormationClient;

beforeAll(async () => {
  cloudFormation = await startCloudFormation();
  client = new CloudFormationClient({
    endpoint: cloudFormation.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await cloudFormation.close();
});

it('are found by the name of the stack', async () => {
  cloudFormation.putStack({ name: 'done', outputs: { A: '1', B: '2' }, status: 'UPDATE_COMPLETE' });
  cloudFormation.putStack({ name: 'begun', outputs: {}, status: 'CREATE_IN_PROGRESS' });
  expect(await stackOutputs(client, 'done')).toEqual({
    kind: 'found',
    status: 'UPDATE_COMPLETE',
    outputs: { A: '1', B: '2' },
  });
  expect(await stackOutputs(client, 'begun')).toEqual({ kind: 'found', status: 'CREATE_IN_PROGRESS', outputs: {} });
});

it('a stack that is not there is no failure; anything else is', async () => {
  expect(await stackOutputs(client, 'other')).toEqual({ kind: 'missing' });
  await expect(stackOutputs(client, '9')).rejects.toThrow('failed to satisfy constraint');
  cloudFormation.denyTo('alice');
  await expect(stackOutputs(client, 'other')).rejects.toMatchObject({ name: 'AccessDenied' });
});
