import type { AttemptKey, AttemptStore } from '../../core/ports/attempt-store.ts';
import {
  type Attempt,
  type AttemptSet,
  byTime,
  type EvidenceLine,
  formatAttempt,
  formatLine,
} from '../../core/records/attempt.ts';
import { bytesIn, LARGEST_ITEM } from './item-limit.ts';

/** AttemptStore in memory, for tests. Its sets have the bound of a table's items. */
export function memoryAttemptStore(): AttemptStore {
  const sets = new Map<string, HeldSet>();
  return {
    async add(key, added) {
      const held = sets.get(keyText(key)) ?? new HeldSet();
      sets.set(keyText(key), held);
      return held.add(added) ? held.read() : 'too-large';
    },
    async read(key) {
      return (sets.get(keyText(key)) ?? new HeldSet()).read();
    },
    async remove(key, removed) {
      sets.get(keyText(key))?.remove(removed);
    },
  };
}

class HeldSet {
  readonly #attempts = new Map<string, Attempt>();
  readonly #lines = new Map<string, EvidenceLine>();
  #bytes = 0;

  /** False, and nothing is added, where the item would be too large. */
  add(added: AttemptSet): boolean {
    const attempts = fresh(added.attempts, formatAttempt, this.#attempts);
    const lines = fresh(added.lines, formatLine, this.#lines);
    const bytes = this.#bytes + bytesIn([...attempts.keys(), ...lines.keys()]);
    if (bytes > LARGEST_ITEM) return false;
    for (const [name, attempt] of attempts) this.#attempts.set(name, attempt);
    for (const [name, line] of lines) this.#lines.set(name, line);
    this.#bytes = bytes;
    return true;
  }

  remove({ attempts, lines }: AttemptSet): void {
    const names = [
      ...attempts.map(formatAttempt).filter((name) => this.#attempts.delete(name)),
      ...lines.map(formatLine).filter((name) => this.#lines.delete(name)),
    ];
    this.#bytes -= bytesIn(names);
  }

  read(): AttemptSet {
    return { attempts: [...this.#attempts.values()].sort(byTime), lines: [...this.#lines.values()].sort(byTime) };
  }
}

function fresh<T>(members: readonly T[], format: (member: T) => string, held: ReadonlyMap<string, T>): Map<string, T> {
  return new Map(
    members.map((member) => [format(member), member] as const).filter(([name]) => held.get(name) === undefined),
  );
}

function keyText(key: AttemptKey): string {
  return `${key.jail}#${key.id}`;
}
