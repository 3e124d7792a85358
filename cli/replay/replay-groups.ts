import { vmWatch } from '../../aws/vm-watch.ts';
import type { FoundId } from '../../core/match/file-matcher.ts';
import type { LogReader } from '../../core/ports/log-reader.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import type { Span } from '../../core/records/span.ts';
import type { Progress } from '../output/run-event.ts';
import { groupEvents } from './group-events.ts';
import { type GroupHit, GroupMatcher } from './group-matcher.ts';
import type { JailCounter } from './jail-counter.ts';
import type { ReplayEvent } from './replay.ts';
import { type BanEvent, ReplayLedger, type ReplayResult } from './replay-ledger.ts';

export interface GroupReplayOptions {
  /** Each plays the log groups it reads. */
  readonly jails: readonly CompiledJail[];
  readonly groups: readonly string[];
  readonly span: Span;
  readonly reader: LogReader;
  /** Report every failure. */
  readonly found: boolean;
  readonly show: (event: ReplayEvent) => void;
  /** Called after each page of events; what it returns is waited for. */
  readonly progress: (state: Progress) => Promise<void> | undefined;
}

/**
 * Whom the stack would have banned, had each event of the log groups been delivered at its
 * timestamp: failures are found as the matcher finds them, their times included, and bans are what
 * jails with `filter = recidive` count.
 *
 * @throws {MissingLogGroup} what was found until then has been shown
 */
export async function replayGroups(options: GroupReplayOptions): Promise<ReplayResult> {
  return new GroupReplay(options).run();
}

class GroupReplay {
  readonly #options: GroupReplayOptions;
  readonly #matcher: GroupMatcher;
  readonly #ledger: ReplayLedger;
  readonly #recidive: readonly JailCounter[];
  readonly #recidiveNames: ReadonlySet<string>;
  /** Bans that recidive jails have not counted yet. */
  readonly #made: BanEvent[] = [];

  constructor(options: GroupReplayOptions) {
    const { jails } = options;
    this.#options = options;
    this.#matcher = new GroupMatcher(jails, vmWatch());
    this.#ledger = new ReplayLedger(jails, (event) => this.#show(event));
    this.#recidive = this.#ledger.counters.filter((_, index) => jails[index]?.recidive);
    this.#recidiveNames = new Set(jails.filter(({ recidive }) => recidive).map(({ name }) => name));
  }

  async run(): Promise<ReplayResult> {
    const { reader, groups, span, progress } = this.#options;
    for await (const page of groupEvents(reader, groups, span)) {
      const hits = this.#matcher.match(page);
      for (const hit of hits) await this.#count(hit);
      this.#ledger.add(page.length, hits.length);
      const reached = page.at(-1)?.timestamp ?? span.fromMs;
      this.#ledger.forget(reached / 1000 - MOST_DEVIATION);
      await progress(this.#ledger.progress(shareOf(span, reached), reached / 1000));
    }
    return this.#ledger.finish(this.#matcher.left());
  }

  async #count({ jail, failure, event }: GroupHit): Promise<void> {
    const time = Math.floor(failure.time);
    if (this.#options.found) {
      const { name } = this.#options.jails[jail] as CompiledJail;
      const { logGroup, logStream, id: eventId } = event;
      this.#options.show({ event: 'found', jail: name, id: failure.id, time, logGroup, logStream, eventId });
    }
    this.#ledger.reach(time);
    await this.#ledger.counters[jail]?.count(failure);
    for (let ban = this.#made.shift(); ban; ban = this.#made.shift()) {
      const found: FoundId = { id: ban.id, kind: 'other', time: ban.time };
      for (const counter of this.#recidive) await counter.count(found);
    }
  }

  #show(event: BanEvent): void {
    this.#options.show(event);
    if (event.event === 'ban' && !this.#recidiveNames.has(event.jail)) this.#made.push(event);
  }
}

/** Seconds by which the date in a line may be away from its event (core/match/line-dates.ts). */
const MOST_DEVIATION = 60;

/** How much of the span's time has passed. */
function shareOf({ fromMs, toMs }: Span, reached: number): number {
  return toMs <= fromMs ? 1 : Math.min(1, Math.max(0, (reached - fromMs) / (toMs - fromMs)));
}
