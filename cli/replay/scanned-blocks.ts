import { type LiteralScanner, literalScanner } from '../../core/literals/literal-scanner.ts';
import type { PrefilterLiteral } from '../../core/records/compiled-jail.ts';
import type { LogFile } from '../input/log-file.ts';
import { type BlockBuffers, type LogBlock, logBlocks } from './log-blocks.ts';

/** A block with the facts about its lines that need no decoding. */
export interface ScannedBlock extends LogBlock {
  readonly lines: number;
  /** For each jail the lines that may match; `undefined`: any may. */
  readonly spans: readonly (LineSpans | undefined)[];
}

/** Of each line, in order, the offset of its first byte and that of its newline. */
export type LineSpans = Int32Array;

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
    const spans = scanners.map((scanner) => scanner && spansOf(scanner.scan(bytes, length), bytes));
    const newlines = countLines(bytes, 0, length);
    yield { bytes, length, bytesRead, spans, lines: bytes[length - 1] === NEWLINE ? newlines : newlines + 1 };
  }
}

/** The lines that end at these offsets. */
export function spansOf(ends: readonly number[], bytes: Buffer): LineSpans {
  const spans = new Int32Array(2 * ends.length);
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i] as number;
    spans[2 * i] = startOfLine(bytes, end);
    spans[2 * i + 1] = end;
  }
  return spans;
}

/** Where the line that ends at `end` begins. */
export function startOfLine(bytes: Buffer, end: number): number {
  return end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1;
}

/** How many lines end before `to`, from `from` on. */
export function countLines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE, from); at >= 0 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
