import { foldedLiteral } from '../pyregex/case-folding.ts';
import type { CompiledMatch } from './compiled-jail.ts';

/** A text as the bytes it may be written in: at each place either of two. */
interface BytePattern {
  readonly upper: Uint8Array;
  readonly lower: Uint8Array;
}

const NEWLINE = 10;
/** Bytes that decide how far the search may jump. */
const PAIR = 2;

/**
 * A scanner for the lines of a jail's log that may match, by its prefilter's literals. `undefined` when there are none, or none
 * long enough to look for among bytes: then every line may match.
 */
export function literalScanner({ literals }: Pick<CompiledMatch, 'literals'>): LiteralScanner | undefined {
  const patterns = literals.map(bytePattern);
  if (patterns.length === 0 || patterns.some(({ lower }) => lower.length < PAIR)) return undefined;
  return new LiteralScanner(patterns);
}

/**
 * Finds, in a block of a log file, the lines that hold one of several literals. It works on the bytes, so that what does not
 * match is never decoded; literals are ASCII, which stands for itself in UTF-8. After Wu and Manber, "A fast algorithm for
 * multi-pattern searching" (1994): two bytes tell how many may be skipped. Two halves of the block are searched at once, because
 * each step waits for the memory read of the step before.
 */
export class LiteralScanner {
  readonly #shortest: number;
  /** By the last two bytes of a window as long as the shortest pattern: how far the next one may be. */
  readonly #jumps: Uint8Array;
  /** Patterns whose window ends in these two bytes. */
  readonly #ending = new Map<number, BytePattern[]>();

  constructor(patterns: readonly BytePattern[]) {
    this.#shortest = Math.min(255, ...patterns.map(({ lower }) => lower.length));
    const last = this.#shortest - 1;
    this.#jumps = new Uint8Array(1 << 16).fill(last);
    for (const pattern of patterns) {
      for (let at = 1; at <= last; at++) {
        for (const pair of pairsAt(pattern, at)) {
          this.#jumps[pair] = Math.min(this.#jumps[pair] ?? 0, last - at);
          if (at === last) this.#ending.set(pair, [...(this.#ending.get(pair) ?? []), pattern]);
        }
      }
    }
  }

  /**
   * Where the lines that hold a literal end, in order: the offset of their newline, or `length`.
   *
   * @param bytes whole lines up to `length`; the last may lack its newline
   */
  scan(bytes: Uint8Array, length: number): readonly number[] {
    const jumps = this.#jumps;
    const ends: number[] = [];
    const later: number[] = [];
    const middle = lineAfter(bytes, length >> 1, length);
    let left = this.#shortest - 1;
    let right = middle + left;
    while (left < middle && right < length) {
      const byLeft = jumps[pairBefore(bytes, left)] as number;
      const byRight = jumps[pairBefore(bytes, right)] as number;
      left = byLeft === 0 ? this.#look(bytes, left, middle, ends) : left + byLeft;
      right = byRight === 0 ? this.#look(bytes, right, length, later) : right + byRight;
    }
    this.#finish(bytes, left, middle, ends);
    this.#finish(bytes, right, length, later);
    for (const end of later) ends.push(end);
    return ends;
  }

  #finish(bytes: Uint8Array, from: number, to: number, ends: number[]): void {
    let at = from;
    while (at < to) {
      const jump = this.#jumps[pairBefore(bytes, at)] as number;
      at = jump === 0 ? this.#look(bytes, at, to, ends) : at + jump;
    }
  }

  /** A pattern may stand in the window whose last byte is at `at`. Answers where the next window ends. */
  #look(bytes: Uint8Array, at: number, to: number, ends: number[]): number {
    const start = at - this.#shortest + 1;
    const patterns = this.#ending.get(pairBefore(bytes, at)) ?? [];
    if (!patterns.some((pattern) => standsAt(bytes, start, to, pattern))) return at + 1;
    const next = lineAfter(bytes, at, to);
    ends.push(bytes[next - 1] === NEWLINE ? next - 1 : next);
    return next + this.#shortest - 1;
  }
}

/** What of the literal can be looked for byte by byte: all of it, or its longest part without a letter whose other case is not ASCII. */
function bytePattern({ text, ignoreCase }: { readonly text: string; readonly ignoreCase: boolean }): BytePattern {
  if (!ignoreCase) return { upper: bytesOf(text), lower: bytesOf(text) };
  const kept = Array.from(text, (character) => (isAsciiInBothCases(character) ? character : '\n')).join('');
  const longest = kept.split('\n').reduce((best, part) => (part.length > best.length ? part : best));
  return { upper: bytesOf(longest.toUpperCase()), lower: bytesOf(longest.toLowerCase()) };
}

/** Not so for k, s and i: Python takes the Kelvin sign, the long s and the dotless i for them. */
function isAsciiInBothCases(character: string): boolean {
  return foldedLiteral(character.charCodeAt(0), false).every(([, to]) => to < 128);
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function pairsAt({ upper, lower }: BytePattern, at: number): Set<number> {
  const pairs = new Set<number>();
  for (const first of [upper[at - 1], lower[at - 1]]) {
    for (const second of [upper[at], lower[at]]) pairs.add((first ?? 0) | ((second ?? 0) << 8));
  }
  return pairs;
}

function pairBefore(bytes: Uint8Array, at: number): number {
  return (bytes[at - 1] as number) | ((bytes[at] as number) << 8);
}

function standsAt(bytes: Uint8Array, start: number, to: number, { upper, lower }: BytePattern): boolean {
  if (start + lower.length > to) return false;
  for (let i = 0; i < lower.length; i++) {
    const byte = bytes[start + i];
    if (byte !== lower[i] && byte !== upper[i]) return false;
  }
  return true;
}

/** Where the line after the one at `from` begins. */
function lineAfter(bytes: Uint8Array, from: number, to: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline < 0 || newline >= to ? to : newline + 1;
}
