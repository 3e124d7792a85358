import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The file cannot be read as a log; the message names it and says what to do. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
}

export interface LogFile {
  readonly path: string;
  readonly kind: 'text' | 'gzip';
  /** Bytes on disk, compressed ones for gzip. */
  readonly bytes: number;
}

/** One line and how far into the file it reaches, for a progress bar. */
export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  /** Without its line end; bytes that are no UTF-8 are replaced by U+FFFD, as fail2ban does. */
  readonly text: string;
  /** Bytes on disk up to here, about: within a block they are spread evenly over its lines. */
  readonly bytesRead: number;
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** Where a text file would show its first NUL; the size `file` and `git` look at too. */
const PROBE_BYTES = 8000;

/**
 * Looks at a file before reading it.
 *
 * @throws {LogFileError} when it is missing, unreadable, no regular file, or binary
 */
export async function openLogFile(path: string): Promise<LogFile> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new LogFileError(`${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
  });
  if (found.isDirectory()) throw new LogFileError(`${path}: is a directory; name a log file in it`);
  const head = await firstBytes(path);
  if (head.subarray(0, 2).equals(GZIP_MAGIC)) return { path, kind: 'gzip', bytes: found.size };
  if (head.includes(0)) throw new LogFileError(`${path}: a binary file, not a log (it has NUL bytes)`);
  return { path, kind: 'text', bytes: found.size };
}

/**
 * The lines of a log, one at a time, in memory that does not grow with the file.
 *
 * @throws {LogFileError} when a gzip file is damaged or cut off
 */
export async function* readLines(file: LogFile): AsyncGenerator<NumberedLine> {
  const source = createReadStream(file.path);
  const bytes = file.kind === 'gzip' ? pipeline(source, createGunzip(), () => undefined) : source;
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let number = 0;
  let before = 0;
  try {
    for await (const chunk of bytes) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      const bytesALine = (source.bytesRead - before) / lines.length;
      for (const line of lines) {
        before += bytesALine;
        yield { number: ++number, text: withoutReturn(line), bytesRead: before };
      }
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LogFileError(`${file.path}: cannot be read after line ${number}: ${reason}`, { cause });
  }
  rest += decoder.decode();
  if (rest !== '') yield { number: ++number, text: withoutReturn(rest), bytesRead: source.bytesRead };
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path).catch((error: Error) => {
    throw new LogFileError(`${path}: ${error.message}`);
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
