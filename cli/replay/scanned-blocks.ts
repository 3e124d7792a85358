import type { PrefilterLiteral } from '../../core/filter/compiled-jail.ts';
import { type LiteralScanner, literalScanner } from '../../core/filter/literal-scanner.ts';
import type { LogFile } from '../../local/replay/read-lines.ts';
import { type BlockBuffers, type LogBlock, logBlocks } from './log-blocks.ts';

/** A block with what can be told of its lines without decoding any. */
export interface ScannedBlock extends LogBlock {
  readonly lines: number;
  /** For each jail where the lines that may match end; `undefined`: any may. */
  readonly ends: readonly (LineEnds | undefined)[];
}

/** Offsets of newlines, in order. */
export type LineEnds = readonly number[] | Int32Array;

/** For each jail the literals of its prefilter. */
export type JailLiterals = readonly (readonly PrefilterLiteral[])[];

const NEWLINE = 10;

/** The blocks of a log, looked through for each jail's literals. */
export async function* scannedBlocks(
  file: LogFile,
  literals: JailLiterals,
  buffers?: BlockBuffers,
): AsyncGenerator<ScannedBlock> {
  const scanners = literals.map((some): LiteralScanner | undefined => literalScanner({ literals: some }));
  for await (const { bytes, length, bytesRead } of logBlocks(file, buffers)) {
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
