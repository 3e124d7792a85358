import { isAscii } from 'node:buffer';
import { createFileMatcher, type FileMatcher, type FoundId } from '../../core/match/file-matcher.ts';
import { type LineGuard, unguarded, withinBudget } from '../../core/match/time-budget.ts';
import type { Watch } from '../../core/ports/watch.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';
import type { MatchCounts } from '../../core/records/match-counts.ts';
import { FoundLines } from './found-lines.ts';
import type { LogBlock } from './log-blocks.ts';
import { type LineSpans, startOfLine } from './scanned-blocks.ts';

const NEWLINE = 10;
const RETURN = 13;

/**
 * A jail reading a log block by block: only the lines that may match are decoded.
 *
 * @param reference epoch seconds that dates without a year are the last before
 */
export class JailLines {
  readonly #matcher: FileMatcher;
  readonly #watch: Watch;
  readonly #found = new FoundLines();

  constructor(match: CompiledMatch, reference: number, watch: Watch) {
    this.#matcher = createFileMatcher(match, reference);
    this.#watch = watch;
  }

  /**
   * The failures of a block, in order; good until the next is read.
   *
   * @param spans the lines that may match; without it, any may
   */
  read(block: LogBlock, spans: LineSpans | undefined): FoundLines {
    const lines = new BlockLines(block);
    if (spans?.length === 0) return this.#pass(lines, spans, unguarded);
    return withinBudget(this.#watch, this.#matcher, (guard) => this.#pass(lines, spans ?? lines.spans(), guard));
  }

  #pass(lines: BlockLines, spans: LineSpans, guard: LineGuard): FoundLines {
    const matcher = this.#matcher;
    const between = new LinesBackward(lines);
    const all = this.#found;
    all.clear();
    for (let i = 0; i < spans.length; i += 2) {
      const start = spans[i] as number;
      const end = spans[i + 1] as number;
      between.to = start;
      // Most blocks are watched as a whole, and a closure a line would cost a tenth of its time.
      const found =
        guard === unguarded
          ? matcher.feed(lines.text(start, end), between)
          : feedWatched(matcher, lines.text(start, end), between, guard);
      if (found) all.push(found, end);
      between.from = end + 1;
    }
    between.to = lines.length;
    matcher.leave(between);
    return all;
  }

  counts(): MatchCounts {
    return this.#matcher.counts();
  }
}

function feedWatched(
  matcher: FileMatcher,
  text: string,
  between: Iterable<string>,
  guard: LineGuard,
): FoundId | undefined {
  let found: FoundId | undefined;
  const match = (): void => {
    found = matcher.feed(text, between);
  };
  if (guard(match, matcher) === 'matched') return found;
  matcher.giveUp();
  return undefined;
}

/** The lines of a block as text. */
class BlockLines {
  readonly #bytes: Buffer;
  readonly #length: number;
  /** As if there were a newline behind the last line of a file that lacks it. */
  readonly length: number;
  #encoding: 'latin1' | 'utf8' | undefined;

  constructor({ bytes, length }: LogBlock) {
    this.#bytes = bytes;
    this.#length = length;
    this.length = bytes[length - 1] === NEWLINE ? length : length + 1;
  }

  /**
   * A string of its own, not a slice of a larger one: keeping it then keeps no other text in
   * memory.
   */
  text(start: number, end: number): string {
    const last = end > start && this.#bytes[end - 1] === RETURN ? end - 1 : end;
    // The same text, and twice as fast.
    this.#encoding ??= isAscii(this.#bytes.subarray(0, this.#length)) ? 'latin1' : 'utf8';
    return this.#bytes.toString(this.#encoding, start, last);
  }

  startOf(end: number): number {
    return startOfLine(this.#bytes, end);
  }

  /** All of them. */
  spans(): LineSpans {
    const spans: number[] = [];
    for (let start = 0; start < this.#length; ) {
      const newline = this.#bytes.indexOf(NEWLINE, start);
      const end = newline < 0 || newline > this.#length ? this.#length : newline;
      spans.push(start, end);
      start = end + 1;
    }
    return Int32Array.from(spans);
  }
}

/** The lines between two offsets, the last first; nothing is decoded before it is asked for. */
class LinesBackward implements Iterable<string> {
  readonly #lines: BlockLines;
  from = 0;
  to = 0;

  constructor(lines: BlockLines) {
    this.#lines = lines;
  }

  *[Symbol.iterator](): Generator<string> {
    for (let end = this.to - 1; end >= this.from; ) {
      const start = Math.max(this.from, this.#lines.startOf(end));
      yield this.#lines.text(start, end);
      end = start - 1;
    }
  }
}
