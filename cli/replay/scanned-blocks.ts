import type { LiteralScanner } from '../../core/filter/literal-scanner.ts';
import type { LogFile } from '../../local/replay/read-lines.ts';
import { type LogBlock, logBlocks } from './log-blocks.ts';

/** A block with what can be told of its lines without decoding any. */
export interface ScannedBlock extends LogBlock {
  readonly lines: number;
  /** For each jail where the lines that may match end; `undefined`: any may. */
  readonly ends: readonly (readonly number[] | undefined)[];
}

const NEWLINE = 10;

/** The blocks of a log, looked through for each jail's literals. */
export async function* scannedBlocks(
  file: LogFile,
  scanners: readonly (LiteralScanner | undefined)[],
): AsyncGenerator<ScannedBlock> {
  for await (const { bytes, length, bytesRead } of logBlocks(file)) {
    const ends = scanners.map((scanner) => scanner?.scan(bytes, length));
    const newlines = countLines(bytes, 0, length);
    yield { bytes, length, bytesRead, ends, lines: bytes[length - 1] === NEWLINE ? newlines : newlines + 1 };
  }
}

/** How many lines end before `to`, from `from` on. */
export function countLines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE, from); at >= 0 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
