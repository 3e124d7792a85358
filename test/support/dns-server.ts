import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { parseIpv6 } from '../../core/net/ipv6.ts';

type Family = 'A' | 'AAAA';
/** Addresses, a DNS response code, or no answer at all. */
type Reply = readonly string[] | 'no such name' | 'server failure' | 'silence';

export interface DnsServer {
  /** As `dns.setServers` takes it. */
  readonly address: string;
  /** Replies from now on; what is not named does not exist. */
  reply(name: string, family: Family, reply: Reply): void;
  /** The questions so far, as `A name`. */
  readonly questions: readonly string[];
  close(): Promise<void>;
}

const TYPES: Readonly<Record<number, Family>> = { 1: 'A', 28: 'AAAA' };
const CODES = { 'no such name': 3, 'server failure': 2 } as const;

/** A name server on loopback, over UDP (RFC 1035, section 4). */
export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const replies = new Map<string, Reply>();
  const questions: string[] = [];
  socket.on('message', (query, from) => {
    const { name, type, end } = readQuestion(query);
    const family = TYPES[type] ?? 'A';
    questions.push(`${family} ${name}`);
    const reply = replies.get(`${family} ${name}`) ?? 'no such name';
    if (reply === 'silence') return;
    socket.send(answer(query.subarray(0, end), type, reply), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    reply: (name, family, reply) => void replies.set(`${family} ${name}`, reply),
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function readQuestion(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** @param question the query up to the end of its question */
function answer(question: Buffer, type: number, reply: Exclude<Reply, 'silence'>): Buffer {
  const header = Buffer.from(question);
  const addresses = typeof reply === 'string' ? [] : reply;
  const code = typeof reply === 'string' ? CODES[reply] : 0;
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, ...addresses.map((address) => record(type, bytesOf(address)))]);
}

/** The name as a pointer to the question, class IN, 60 s to live. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  return Buffer.from((parseIpv6(address) ?? []).flatMap((group) => [group >> 8, group & 255]));
}
