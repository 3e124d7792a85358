import { on } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type LogFile, LogFileError } from '../input/log-file.ts';
import { BLOCK_BYTES } from './log-blocks.ts';
import type { ScanAnswer, ScanCredit, ScanTask } from './scan-thread.ts';
import { type JailLiterals, type ScannedBlock, scannedBlocks } from './scanned-blocks.ts';

/**
 * Set where the commands run from a bundle: the folder of its files. A thread can't be started from
 * TypeScript.
 */
declare const CLOUDJAIL_BUNDLE: string | undefined;

/** One being read, one being scanned, one whose lines are matched. */
const BUFFERS = 3;
/** A thread takes some 30 ms to start: as long as scanning so many bytes. */
const WORTH_A_THREAD_BYTES = 16 * 1024 * 1024;

/**
 * The same blocks as `scannedBlocks`, of a large file read and scanned by a thread of its own, so
 * that two processors share the work. A block is the reader's again once the next is asked for.
 */
export function scannedApart(file: LogFile, literals: JailLiterals): AsyncGenerator<ScannedBlock> {
  const bundle = typeof CLOUDJAIL_BUNDLE === 'string' ? CLOUDJAIL_BUNDLE : undefined;
  const worthIt = (file.bytes ?? 0) >= WORTH_A_THREAD_BYTES && availableParallelism() > 1;
  return bundle !== undefined && worthIt
    ? byThread(new URL('replay/scan-thread.js', bundle), file, literals)
    : scannedBlocks(file, literals);
}

async function* byThread(thread: URL, file: LogFile, literals: JailLiterals): AsyncGenerator<ScannedBlock> {
  const buffers = Array.from({ length: BUFFERS }, () => new SharedArrayBuffer(BLOCK_BYTES));
  const views = buffers.map((buffer) => Buffer.from(buffer));
  const workerData: ScanTask = { file, literals, buffers };
  // It makes little but lists of numbers.
  const worker = new Worker(thread, { workerData, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  try {
    for await (const [message] of on(worker, 'message')) {
      const answer = message as ScanAnswer;
      if (answer.kind === 'end') return;
      if (answer.kind === 'failed') {
        throw answer.name === 'LogFileError' ? new LogFileError(answer.message) : new Error(answer.message);
      }
      const { buffer, length, bytesRead, lines, spans } = answer;
      yield { bytes: views[buffer] as Buffer, length, bytesRead, lines, spans };
      worker.postMessage(buffer satisfies ScanCredit);
    }
  } finally {
    await worker.terminate();
  }
}
