import { parseCidr } from '../net/address.ts';
import type { Clock } from '../ports/clock.ts';
import type { Confirmation, ConfirmationStore } from '../ports/confirmation-store.ts';
import type { LeakStore } from '../ports/leak-store.ts';
import type { Ban } from '../records/ban.ts';

export interface LeakWatchPorts {
  readonly confirmations: Pick<ConfirmationStore, 'get'>;
  readonly leaks: Pick<LeakStore, 'note'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Names of all targets there may be. */
  readonly targets: readonly string[];
  /** Whether a jail wants its bans in a target; `dry-run` wants them in none. */
  readonly reaches: (jail: string, target: string) => boolean;
}

/** Attempts by a banned id that a target should have kept out. */
export interface Leaked {
  readonly attempts: number;
  /** Those that had been keeping the id out for long. */
  readonly targets: readonly string[];
}

/**
 * Seconds for which an id may still get through when a target holds it: the firewall spreads its
 * change, connections that stand go on, clocks differ, and the date in a line may be as far from
 * its event's own time.
 */
const MARGIN = 60;
/** What was read of an id counts for this long, and it is noted no more often that one leaks. */
const MINUTE = 60;
/** Ids a container remembers; past it the memory starts anew, which costs reads. */
const MOST_IDS = 50_000;
/** What was noted outlives the ban by this long. */
const KEPT_FOR = 30 * 86_400;

/**
 * Sees attempts that come in though a target confirmed the ban well before: it does not stand
 * before what writes this log, or does not see the client's own address. Lives as long as a warm
 * container, which it costs a read a minute of each banned id that goes on, however many attempts
 * that makes.
 */
export class LeakWatch {
  readonly #ports: LeakWatchPorts;
  readonly #read = new Map<string, { readonly at: number; readonly confirmations: readonly Confirmation[] }>();
  readonly #noted = new Map<string, number>();

  constructor(ports: LeakWatchPorts) {
    this.#ports = ports;
  }

  /**
   * @param times of attempts up to the end of the ban on record, epoch seconds
   * @returns the attempts among them that leaked; `undefined`: none
   */
  async look(record: Ban, times: readonly number[]): Promise<Leaked | undefined> {
    const { id, jail, bannedAt, state } = record;
    const targets = this.#ports.targets.filter((target) => this.#ports.reaches(jail, target));
    const latest = times.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY);
    // None can have been confirmed long before, so there is nothing to read.
    if (state !== 'active' || latest <= bannedAt + MARGIN) return undefined;
    if (targets.length === 0 || parseCidr(id) === undefined) return undefined;
    const closed = (await this.#confirmationsOf(id)).flatMap(({ target, bans }) => {
      const ban = bans.find((one) => one.jail === jail && one.bannedAt === bannedAt);
      return ban && targets.includes(target) && ban.since + MARGIN < latest ? [{ target, since: ban.since }] : [];
    });
    if (closed.length === 0) return undefined;
    const since = closed.reduce((least, one) => Math.min(least, one.since), Number.POSITIVE_INFINITY);
    const leaked = closed.map(({ target }) => target);
    await this.#note(record, latest, leaked);
    return { attempts: times.filter((time) => time > since + MARGIN).length, targets: leaked };
  }

  async #confirmationsOf(id: string): Promise<readonly Confirmation[]> {
    const { confirmations, targets, clock } = this.#ports;
    const before = this.#read.get(id);
    const at = clock.now();
    if (before && at < before.at + MINUTE) return before.confirmations;
    const read = await confirmations.get(targets.map((target) => ({ target, id })));
    if (this.#read.size >= MOST_IDS) this.#read.clear();
    this.#read.set(id, { at, confirmations: read });
    return read;
  }

  async #note({ id, jail, bannedAt, expiresAt }: Ban, at: number, targets: readonly string[]): Promise<void> {
    const now = this.#ports.clock.now();
    const key = `${id} ${jail}`;
    if (now < (this.#noted.get(key) ?? Number.NEGATIVE_INFINITY) + MINUTE) return;
    if (this.#noted.size >= MOST_IDS) this.#noted.clear();
    // Set beforehand: ids are counted several at once.
    this.#noted.set(key, now);
    const keepUntil = expiresAt === undefined ? undefined : expiresAt + KEPT_FOR;
    await this.#ports.leaks.note({ id, jail, bannedAt, at, targets, keepUntil });
  }
}
