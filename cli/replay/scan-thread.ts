import { parentPort, workerData } from 'node:worker_threads';
import type { LogFile } from '../input/log-file.ts';
import { BLOCK_BYTES } from './log-blocks.ts';
import { type JailLiterals, type LineSpans, scannedBlocks } from './scanned-blocks.ts';

/** What the thread is started with. */
export interface ScanTask {
  readonly file: LogFile;
  readonly literals: JailLiterals;
  /** Of {@link BLOCK_BYTES} each; at least three. */
  readonly buffers: readonly SharedArrayBuffer[];
}

/** What it answers with, in the order of the log. */
export type ScanAnswer =
  | {
      readonly kind: 'block';
      /** Index of the buffer that holds the block, until it is given back. */
      readonly buffer: number;
      readonly length: number;
      readonly bytesRead: number;
      readonly lines: number;
      readonly spans: readonly (LineSpans | undefined)[];
    }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/** A buffer given back, by its index. */
export type ScanCredit = number;

const port = parentPort;
if (port) {
  const { file, literals, buffers } = workerData as ScanTask;
  const views: readonly Buffer[] = buffers.map((buffer) => Buffer.from(buffer, 0, BLOCK_BYTES));
  const free = [...views];
  let waiting: ((view: Buffer) => void) | undefined;
  port.on('message', (index: ScanCredit) => {
    const view = views[index] as Buffer;
    if (!waiting) free.push(view);
    else waiting(view);
    waiting = undefined;
  });
  const take = (): Buffer | Promise<Buffer> =>
    free.shift() ??
    new Promise((resolve) => {
      waiting = resolve;
    });
  try {
    for await (const { bytes, length, bytesRead, lines, spans } of scannedBlocks(file, literals, { take })) {
      const answer: ScanAnswer = { kind: 'block', buffer: views.indexOf(bytes), length, bytesRead, lines, spans };
      port.postMessage(
        answer,
        spans.flatMap((some) => (some ? [some.buffer as ArrayBuffer] : [])),
      );
    }
    port.postMessage({ kind: 'end' } satisfies ScanAnswer);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    port.postMessage({ kind: 'failed', name, message } satisfies ScanAnswer);
  }
  port.close();
}
