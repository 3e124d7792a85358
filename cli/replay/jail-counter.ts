import { firstFullWindow } from '../../core/attempts/window.ts';
import { banId } from '../../core/bans/ban-id.ts';
import { type CountingPorts, countAndBan } from '../../core/bans/count-and-ban.ts';
import { type MatchingJail, matchingJail } from '../../core/intake/matching-jail.ts';
import type { FoundId } from '../../core/match/file-matcher.ts';
import { memoryBreakerStore } from '../../core/memory/memory-breaker-store.ts';
import type { AttemptSet, EvidenceLine } from '../../core/records/attempt.ts';
import { type Ban, type BanKey, endOf } from '../../core/records/ban.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import type { ReplayBans } from './replay-bans.ts';

/** What is known of one id. */
interface Counted {
  readonly key: BanKey;
  /** Why it is never banned. */
  readonly exemption: string | undefined;
  /** Of its attempts, in order; those that can't matter any more are dropped. */
  readonly times: number[];
  /** Attempts up to it belong to the last ban. */
  bannedUntil: number;
}

/** Attempts that did not count toward a ban. */
export interface Uncounted {
  /** By the reason they were ignored for. */
  readonly ignored: ReadonlyMap<string, number>;
  readonly whileBanned: number;
}

/** Ids known before it is looked whether some can be forgotten. */
const FEWEST_TO_FORGET = 10_000;

/**
 * Counts the failures of one jail, in the order of the log, and makes the bans they call for: the
 * same that `countAndBan` makes on tables, which is asked only when a window is full.
 */
export class JailCounter {
  readonly #jail: MatchingJail;
  readonly #bans: ReplayBans;
  readonly #ports: CountingPorts;
  /** The attempts of the id that is about to be banned. */
  #held: AttemptSet = { attempts: [], lines: [] };
  /** By the address as logged and by the range it counts for. */
  readonly #ids = new Map<string, Counted>();
  readonly #ignored = new Map<string, number>();
  #whileBanned = 0;
  #forgetAt = FEWEST_TO_FORGET;

  constructor(jail: CompiledJail, bans: ReplayBans, onBan: (ban: Ban) => void) {
    const { rules, ...matching } = matchingJail(jail);
    // What the jail calls for is asked; the guard against a filter gone wild would hide just that.
    this.#jail = { ...matching, rules: { ...rules, maxbans: 0 } };
    this.#bans = bans;
    this.#ports = {
      attempts: { add: async () => this.#held, read: async () => this.#held, remove: async () => undefined },
      bans,
      breakers: memoryBreakerStore(),
      telemetry: {
        emit: (event) => {
          if (event.kind === 'ban-made') onBan(event.ban);
        },
      },
    };
  }

  /** Something to wait for only when a ban is to be made. */
  count(found: FoundId): Promise<void> | undefined {
    const counted = this.#ids.get(found.id) ?? this.#open(found);
    if (counted.exemption !== undefined) {
      this.#ignored.set(counted.exemption, (this.#ignored.get(counted.exemption) ?? 0) + 1);
      return undefined;
    }
    const time = Math.floor(found.time);
    if (time <= counted.bannedUntil) {
      this.#whileBanned += 1;
      return undefined;
    }
    if (this.#isFull(counted, time)) return this.#ban(counted);
    const { maxretry, findtime } = this.#jail.rules;
    if (counted.times.length > 2 * maxretry) dropUpTo(counted, newestOf(counted) - 2 * findtime);
    return undefined;
  }

  uncounted(): Uncounted {
    return { ignored: this.#ignored, whileBanned: this.#whileBanned };
  }

  /** Forgets ids whose windows are over at `now`, when there are many of them. */
  forget(now: number): void {
    if (this.#ids.size < this.#forgetAt) return;
    // Lines out of order by a findtime included.
    const over = now - 2 * this.#jail.rules.findtime;
    for (const [id, counted] of this.#ids) {
      if (newestOf(counted) <= over && counted.bannedUntil <= over) this.#ids.delete(id);
    }
    this.#forgetAt = Math.max(FEWEST_TO_FORGET, 2 * this.#ids.size);
  }

  #open(found: FoundId): Counted {
    const id = found.kind === 'address' ? banId(found.id, this.#jail.jail) : found.id;
    const key = { id, jail: this.#jail.jail.name };
    const record = this.#bans.find(key);
    const counted: Counted = this.#ids.get(id) ?? {
      key,
      exemption: this.#jail.exempt(id),
      times: [],
      bannedUntil: record ? endOf(record) : Number.NEGATIVE_INFINITY,
    };
    this.#ids.set(id, counted);
    this.#ids.set(found.id, counted);
    return counted;
  }

  /** Adds an attempt; true when some window is now full. */
  #isFull({ times }: Counted, time: number): boolean {
    const { maxretry, findtime } = this.#jail.rules;
    const newest = times.at(-1);
    times.push(time);
    if (newest === undefined || newest <= time) {
      // No window was full before, so only the one that ends here can be.
      const oldest = times[times.length - maxretry];
      return oldest !== undefined && oldest > time - findtime;
    }
    times.sort((a, b) => a - b);
    return firstFullWindow(times.map(asAttempt), this.#jail.rules) !== undefined;
  }

  async #ban(counted: Counted): Promise<void> {
    const attempts = counted.times.map(asAttempt);
    this.#held = { attempts, lines: [] };
    const { rules } = this.#jail;
    const { jail } = counted.key;
    await countAndBan({ key: counted.key, attempts }, { jail, rules, now: Number.NEGATIVE_INFINITY }, this.#ports);
    const record = this.#bans.find(counted.key);
    if (!record) return;
    counted.bannedUntil = endOf(record);
    dropUpTo(counted, counted.bannedUntil);
  }
}

/** Of events of their own: here each line is one. */
function asAttempt(time: number, index: number): EvidenceLine {
  return { time, event: String(index), text: '' };
}

function newestOf({ times }: Counted): number {
  return times.at(-1) ?? Number.NEGATIVE_INFINITY;
}

function dropUpTo({ times }: Counted, time: number): void {
  const first = times.findIndex((attempt) => attempt > time);
  times.splice(0, first < 0 ? times.length : first);
}
