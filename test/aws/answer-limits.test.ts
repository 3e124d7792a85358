import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it, vi } from 'vitest';
import { withAnswerLimits } from '../../aws/answer-limits.ts';
import { cloudjail } from '../cli/captured-terminal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

let silent: Server | undefined;
const taken = new Set<Socket>();
afterEach(() => {
  vi.unstubAllEnvs();
  for (const socket of taken) socket.destroy();
  taken.clear();
  silent?.close();
});

/** Takes every connection and never answers. */
async function silentEndpoint(): Promise<string> {
  silent = createServer((socket) => taken.add(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  return `http://127.0.0.1:${address.port}`;
}

it('a call that is taken and never answered is made again, and ends', async () => {
  const endpoint = await silentEndpoint();
  const settings = { endpoint, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 2 };
  const client = new DynamoDBClient(withAnswerLimits(settings, 200));
  await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: 'TimeoutError',
    $metadata: { attempts: 2 },
  });
  client.destroy();
});

it('a command that asks such an endpoint ends with an error', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', await silentEndpoint());
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  const { code, err } = await cloudjail('status');
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining('AWS in us-east-1 takes the call and does not answer within 10 s\n  help: repeat'),
  });
});

it('every client of the functions and commands has these limits', () => {
  const sources = ['aws', 'cli', 'lambdas'].flatMap((folder) =>
    readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(`${ROOT}/${folder}/${name}`, 'utf8')),
  );
  const clients = sources.flatMap((source) => source.match(/new \w+Client\(.{0,60}/g) ?? []);
  expect(clients.length).toBeGreaterThan(10);
  expect(clients.filter((made) => !/Client\((?:withAnswerLimits\(|settings\)|\{ \.\.\.settings,)/.test(made))).toEqual(
    [],
  );
});
