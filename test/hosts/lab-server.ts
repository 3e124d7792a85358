/**
 * The server of the lab: something to connect to, on TCP and UDP, and S3 on its loopback interface,
 * into which the banner's own target publishes.
 */

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { s3BlocklistTarget } from '../../aws/firewalls/s3-blocklist-target.ts';
import { BLOCKLIST_FORMATS } from '../../core/enforce/blocklist/formats.ts';
import { startS3 } from '../../local/emulators/s3.ts';
import { SERVER_PORT } from './network-lab.ts';

export type ServerQuestion =
  /** The banner publishes these bans and no others. */
  | { readonly kind: 'ban'; readonly ids: readonly string[] }
  /** Another writer overwrites an object. */
  | { readonly kind: 'put'; readonly key: string; readonly text: string }
  | { readonly kind: 'requests' };

export interface ServerAnswer {
  readonly endpoint: string;
  /** GETs of the list answered since the last question. */
  readonly requests: number;
  /** Datagrams that arrived since the last question, by sender. */
  readonly datagrams: Readonly<Record<string, number>>;
}

const s3 = await startS3();
s3.objects.createBucket('lists');
const client = new S3Client({
  endpoint: s3.endpoint,
  forcePathStyle: true,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const target = s3BlocklistTarget(client, { bucket: 'lists', prefix: 'fleet/', formats: BLOCKLIST_FORMATS });

let datagrams: Record<string, number> = {};
const udp = createSocket({ type: 'udp6' }).on('message', (_data, { address }) => {
  datagrams[address] = (datagrams[address] ?? 0) + 1;
});
const tcp = createServer((socket) => socket.on('error', () => {}).end('hello\n'));

process.on('message', (question: ServerQuestion) => {
  void answer(question).then((value) => process.send?.(value));
});
process.on('disconnect', () => process.exit());
udp.bind(SERVER_PORT, '::', () => tcp.listen(SERVER_PORT, '::', () => process.send?.('ready')));

async function answer(question: ServerQuestion): Promise<ServerAnswer> {
  const seen = { requests: s3.calls.find({ operation: 'GetObject' }).length, datagrams };
  if (question.kind === 'put') s3.objects.put('lists', question.key, question.text);
  if (question.kind === 'ban') {
    await target.converge('all', async (held) => ({
      present: question.ids.map((id) => ({ id, ports: 'all' })),
      absent: [...held].filter((id) => !question.ids.includes(id)),
    }));
  }
  s3.calls.clear();
  datagrams = {};
  return { endpoint: s3.endpoint, ...seen };
}
