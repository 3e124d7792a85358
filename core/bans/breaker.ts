import type { BreakerStore } from '../ports/breaker-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/**
 * The breaker of one jail as one run of a matcher sees it: it reads the store once, before the
 * run's first ban, and writes the run's bans to it together. A run thus makes no more than brings
 * the minute one over the jail's maxbans, and that one trips the breaker.
 *
 * Runs at the same moment don't see each other's bans until these are written: at the end, or every
 * {@link MOST_UNTOLD}. So each of them may go past maxbans by about a hundred, however large a
 * flood it was given.
 */
export interface Breaker {
  /** False when the jail may make no ban now; true is a place taken. */
  admits(): Promise<boolean>;
  /** The ban that was let in has been made. */
  made(): Promise<void>;
  /** The ban that was let in has not been made after all. */
  notMade(): void;
  /** Writes the bans to the store that it does not count yet. */
  settle(): Promise<void>;
}

/**
 * Bans a run makes before it writes them to the store: few enough to bound the excess of parallel
 * runs, many enough to cost nothing.
 */
const MOST_UNTOLD = 100;

const NONE: Breaker = {
  admits: async () => true,
  made: async () => undefined,
  notMade: () => undefined,
  settle: async () => undefined,
};

/**
 * @param maxbans bans a minute; 0: the jail has no breaker
 *
 * @param now epoch seconds; the run's bans count for its minute
 */
export function breakerOf(
  jail: string,
  maxbans: number,
  ports: { readonly breakers: BreakerStore; readonly telemetry: Telemetry },
  now: number,
): Breaker {
  return maxbans === 0 ? NONE : new StoredBreaker(jail, maxbans, ports, now);
}

class StoredBreaker implements Breaker {
  readonly #jail: string;
  readonly #maxbans: number;
  readonly #store: BreakerStore;
  readonly #telemetry: Telemetry;
  readonly #now: number;
  #asked: Promise<void> | undefined;
  /** Bans that may still be made. */
  #places = 0;
  #untold = 0;

  constructor(
    jail: string,
    maxbans: number,
    ports: { readonly breakers: BreakerStore; readonly telemetry: Telemetry },
    now: number,
  ) {
    this.#jail = jail;
    this.#maxbans = maxbans;
    this.#store = ports.breakers;
    this.#telemetry = ports.telemetry;
    this.#now = now;
  }

  async admits(): Promise<boolean> {
    this.#asked ??= this.#ask();
    await this.#asked;
    if (this.#places === 0) return false;
    this.#places -= 1;
    return true;
  }

  async made(): Promise<void> {
    this.#untold += 1;
    if (this.#untold >= MOST_UNTOLD || this.#places === 0) await this.settle();
  }

  notMade(): void {
    this.#places += 1;
  }

  async settle(): Promise<void> {
    const bans = this.#untold;
    if (bans === 0) return;
    this.#untold = 0;
    const total = await this.#store.count(this.#jail, this.#minute(), bans);
    this.#places = Math.max(0, Math.min(this.#places, this.#maxbans + 1 - total));
    if (total <= this.#maxbans || !(await this.#store.trip(this.#jail, this.#now))) return;
    this.#telemetry.emit({ kind: 'breaker-tripped', jail: this.#jail, bans: total });
  }

  async #ask(): Promise<void> {
    const [trippedAt, bans] = await Promise.all([
      this.#store.trippedAt(this.#jail),
      this.#store.counted(this.#jail, this.#minute()),
    ]);
    // A breaker that was reset within the minute in which it tripped lets one ban through, which
    // trips it again.
    if (trippedAt === undefined) this.#places = Math.max(1, this.#maxbans + 1 - bans);
  }

  #minute(): number {
    return Math.floor(this.#now / 60);
  }
}
