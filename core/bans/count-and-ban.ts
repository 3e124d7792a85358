import { firstFullWindow } from '../attempts/window.ts';
import type { AttemptStore } from '../ports/attempt-store.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { BreakerStore } from '../ports/breaker-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type AttemptSet, byTime, type EvidenceLine } from '../records/attempt.ts';
import { type Ban, type BanKey, endOf } from '../records/ban.ts';
import { bansOnRecord } from './ban-changes.ts';
import { linesBehind, termsOf } from './ban-terms.ts';
import { type Breaker, breakerOf } from './breaker.ts';
import { type CountingRules, newestLines } from './counting-rules.ts';
import { KnownBans } from './known-bans.ts';
import type { LeakWatch } from './leak-watch.ts';
import { reportTransition } from './report-transition.ts';
import { type AddedTo, spentAttempts } from './spent-attempts.ts';
import { type BanRequest, banned } from './transitions.ts';
import { nextBan, type Verdict } from './verdict.ts';

export interface CountingPorts {
  readonly attempts: AttemptStore;
  readonly bans: BanStore;
  readonly breakers: BreakerStore;
  readonly telemetry: Telemetry;
  /** Shows when a ban is put on record; absent: at the run's `now`. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /**
   * Separates attempts that a firewall should have blocked from those made before it could; absent:
   * all count as the latter.
   */
  readonly leaks?: Pick<LeakWatch, 'look'> | undefined;
}

/** What is counted in one run. */
export interface Counting {
  readonly jail: string;
  readonly rules: CountingRules;
  /** Epoch seconds; a ban that would already be over is recorded but not enforced. */
  readonly now: number;
  /** That of the container the run is in; absent: it knows of none. */
  readonly known?: KnownBans;
  /**
   * Called for each ban the jail makes, before the next one is made. Called again when the run that
   * made it may have died before it called, so it must be idempotent.
   */
  readonly onBan?: (ban: BanMade) => Promise<void>;
}

export type BanMade = Pick<Ban, 'id' | 'jail' | 'bannedAt'>;

/** What one batch holds of one id in one jail: each attempt with the line behind it. */
export interface NewAttempts {
  readonly key: BanKey;
  readonly attempts: readonly EvidenceLine[];
}

/**
 * Attempts added in one write. Flooded within one batch, the item stays far from DynamoDB's 400 KB.
 */
const SLICE = 1000;

/** One run of counting in one jail: the ids of a batch, some at a time. */
export interface CountingRun {
  /**
   * Counts the attempts and makes the bans they call for. Safe to repeat with the same attempts, to
   * run concurrently, and to be cut off at any point and run again: attempts are a set, and each
   * ban is written on condition of the record it was decided from.
   *
   * @throws when a store fails; the counting of other ids is none the worse for it
   */
  count(found: NewAttempts): Promise<void>;
  /** To be called when all are counted, or have failed: the jail's breaker learns of the bans. */
  settle(): Promise<void>;
}

export function countingRun(counting: Counting, ports: CountingPorts): CountingRun {
  return new Run(counting, ports);
}

/** A {@link countingRun} of one id. */
export async function countAndBan(found: NewAttempts, counting: Counting, ports: CountingPorts): Promise<void> {
  const run = countingRun(counting, ports);
  await run.count(found);
  await run.settle();
}

/** A set of attempts that may call for bans. */
interface Case {
  readonly key: BanKey;
  readonly held: AttemptSet;
  readonly evidence: readonly EvidenceLine[];
  /** Of the batch's attempts. */
  readonly times: readonly number[];
}

class Run implements CountingRun {
  readonly #rules: CountingRules;
  readonly #now: number;
  readonly #known: KnownBans;
  readonly #onBan: Counting['onBan'];
  readonly #ports: CountingPorts;
  readonly #breaker: Breaker;

  constructor({ jail, rules, now, known, onBan }: Counting, ports: CountingPorts) {
    this.#rules = rules;
    this.#now = now;
    this.#known = known ?? new KnownBans();
    this.#onBan = onBan;
    this.#ports = ports;
    this.#breaker = breakerOf(jail, rules.maxbans, ports, now);
  }

  async count({ key, attempts }: NewAttempts): Promise<void> {
    const times = attempts.map(({ time }) => time);
    let record = await this.#known.read(key, this.#ports.bans);
    await this.#callAgain(record, times);
    let rest = await this.#afterBan([...attempts].sort(byTime), record);
    while (rest.length > 0) {
      const slice = rest.slice(0, SLICE);
      const latest = slice.at(-1)?.time ?? 0;
      const held = await this.#add(key, slice, latest);
      if (firstFullWindow(held.attempts, this.#rules)) {
        record = await this.#banWhileCalledFor({ key, held, evidence: [...held.lines, ...slice], times });
      }
      await this.#prune(key, { held, record, latest });
      rest = await this.#afterBan(rest.slice(SLICE), record);
    }
  }

  async settle(): Promise<void> {
    await this.#breaker.settle();
  }

  /**
   * Adds the attempts and their newest lines; returns the set as it then is. Where the item has no
   * room (a flood in a jail that is held back, many matchers at once), what is spent goes first.
   */
  async #add(key: BanKey, slice: readonly EvidenceLine[], latest: number): Promise<AttemptSet> {
    const keepUntil = Math.max(latest, Math.floor(this.#now)) + 2 * this.#rules.findtime;
    const added = { attempts: slice, lines: newestLines(slice, this.#rules) };
    for (;;) {
      const held = await this.#ports.attempts.add(key, added, keepUntil);
      if (held === 'too-large') {
        await this.#makeRoom(key, latest);
        continue;
      }
      this.#ports.telemetry.emit({ kind: 'attempts-counted', ...key, attempts: slice.length });
      return held;
    }
  }

  /** @throws when all that the item holds still matters, which no option allows */
  async #makeRoom(key: BanKey, latest: number): Promise<void> {
    const held = await this.#ports.attempts.read(key);
    const record = await this.#ports.bans.read(key);
    if (await this.#prune(key, { held, record, latest, isFull: true })) return;
    throw new Error(`the attempts of ${key.id} in ${key.jail} do not fit in an item`);
  }

  /** Attempts up to a ban's end never count, so they need not be stored. */
  async #afterBan(attempts: readonly EvidenceLine[], record: Ban | undefined): Promise<readonly EvidenceLine[]> {
    if (!record) return attempts;
    const { telemetry, leaks } = this.#ports;
    const { id, jail } = record;
    const end = endOf(record);
    const during = attempts.filter(({ time }) => time <= end);
    if (during.length === 0) return attempts;
    const times = during.map(({ time }) => time);
    const leaked = await leaks?.look(record, times);
    if (leaked) telemetry.emit({ kind: 'attempts-while-banned', jail, id, ...leaked });
    const late = during.length - (leaked?.attempts ?? 0);
    if (late > 0) telemetry.emit({ kind: 'attempts-late', jail, id, attempts: late });
    return attempts.filter(({ time }) => time > end);
  }

  /** Makes bans until the attempts call for none; returns the record as it then is. */
  async #banWhileCalledFor({ key, held, evidence, times }: Case): Promise<Ban | undefined> {
    let record = await this.#read(key, times);
    for (;;) {
      const verdict = nextBan(held.attempts, record, this.#rules);
      if (!verdict) break;
      const reason = this.#rules.heldBack ?? ((await this.#breaker.admits()) ? undefined : 'breaker');
      if (reason !== undefined) {
        this.#ports.telemetry.emit({ kind: 'ban-held-back', ...key, reason });
        break;
      }
      const written = await this.#ban(key, verdict, record, evidence);
      record = written ?? (await this.#read(key, times));
    }
    this.#known.keep(key, record);
    return record;
  }

  async #read(key: BanKey, times: readonly number[]): Promise<Ban | undefined> {
    const record = await this.#ports.bans.read(key);
    await this.#callAgain(record, times);
    return record;
  }

  /** @returns the record as written; `undefined`: it was written meanwhile by another */
  async #ban(
    key: BanKey,
    verdict: Verdict,
    record: Ban | undefined,
    evidence: readonly EvidenceLine[],
  ): Promise<Ban | undefined> {
    const { bans, clock, telemetry } = this.#ports;
    let made = false;
    try {
      const terms = await termsOf({ key, record, bannedAt: verdict.bannedAt, rules: this.#rules }, bans);
      const lines = linesBehind(verdict.bannedAt, evidence, this.#rules);
      const request: BanRequest = { ...verdict, ...terms, madeAt: clock?.now(), origin: 'jail', evidence: lines };
      const transition = banned(key, record, request, this.#now);
      if (transition.kind === 'unchanged' || (await bans.write(transition.ban)) !== 'written') return undefined;
      made = transition.kind === 'banned';
      reportTransition(transition, telemetry);
      if (!made) return transition.ban;
      await this.#breaker.made();
      await this.#onBan?.(transition.ban);
      return transition.ban;
    } finally {
      if (!made) this.#breaker.notMade();
    }
  }

  /**
   * Bans on record with some of these attempts in their window may have been written by a run that
   * died before it called `onBan`.
   */
  async #callAgain(record: Ban | undefined, times: readonly number[]): Promise<void> {
    if (!record || !this.#onBan) return;
    for (const bannedAt of bansOnRecord(record)) {
      const isOurs = times.some((time) => time <= bannedAt && time > bannedAt - this.#rules.findtime);
      if (isOurs) await this.#onBan({ id: record.id, jail: record.jail, bannedAt });
    }
  }

  /**
   * Removes spent attempts. The run that made the last ban may have died before it called `onBan`,
   * and would not find the ban called for again: so it is called first.
   *
   * @returns false when there are none
   */
  async #prune(key: BanKey, added: AddedTo): Promise<boolean> {
    const spent = spentAttempts(added, this.#rules);
    if (!spent) return false;
    const times = spent.attempts.map(({ time }) => time);
    await this.#callAgain(added.record, times);
    await this.#ports.attempts.remove(key, spent);
    return true;
  }
}
