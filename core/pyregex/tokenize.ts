import { Refusal } from './refusal.ts';

/**
 * Reads a pattern a token at a time: a code point, or a backslash with the code point after it.
 * What a token means depends on where it stands (class, verbose flag, number of groups so far), so
 * tokens are handed out on demand, as Python's own tokenizer does (Lib/re/_parser.py: Tokenizer).
 */
export class Tokenizer {
  readonly source: string;
  /** Offset of the token that comes next. */
  offset = 0;
  /** The token that comes next; `undefined` at the end. */
  next: string | undefined;

  constructor(source: string) {
    this.source = source;
    this.next = this.#read(0);
  }

  /** Takes the next token. */
  take(): string | undefined {
    const token = this.next;
    this.seek(this.offset + (token?.length ?? 0));
    return token;
  }

  /** Takes the next token if it is this one. */
  accept(token: string): boolean {
    if (this.next !== token) {
      return false;
    }
    this.take();
    return true;
  }

  /** Takes up to `limit` tokens of the set. */
  acceptWhile(limit: number, set: string): string {
    let taken = '';
    while (taken.length < limit && this.next !== undefined && this.next.length === 1 && set.includes(this.next)) {
      taken += this.take();
    }
    return taken;
  }

  /**
   * Takes what stands before the terminator, and the terminator. `what` names it in the refusal.
   */
  takeUntil(terminator: string, what: string): string {
    const start = this.offset;
    let taken = '';
    for (;;) {
      const token = this.take();
      if (token === undefined) {
        throw this.syntaxError(taken === '' ? `${what} is missing` : `${what} is not closed by "${terminator}"`, start);
      }
      if (token === terminator) {
        break;
      }
      taken += token;
    }
    if (taken === '') {
      throw this.syntaxError(`${what} is missing`, start);
    }
    return taken;
  }

  seek(offset: number): void {
    this.offset = offset;
    this.next = this.#read(offset);
  }

  /** Python refuses the pattern: from `start` to what was read last. */
  syntaxError(message: string, start: number): Refusal {
    return new Refusal('REGEX_SYNTAX', message, { start, end: Math.max(this.offset, start + 1) });
  }

  #read(offset: number): string | undefined {
    const codePoint = this.source.codePointAt(offset);
    if (codePoint === undefined) {
      return undefined;
    }
    const character = String.fromCodePoint(codePoint);
    if (character !== '\\') {
      return character;
    }
    const escaped = this.source.codePointAt(offset + 1);
    if (escaped === undefined) {
      throw new Refusal('REGEX_SYNTAX', 'a backslash ends the pattern', { start: offset, end: offset + 1 });
    }
    return `\\${String.fromCodePoint(escaped)}`;
  }
}
