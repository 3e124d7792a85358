import { open } from 'node:fs/promises';
import { LONGEST_LINE } from '../../core/match/longest-line.ts';
import { type LogFile, LogFileError, unzippedBytes } from '../input/log-file.ts';

/**
 * Some whole lines of a log file, as bytes. The bytes are the reader's again once the next block is
 * asked for.
 */
export interface LogBlock {
  readonly bytes: Buffer;
  /**
   * How many of the bytes are the block's; its last line lacks a newline only where the file does.
   */
  readonly length: number;
  /** Of the file on disk, so far. */
  readonly bytesRead: number;
}

/**
 * Large enough that the cost per block does not matter, such as setting a watch on its lines and
 * passing it to another thread.
 */
export const BLOCK_BYTES = 4 * 1024 * 1024;
/** Of compressed bytes and of what they come to. */
const STREAMED_BYTES = 256 * 1024;
/**
 * What is kept of a longer line: more than can be matched, at 3 bytes a UTF-16 unit, so that what
 * is kept is not matched either.
 */
const LONGEST_LINE_BYTES = 3 * (LONGEST_LINE + 1);
const NEWLINE = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Where bytes come from: as many as there are, 0 at the end. */
interface ByteSource {
  read(into: Buffer, offset: number): Promise<number>;
  bytesRead(): number;
  close(): Promise<void>;
}

/** A buffer with whole lines up to `whole` and a part of one behind them. */
interface Filled {
  readonly whole: number;
  readonly length: number;
  readonly ended: boolean;
}

/** Where the blocks are read into. */
export interface BlockBuffers {
  /** A buffer of {@link BLOCK_BYTES} that is no longer used; never the last one returned. */
  take(): Buffer | Promise<Buffer>;
}

/** Two buffers in turn: the bytes of a block are gone once the next is asked for. */
function twoBuffers(): BlockBuffers {
  let [one, other] = [Buffer.allocUnsafeSlow(BLOCK_BYTES), Buffer.allocUnsafeSlow(BLOCK_BYTES)];
  return {
    take() {
      [one, other] = [other, one];
      return one;
    },
  };
}

/**
 * A log cut into blocks of whole lines, read ahead while one is worked on. Needs the same memory
 * for a file of any length and for lines of any length.
 *
 * @throws {LogFileError} when the file can't be read to its end: a gzip file is damaged or cut off
 */
export async function* logBlocks(file: LogFile, buffers: BlockBuffers = twoBuffers()): AsyncGenerator<LogBlock> {
  const source = file.kind === 'gzip' || file.pipe ? streamed(file) : await plain(file.path);
  let current = await buffers.take();
  let reading: Promise<Filled> | undefined;
  try {
    let filled = withoutMark(current, await fill(source, current, 0));
    while (!filled.ended) {
      const next = await buffers.take();
      current.copy(next, 0, filled.whole, filled.length);
      reading = fill(source, next, filled.length - filled.whole);
      // The caller that awaits it gets the error; until then it must not count as unhandled.
      reading.catch(() => undefined);
      yield { bytes: current, length: filled.whole, bytesRead: source.bytesRead() };
      filled = await reading;
      current = next;
    }
    if (filled.length > 0) yield { bytes: current, length: filled.length, bytesRead: source.bytesRead() };
  } catch (cause) {
    if (cause instanceof LogFileError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LogFileError(`${file.path}: cannot be read to its end: ${reason}`, { cause });
  } finally {
    await reading?.catch(() => undefined);
    await source.close();
  }
}

/**
 * Reads until there is a newline and half of the buffer is full. Of a line that does not fit only
 * the beginning is kept.
 */
async function fill(source: ByteSource, buffer: Buffer, rest: number): Promise<Filled> {
  let length = rest;
  let whole = 0;
  while (whole === 0 || length < buffer.length / 2) {
    if (whole === 0) length = Math.min(length, LONGEST_LINE_BYTES);
    const count = await source.read(buffer, length);
    if (count === 0) return { whole, length, ended: whole === 0 };
    const newline = buffer.subarray(length, length + count).lastIndexOf(NEWLINE);
    if (newline >= 0) whole = length + newline + 1;
    length += count;
  }
  return { whole, length, ended: false };
}

/** Some editors put a byte order mark first; it is no part of the first line. */
function withoutMark(buffer: Buffer, filled: Filled): Filled {
  const mark = BYTE_ORDER_MARK.length;
  if (filled.length < mark || !buffer.subarray(0, mark).equals(BYTE_ORDER_MARK)) return filled;
  buffer.copyWithin(0, mark, filled.length);
  return { ...filled, whole: Math.max(0, filled.whole - mark), length: filled.length - mark };
}

async function plain(path: string): Promise<ByteSource> {
  const handle = await open(path);
  let total = 0;
  return {
    async read(into, offset) {
      const { bytesRead } = await handle.read(into, offset, into.length - offset, null);
      total += bytesRead;
      return bytesRead;
    },
    bytesRead: () => total,
    close: () => handle.close(),
  };
}

/** Compressed, or through a pipe. */
function streamed(file: LogFile): ByteSource {
  const { stream, bytesRead } = unzippedBytes(file, STREAMED_BYTES);
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  return {
    async read(into, offset) {
      while (chunk.length === 0) {
        const { value, done } = await chunks.next();
        if (done) return 0;
        chunk = value;
      }
      const count = chunk.copy(into, offset);
      chunk = chunk.subarray(count);
      return count;
    },
    bytesRead,
    async close() {
      stream.destroy();
    },
  };
}
