import type { MatchingJail } from '../intake/matching-jail.ts';
import type { IntakePorts } from '../intake/process-batch.ts';
import type { BackfillStore } from '../ports/backfill-store.ts';
import type { LogPage, LogReader } from '../ports/log-reader.ts';
import {
  type BackfillOrder,
  type BackfillPage,
  type BackfillProblem,
  type BackfillProgress,
  type BackfillTally,
  NOTHING_YET,
} from '../records/backfill.ts';
import type { Span } from '../records/span.ts';
import { endOrder } from './backfill-ledger.ts';
import { LEAD_IN, MOST_EVENTS, sliceMatcher, slicesOf } from './backfill-slices.ts';

export interface ReadingPorts extends IntakePorts {
  readonly reader: LogReader;
  readonly store: BackfillStore;
}

/** The run of the function that reads. */
export interface BackfillRun {
  /** Unique among runs. */
  readonly holder: string;
  /** Epoch seconds after which nothing new is begun. */
  readonly stopAt: number;
  /** Epoch seconds by which the run has ended. */
  readonly deadAt: number;
}

/** `more`: more can be read at once. `rest`: nothing more in this run. */
export type Turn = 'more' | 'rest';

/** Milliseconds until an event can be read for certain; younger events are left to the next run. */
const SETTLED = 30_000;
/** Milliseconds of the first and of the longest stride; quiet spans are read in longer strides. */
const SHORTEST_STRIDE = 15 * 60_000;
const LONGEST_STRIDE = 6 * 3_600_000;
/** Seconds after which everything that a new stack lacks at first exists. */
const WAIT_FOR_ADDRESSES = 900;
/** Seconds for which a failing order is tried again. */
const GIVEN_UP_AFTER = 86_400;
/** Seconds; CloudWatch's tokens are good for a day. */
const PAGE_GOOD_FOR = 43_200;
const FIRST_PAUSE = 60;
const LONGEST_PAUSE = 900;

/**
 * One order in one run. It is read in strides of time, page by page. Progress is written after each
 * slice at the latest, on condition that no other run wrote. If a run dies at any point, the next
 * one continues from there.
 */
export class BackfillReading {
  readonly order: BackfillOrder;
  readonly #run: BackfillRun;
  readonly #ports: ReadingPorts;
  readonly #matcher: ReturnType<typeof sliceMatcher>;
  #progress: BackfillProgress;
  #leased = false;
  #stride = SHORTEST_STRIDE;

  constructor(order: BackfillOrder, progress: BackfillProgress | undefined, run: BackfillRun, ports: ReadingPorts) {
    this.order = order;
    this.#run = run;
    this.#ports = ports;
    this.#matcher = sliceMatcher(order, ports);
    this.#progress = progress ?? {
      cursorMs: order.fromMs,
      page: undefined,
      movedAt: order.orderedAt,
      tally: NOTHING_YET,
      lease: undefined,
      problem: undefined,
      version: 0,
    };
  }

  /** Epoch seconds of the last progress. */
  get movedAt(): number {
    return this.#progress.movedAt;
  }

  /**
   * False while another run holds it, during the pause after a failure, or if its events have yet
   * to happen.
   */
  canBegin(now: number): boolean {
    const { lease, problem, cursorMs } = this.#progress;
    if (lease && lease.holder !== this.#run.holder && lease.until > now) return false;
    if (problem && problem.retryAt > now) return false;
    return cursorMs > this.order.toMs || this.#readable(now) >= cursorMs;
  }

  /** Seconds since the last progress while there are events to read. */
  lag(now: number): number {
    return this.#readable(now) >= this.#progress.cursorMs ? Math.max(0, now - this.#progress.movedAt) : 0;
  }

  /**
   * Reads and matches a page. A failure is recorded and reported; another run tries again.
   *
   * @throws when the failure can't be recorded
   */
  async turn(jails: readonly MatchingJail[]): Promise<Turn> {
    const now = this.#ports.clock.now();
    try {
      if (this.#progress.version === 0) this.#leadIn(jails);
      if (this.#progress.cursorMs > this.order.toMs) return await this.#end('done', '');
      const held = this.#heldBack(jails, now);
      if (held !== undefined) return await this.#wait(held);
      if (!this.#leased && !(await this.#lease())) return 'rest';
      const span = this.#span(now);
      if (span.toMs < span.fromMs) return await this.#release(this.#progress.cursorMs);
      const page = await this.#ports.reader.page(this.order.logGroup, span, this.#nextPage(now)?.next);
      if (page === 'no-such-group') return await this.#noSuchGroup();
      return await this.#take(page, span, jails);
    } catch (error) {
      // A run cut off by its own end has not failed.
      if (this.#isOver()) return await this.#release(this.#progress.cursorMs, this.#progress.page);
      return await this.#trouble(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #readable(now: number): number {
    return Math.min(this.order.toMs, Math.floor(now * 1000) - SETTLED);
  }

  /**
   * While the protected addresses are unknown, a new stack would count attempts and make no bans.
   */
  #heldBack(jails: readonly MatchingJail[], now: number): string | undefined {
    if (now > this.order.orderedAt + WAIT_FOR_ADDRESSES) return undefined;
    const reasons = jails.flatMap(({ jail, rules }) =>
      this.order.jails.includes(jail.name) && rules.heldBack !== undefined ? [rules.heldBack] : [],
    );
    return reasons[0];
  }

  /** Reading begins before the span if a connection may be open at its start. */
  #leadIn(jails: readonly MatchingJail[]): void {
    const stateful = jails.some((one) => one.stateful && this.order.jails.includes(one.jail.name));
    if (!stateful) return;
    this.#progress = { ...this.#progress, cursorMs: Math.max(0, this.order.fromMs - LEAD_IN * 1000) };
  }

  #nextPage(now: number): BackfillPage | undefined {
    const { page } = this.#progress;
    return page && now < page.since + PAGE_GOOD_FOR ? page : undefined;
  }

  /** The span to request: the rest of the stride, or the next one. */
  #span(now: number): Span {
    const page = this.#nextPage(now);
    if (page) return { fromMs: page.fromMs, toMs: page.toMs };
    const fromMs = this.#progress.cursorMs;
    return { fromMs, toMs: Math.min(this.#readable(now), fromMs + this.#stride - 1) };
  }

  async #take({ events, next }: LogPage, span: Span, jails: readonly MatchingJail[]): Promise<Turn> {
    const slices = slicesOf(events);
    let unwritten = 0;
    for (const [i, slice] of slices.entries()) {
      await this.#matcher.match(slice, jails);
      unwritten += slice.events.length;
      const following = slices[i + 1]?.events[0];
      if (following === undefined) break;
      // The next event may be of the same millisecond, so reading starts there.
      if (this.#isOver()) return await this.#release(following.timestamp);
      if (unwritten + (slices[i + 1]?.events.length ?? 0) <= MOST_EVENTS) continue;
      if (!(await this.#advance(following.timestamp))) return 'rest';
      unwritten = 0;
    }
    if (next !== undefined) {
      const cursor = events.at(-1)?.timestamp ?? this.#progress.cursorMs;
      const page = { ...span, next, since: this.#ports.clock.now() };
      if (this.#isOver()) return await this.#release(cursor, page);
      return (await this.#advance(cursor, page)) ? 'more' : 'rest';
    }
    return await this.#pass(span, events.length);
  }

  /** The stride is done. */
  async #pass(span: Span, events: number): Promise<Turn> {
    if (events < MOST_EVENTS) this.#stride = Math.min(LONGEST_STRIDE, 2 * this.#stride);
    const cursor = span.toMs + 1;
    if (cursor > this.order.toMs) return (await this.#advance(cursor)) ? await this.#end('done', '') : 'rest';
    if (this.#isOver() || cursor > this.#readable(this.#ports.clock.now())) return await this.#release(cursor);
    return (await this.#advance(cursor)) ? 'more' : 'rest';
  }

  #isOver(): boolean {
    return this.#ports.clock.now() >= this.#run.stopAt;
  }

  async #lease(): Promise<boolean> {
    const { holder, deadAt } = this.#run;
    this.#leased = await this.#write({ ...this.#progress, lease: { holder, until: deadAt } });
    return this.#leased;
  }

  #advance(cursorMs: number, page?: BackfillPage): Promise<boolean> {
    return this.#write(this.#cameTo(cursorMs, page));
  }

  /** Leaves the rest to the next run, which need not wait for the end of this one. */
  async #release(cursorMs: number, page?: BackfillPage): Promise<Turn> {
    await this.#write({ ...this.#cameTo(cursorMs, page), lease: undefined });
    return 'rest';
  }

  #cameTo(cursorMs: number, page: BackfillPage | undefined): BackfillProgress {
    const former = this.#progress;
    const moved = cursorMs > former.cursorMs || (page !== undefined && page !== former.page);
    const movedAt = moved ? this.#ports.clock.now() : former.movedAt;
    const tally = sum(former.tally, this.#matcher.takeTally());
    return { ...former, cursorMs, page, movedAt, tally, problem: undefined };
  }

  /** False when another run wrote and now holds the order. */
  async #write(next: Omit<BackfillProgress, 'version'>): Promise<boolean> {
    const progress = { ...next, version: this.#progress.version + 1 };
    if ((await this.#ports.store.writeProgress(this.order.id, progress)) === 'conflict') return false;
    this.#progress = progress;
    return true;
  }

  async #end(how: 'done' | 'failed', reason: string): Promise<Turn> {
    const { store, clock, telemetry } = this.#ports;
    const end = await endOrder(this.order, this.#progress, { how, reason }, store, clock.now());
    const { events, failures, bans } = this.#progress.tally;
    if (end) telemetry.emit({ kind: 'backfill-ended', logGroup: this.order.logGroup, how, events, failures, bans });
    return 'rest';
  }

  async #noSuchGroup(): Promise<Turn> {
    const text = 'there is no such log group';
    if (this.order.kind === 'request') return await this.#end('failed', text);
    // A missing log group has nothing to read back, but its first agent may create it soon.
    if (this.#readable(this.#ports.clock.now()) >= this.order.toMs) return await this.#end('done', text);
    return await this.#wait(text);
  }

  /** The order is fine but can't begin yet. */
  async #wait(text: string): Promise<Turn> {
    // It does not count as late.
    const movedAt = this.#ports.clock.now();
    await this.#write({ ...this.#progress, movedAt, lease: undefined, problem: this.#problem(text, FIRST_PAUSE / 2) });
    return 'rest';
  }

  async #trouble(error: Error): Promise<Turn> {
    const problem = this.#problem(`${error.name}: ${error.message}`, LONGEST_PAUSE);
    const { clock, telemetry } = this.#ports;
    const givenUp = clock.now() - problem.since >= GIVEN_UP_AFTER;
    telemetry.emit({ kind: 'backfill-failed', logGroup: this.order.logGroup, error, givenUp });
    if (givenUp) return await this.#end('failed', problem.text);
    // Events matched since the last write come again.
    this.#matcher.takeTally();
    // The token of the next page may be the cause.
    await this.#write({ ...this.#progress, page: undefined, lease: undefined, problem });
    return 'rest';
  }

  #problem(text: string, longestPause: number): BackfillProblem {
    const now = this.#ports.clock.now();
    const { since = now, times = 0 } = this.#progress.problem ?? {};
    const retryAt = now + Math.min(longestPause, FIRST_PAUSE * 2 ** Math.min(times, 10));
    return { text, since, times: times + 1, retryAt };
  }
}

function sum(a: BackfillTally, b: BackfillTally): BackfillTally {
  return {
    events: a.events + b.events,
    failures: a.failures + b.failures,
    bans: a.bans + b.bans,
    missed: a.missed + b.missed,
    heldBack: a.heldBack + b.heldBack,
  };
}
