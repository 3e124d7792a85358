import type { FoundId } from '../../core/filter/file-matcher.ts';

/** A failure, and the offset in the block at which its line ends. */
export interface FoundLine {
  readonly found: FoundId;
  readonly end: number;
}

/**
 * The failures of one block after the other, in the order of their lines. It keeps no object of a line's: thousands that live as long as
 * a block does would outgrow the young generation.
 */
export class FoundLines implements Iterable<FoundLine> {
  readonly #ids: string[] = [];
  readonly #kinds: FoundId['kind'][] = [];
  readonly #times: number[] = [];
  readonly #ends: number[] = [];
  length = 0;

  clear(): void {
    this.length = 0;
  }

  push({ id, kind, time }: FoundId, end: number): void {
    const at = this.length++;
    this.#ids[at] = id;
    this.#kinds[at] = kind;
    this.#times[at] = time;
    this.#ends[at] = end;
  }

  end(at: number): number {
    return this.#ends[at] as number;
  }

  at(at: number): FoundId {
    return { id: this.#ids[at] as string, kind: this.#kinds[at] as FoundId['kind'], time: this.#times[at] as number };
  }

  *[Symbol.iterator](): Generator<FoundLine> {
    for (let at = 0; at < this.length; at++) yield { found: this.at(at), end: this.end(at) };
  }
}
