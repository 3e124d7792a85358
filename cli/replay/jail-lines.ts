import { isAscii } from 'node:buffer';
import type { CompiledMatch } from '../../core/filter/compiled-jail.ts';
import { createFileMatcher, type FileMatcher, type FoundId } from '../../core/filter/file-matcher.ts';
import type { MatchCounts } from '../../core/filter/line-matcher.ts';
import { type LiteralScanner, literalScanner } from '../../core/filter/literal-scanner.ts';
import type { LogBlock } from './log-blocks.ts';

const NEWLINE = 10;
const RETURN = 13;

/** Told of each failure, with the offset in the block at which its line ends. */
export type OnFound = (found: FoundId, end: number) => void;

/**
 * A jail reading a log block by block: only the lines that hold one of the jail's literals are decoded and matched.
 *
 * @param reference epoch seconds that dates without a year are the last before
 */
export class JailLines {
  readonly #scanner: LiteralScanner | undefined;
  readonly #matcher: FileMatcher;

  constructor(match: CompiledMatch, reference: number) {
    this.#scanner = literalScanner(match);
    this.#matcher = createFileMatcher(match, reference);
  }

  read(block: LogBlock, onFound: OnFound): void {
    const lines = new BlockLines(block);
    let from = 0;
    for (const end of this.#scanner?.scan(block.bytes, block.length) ?? lines.ends()) {
      const start = end === 0 ? 0 : block.bytes.lastIndexOf(NEWLINE, end - 1) + 1;
      const found = this.#matcher.feed(lines.text(start, end), lines.backward(from, start));
      if (found) onFound(found, end);
      from = end + 1;
    }
    this.#matcher.leave(lines.backward(from, block.length));
  }

  counts(): MatchCounts {
    return this.#matcher.counts();
  }
}

/** How many lines end before `to`, from `from` on. */
export function countLines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE, from); at >= 0 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

class BlockLines {
  readonly #bytes: Buffer;
  readonly #length: number;
  #encoding: 'latin1' | 'utf8' | undefined;

  constructor({ bytes, length }: LogBlock) {
    this.#bytes = bytes;
    this.#length = length;
  }

  /** A string of its own, not a slice of a larger one: whoever keeps it keeps nothing else. */
  text(start: number, end: number): string {
    const last = end > start && this.#bytes[end - 1] === RETURN ? end - 1 : end;
    // The same text, and twice as fast.
    this.#encoding ??= isAscii(this.#bytes.subarray(0, this.#length)) ? 'latin1' : 'utf8';
    return this.#bytes.toString(this.#encoding, start, last);
  }

  *ends(): Generator<number> {
    for (let start = 0; start < this.#length; ) {
      const newline = this.#bytes.indexOf(NEWLINE, start);
      const end = newline < 0 || newline > this.#length ? this.#length : newline;
      yield end;
      start = end + 1;
    }
  }

  /** The lines between two offsets, the last first; nothing is decoded before it is asked for. */
  backward(from: number, to: number): Iterable<string> {
    const bytes = this.#bytes;
    const text = this.text.bind(this);
    return {
      *[Symbol.iterator]() {
        let end = to > from && bytes[to - 1] === NEWLINE ? to - 1 : to;
        while (end > from) {
          const start = Math.max(from, bytes.lastIndexOf(NEWLINE, end - 1) + 1);
          yield text(start, end);
          end = start - 1;
        }
      },
    };
  }
}
