import type { FoundId } from '../../core/match/file-matcher.ts';

/**
 * The failures of one block after the other, in the order of their lines. It keeps no object of a
 * line's: thousands that live as long as a block does would outgrow the young generation.
 */
export class FoundLines {
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

  /** The offset in the block at which its line ends. */
  end(at: number): number {
    return this.#ends[at] as number;
  }

  at(at: number): FoundId {
    return { id: this.#ids[at] as string, kind: this.#kinds[at] as FoundId['kind'], time: this.#times[at] as number };
  }
}

/**
 * Goes through what all jails found in a block, in the order of the lines; on one line in the order
 * of the jails.
 */
export class InOrder {
  readonly #all: readonly FoundLines[];
  readonly #next: number[];
  /** The jail of the failure at hand. */
  jail = -1;
  /** The place of the failure among its jail's. */
  at = -1;

  constructor(all: readonly FoundLines[]) {
    this.#all = all;
    this.#next = all.map(() => 0);
  }

  /** False when there is no more. */
  next(): boolean {
    let first = -1;
    let end = Number.POSITIVE_INFINITY;
    for (let jail = 0; jail < this.#all.length; jail++) {
      const lines = this.#all[jail] as FoundLines;
      const at = this.#next[jail] as number;
      if (at >= lines.length || lines.end(at) >= end) continue;
      first = jail;
      end = lines.end(at);
    }
    if (first < 0) return false;
    this.jail = first;
    this.at = this.#next[first] as number;
    this.#next[first] = this.at + 1;
    return true;
  }
}
