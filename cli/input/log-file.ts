import { createReadStream, open as openDescriptor, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';

/** The file cannot be read as a log; the message names the file and the remedy. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

export interface LogFile {
  /** As it is to be shown. */
  readonly path: string;
  readonly kind: 'text' | 'gzip';
  /** Bytes on disk, compressed ones for gzip; `undefined` of what comes through a pipe. */
  readonly bytes: number | undefined;
  /** What comes through a pipe, which is read once; absent: a file at `path`. */
  readonly pipe?: AsyncIterable<Buffer>;
}

/** A log's bytes as they are on disk or in the pipe, and how many of them have been read. */
export interface RawBytes {
  readonly stream: Readable;
  bytesRead(): number;
}

const STDIN = ['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/fd\/\d+$/;
/** Where a text file would show its first NUL; the size `file` and `git` look at too. */
const PROBE_BYTES = 8000;
/** As many as the longest of the magic numbers below. */
const LEAST_HEAD_BYTES = 6;

const openPipes = new Set<Readable>();

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** Compressed forms that Node 20 can't read, with the program that can. */
const OTHER_MAGIC: readonly (readonly [name: string, program: string, magic: Buffer])[] = [
  ['xz', 'xz -dc', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
  ['bzip2', 'bzip2 -dc', Buffer.from('BZh')],
  ['zstd', 'zstd -dc', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['zip', 'unzip -p', Buffer.from([0x50, 0x4b, 0x03, 0x04])],
];

/**
 * Looks at a log before reading it: a file, or what comes through a pipe (`-`, `/dev/stdin`,
 * `<(…)`), of which the first bytes are waited for.
 *
 * @throws {LogFileError} when it is missing, unreadable, a directory, or binary
 */
export async function openLogFile(path: string): Promise<LogFile> {
  if (STDIN.includes(path)) return fromStdin();
  const found = await statOf(path);
  if (found.isDirectory()) throw new LogFileError(`${path}: is a directory; name a log file in it`);
  if (found.isFIFO()) return fromPipe(path, await fifo(path));
  if (!found.isFile()) return fromPipe(path, createReadStream(path));
  return { path, kind: kindOf(path, await firstBytes(path)), bytes: found.size };
}

/** Closes what was opened and not read to its end: its other side may never be done. */
export function closePipes(): void {
  for (const source of openPipes) source.destroy();
}

/** Of all logs together; `undefined` where one comes through a pipe. */
export function totalBytes(files: readonly LogFile[]): number | undefined {
  let total = 0;
  for (const { bytes } of files) {
    if (bytes === undefined) return undefined;
    total += bytes;
  }
  return total;
}

/** How much has been read, from 0 to 1. @param total see {@link totalBytes} */
export function shareOf(total: number | undefined, read: number): number | undefined {
  if (total === undefined) return undefined;
  return total === 0 ? 1 : Math.min(1, read / total);
}

/** The bytes of a log as it is stored. */
function rawBytes({ path, pipe }: LogFile, chunkBytes?: number): RawBytes {
  if (pipe) {
    let total = 0;
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of pipe) {
        total += chunk.length;
        yield chunk;
      }
    };
    return { stream: Readable.from(counted(), { objectMode: false }), bytesRead: () => total };
  }
  const stream = createReadStream(path, chunkBytes === undefined ? {} : { highWaterMark: chunkBytes });
  return { stream, bytesRead: () => stream.bytesRead };
}

/** The same with gzip undone. An error of either stream comes out of the result. */
export function unzippedBytes(file: LogFile, chunkBytes?: number): RawBytes {
  const raw = rawBytes(file, chunkBytes);
  if (file.kind === 'text') return raw;
  const gunzip = createGunzip(chunkBytes === undefined ? {} : { chunkSize: chunkBytes });
  return { ...raw, stream: pipeline(raw.stream, gunzip, () => undefined) };
}

async function statOf(path: string): Promise<Stats> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new LogFileError(`${path}: ${error.message}`);
    // Node closes what it inherited when it starts a program, and npx is one of Node's.
    const help = '; npx does not hand <(…) on: pipe the log into the command and name it -';
    throw new LogFileError(`${path}: no such file${DESCRIPTOR.test(path) ? help : ''}`);
  });
}

async function fromStdin(): Promise<LogFile> {
  const { stdin } = process;
  if (stdin.readableDidRead || stdin.destroyed) throw new LogFileError('standard input can be read once only');
  return fromPipe('standard input', stdin);
}

/** As a socket, which can be closed while a read waits. */
async function fifo(path: string): Promise<Readable> {
  const fd = await promisify(openDescriptor)(path, 'r').catch(unreadable(path));
  return new Socket({ fd, readable: true, writable: false });
}

/** Its first bytes are taken to look at, and put back. */
async function fromPipe(path: string, source: Readable): Promise<LogFile> {
  openPipes.add(source);
  source.once('close', () => openPipes.delete(source));
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  for (let length = 0; length < LEAST_HEAD_BYTES; ) {
    const { value, done } = await chunks.next().catch(unreadable(path));
    if (done) break;
    head.push(value);
    length += value.length;
  }
  const first = Buffer.concat(head);
  const rest: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => chunks };
  const pipe = async function* (): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first;
    yield* rest;
  };
  return { path, kind: kindOf(path, first.subarray(0, PROBE_BYTES)), bytes: undefined, pipe: pipe() };
}

function kindOf(path: string, head: Buffer): LogFile['kind'] {
  if (startsWith(head, GZIP_MAGIC)) return 'gzip';
  const other = OTHER_MAGIC.find(([, , magic]) => startsWith(head, magic));
  if (other) {
    const [name, program] = other;
    throw new LogFileError(
      `${path}: compressed by ${name}, which is not read; pipe it in: ${program} FILE | cloudjail … -`,
    );
  }
  if (head.includes(0)) throw new LogFileError(`${path}: a binary file, not a log (it has NUL bytes)`);
  return 'text';
}

function startsWith(head: Buffer, magic: Buffer): boolean {
  return head.subarray(0, magic.length).equals(magic);
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path).catch(unreadable(path));
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function unreadable(path: string): (error: Error) => never {
  return ({ message }) => {
    throw new LogFileError(`${path}: ${message}`);
  };
}
