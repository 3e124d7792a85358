import type { Ban } from '../../core/records/ban.ts';

/** Bans in the order they end: a binary heap. Permanent bans are never given back. */
export class BanEnds {
  readonly #heap: Ban[] = [];

  add(ban: Ban): void {
    if (ban.expiresAt === undefined) return;
    const heap = this.#heap;
    let at = heap.length;
    heap.push(ban);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /**
   * Takes out the earliest of the bans whose time is over at `now`: of two that end together, the
   * one made first.
   */
  takeDue(now: number): Ban | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || now <= endOf(first)) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      let earliest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, earliest)) earliest = child;
      }
      if (earliest === at) return;
      this.#swap(at, earliest);
      at = earliest;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a] as Ban, this.#heap[b] as Ban];
    return endOf(one) - endOf(other) < 0 || (endOf(one) === endOf(other) && one.bannedAt < other.bannedAt);
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a] as Ban;
    this.#heap[a] = this.#heap[b] as Ban;
    this.#heap[b] = kept;
  }
}

function endOf(ban: Ban): number {
  return ban.expiresAt ?? Number.POSITIVE_INFINITY;
}
