import { isRemembered } from '../../core/bans/ban-time.ts';
import { type Ban, endOf } from '../../core/records/ban.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import type { MatchCounts } from '../../core/records/match-counts.ts';
import type { Progress, RunEvent, Summary } from '../output/run-event.ts';
import { JailCounter, type Uncounted } from './jail-counter.ts';
import { ReplayBans } from './replay-bans.ts';

export type BanEvent = Extract<RunEvent, { event: 'ban' | 'unban' }>;

export interface ReplayResult {
  readonly summary: Summary;
  /** By jail, in order. */
  readonly jails: readonly (Uncounted & { readonly name: string; readonly left: MatchCounts })[];
}

/**
 * What a replay comes to: bans when a window fills, unbans at the ban's end as soon as a later
 * failure shows that it has passed. (In the stack the expirer lifts bans, at its next minute.)
 */
export class ReplayLedger {
  readonly #jails: readonly CompiledJail[];
  readonly #show: (event: BanEvent) => void;
  readonly #bans = new ReplayBans();
  readonly #tally = { lines: 0, attempts: 0, bans: 0, unbans: 0 };
  /** The latest time of a failure. */
  #clock = Number.NEGATIVE_INFINITY;
  /** Seconds after which what happened can't matter, lines out of order by a findtime included. */
  readonly #horizon: number;
  /** Of the jails, in their order. */
  readonly counters: readonly JailCounter[];

  constructor(jails: readonly CompiledJail[], show: (event: BanEvent) => void) {
    this.#jails = jails;
    this.#show = show;
    this.#horizon = 2 * Math.max(0, ...jails.map(({ findtime }) => findtime));
    this.counters = jails.map((jail) => new JailCounter(jail, this.#bans, (ban) => this.#banned(ban)));
  }

  /** To be called with the time of each failure before it is counted, in whole seconds. */
  reach(time: number): void {
    if (time > this.#clock) this.#liftUntil(time);
  }

  add(lines: number, attempts: number): void {
    this.#tally.lines += lines;
    this.#tally.attempts += attempts;
  }

  /** Forgets what can't matter any more at `now`, when there is much of it. */
  forget(now: number): void {
    for (const counter of this.counters) counter.forget(now);
    this.#bans.forget((ban) => endOf(ban) <= now - this.#horizon && !this.#remembers(ban, now));
  }

  /**
   * @param done how much of the log, 0 to 1
   *
   * @param time the log's clock, where more is known of it than the last failure
   */
  progress(done: Progress['done'], time?: number): Progress {
    const clock = time ?? (Number.isFinite(this.#clock) ? this.#clock : 0);
    return { ...this.#tally, done, active: this.#bans.activeCount, time: clock };
  }

  /** Lifts all bans still to come. @param left what each jail left out, in their order */
  finish(left: readonly MatchCounts[]): ReplayResult {
    this.#liftUntil(Number.POSITIVE_INFINITY);
    const jails = this.#jails.map(({ name }, index) => ({
      name,
      left: left[index] as MatchCounts,
      ...(this.counters[index] as JailCounter).uncounted(),
    }));
    const lefts = jails.flatMap(({ name, left: counts }) => {
      const some = Object.entries(counts).filter(([, count]) => count > 0);
      return some.length === 0 ? [] : [[name, Object.fromEntries(some)] as const];
    });
    const summary = { event: 'summary', ...this.#tally } as const;
    return { summary: lefts.length === 0 ? summary : { ...summary, left: Object.fromEntries(lefts) }, jails };
  }

  #banned({ jail, id, bannedAt: time, expiresAt, attempts }: Ban): void {
    this.#tally.bans += 1;
    const until = expiresAt === undefined ? {} : { until: expiresAt };
    this.#show({ event: 'ban', jail, id, time, ...until, attempts });
  }

  #liftUntil(time: number): void {
    this.#clock = time;
    for (let ban = this.#bans.takeEnded(time); ban; ban = this.#bans.takeEnded(time)) {
      this.#tally.unbans += 1;
      this.#show({ event: 'unban', jail: ban.jail, id: ban.id, time: ban.expiresAt ?? time });
    }
  }

  /** A past ban may lengthen the next one, in any jail. */
  #remembers(ban: Ban, now: number): boolean {
    return this.#jails.some(({ increment, dbpurgeage }) => increment.enabled && isRemembered(ban, dbpurgeage, now));
  }
}
