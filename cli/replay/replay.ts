import { vmWatch } from '../../aws/vm-watch.ts';
import { type Ban, endOf } from '../../core/bans/ban.ts';
import { isRemembered } from '../../core/bans/ban-time.ts';
import type { CompiledJail } from '../../core/filter/compiled-jail.ts';
import type { FoundId } from '../../core/filter/file-matcher.ts';
import type { MatchCounts } from '../../core/filter/line-matcher.ts';
import type { LogFile } from '../../local/replay/read-lines.ts';
import type { Progress, RunEvent, Summary } from '../../local/replay/run-event.ts';
import type { FoundLines } from './found-lines.ts';
import { JailCounter, type Uncounted } from './jail-counter.ts';
import { JailLines } from './jail-lines.ts';
import { ReplayBans } from './replay-bans.ts';
import { scannedApart } from './scanned-apart.ts';
import { countLines } from './scanned-blocks.ts';

/** A failure, told of where it is asked for. */
export interface FoundEvent {
  readonly event: 'found';
  readonly jail: string;
  /** The address as it stands in the log; a ban may cover the range around it. */
  readonly id: string;
  readonly time: number;
  /** From 1, in its file. */
  readonly line: number;
  /** Where there are several. */
  readonly file?: string;
}

export type ReplayEvent = Extract<RunEvent, { event: 'ban' | 'unban' }> | FoundEvent;

export interface ReplayOptions {
  readonly jails: readonly CompiledJail[];
  /** In the order of their time. */
  readonly files: readonly LogFile[];
  /** Epoch seconds that dates without a year are the last before. */
  readonly reference: number;
  /** Tell of every failure. */
  readonly found: boolean;
  readonly show: (event: ReplayEvent) => void;
  /** Called after each block of lines; what it returns is waited for. */
  readonly progress: (state: Progress) => Promise<void> | undefined;
}

export interface ReplayResult {
  readonly summary: Summary;
  /** By jail, in order. */
  readonly jails: readonly (Uncounted & { readonly name: string; readonly left: MatchCounts })[];
}

/** A failure in the block at hand. */
interface Hit {
  readonly jail: ReplayingJail;
  readonly found: FoundId;
  readonly end: number;
}

interface ReplayingJail {
  readonly name: string;
  readonly lines: JailLines;
  readonly counter: JailCounter;
}

/**
 * What the jails would have banned, on the log's own clock: bans when a window fills, unbans at the ban's end as soon as a later failure
 * shows that it has passed, and those still to come after the last line. (In the stack the expirer lifts bans, at its next minute.)
 *
 * @throws {LogFileError} when a file can't be read to its end; what was found until then has been shown
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  return new Replay(options).run();
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #bans = new ReplayBans();
  readonly #jails: readonly ReplayingJail[];
  readonly #tally = { lines: 0, attempts: 0, bans: 0, unbans: 0 };
  /** The latest time of a failure. */
  #clock = Number.NEGATIVE_INFINITY;
  readonly #totalBytes: number;
  /** Seconds after which what happened can't matter, lines out of order by a findtime included. */
  readonly #horizon: number;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#totalBytes = options.files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#horizon = 2 * Math.max(0, ...options.jails.map(({ findtime }) => findtime));
    const watch = vmWatch();
    this.#jails = options.jails.map((jail) => ({
      name: jail.name,
      lines: new JailLines(jail.match, options.reference, watch),
      counter: new JailCounter(jail, this.#bans, (ban) => this.#banned(ban)),
    }));
  }

  async run(): Promise<ReplayResult> {
    let bytesBefore = 0;
    for (const file of this.#options.files) {
      await this.#play(file, bytesBefore);
      bytesBefore += file.bytes;
    }
    this.#liftUntil(Number.POSITIVE_INFINITY);
    const jails = this.#jails.map(({ name, lines, counter }) => ({
      name,
      left: lines.counts(),
      ...counter.uncounted(),
    }));
    return { summary: { event: 'summary', ...this.#tally }, jails };
  }

  async #play(file: LogFile, bytesBefore: number): Promise<void> {
    let linesBefore = 0;
    const literals = this.#options.jails.map(({ match }) => match.literals);
    for await (const block of scannedApart(file, literals)) {
      const all = this.#jails.map(({ lines }, index) => lines.read(block, block.ends[index]));
      let last: number | undefined;
      let line = linesBefore;
      let from = 0;
      for (const { jail, found, end } of inOrder(this.#jails, all)) {
        if (this.#options.found) {
          line += countLines(block.bytes, from, end);
          from = end;
          this.#show(jail.name, found, line + 1, file);
        }
        const time = Math.floor(found.time);
        last = time;
        if (time > this.#clock) this.#liftUntil(time);
        const banning = jail.counter.count(found);
        if (banning) await banning;
      }
      linesBefore += block.lines;
      this.#tally.lines += block.lines;
      this.#tally.attempts += all.reduce((sum, { length }) => sum + length, 0);
      if (last !== undefined) this.#forget(last);
      await this.#progress(bytesBefore + block.bytesRead);
    }
  }

  #banned({ jail, id, bannedAt: time, expiresAt, attempts }: Ban): void {
    this.#tally.bans += 1;
    const until = expiresAt === undefined ? {} : { until: expiresAt };
    this.#options.show({ event: 'ban', jail, id, time, ...until, attempts });
  }

  #liftUntil(time: number): void {
    this.#clock = time;
    for (let ban = this.#bans.takeEnded(time); ban; ban = this.#bans.takeEnded(time)) {
      this.#tally.unbans += 1;
      this.#options.show({ event: 'unban', jail: ban.jail, id: ban.id, time: ban.expiresAt ?? time });
    }
  }

  #show(jail: string, found: FoundId, line: number, file: LogFile): void {
    const where = this.#options.files.length > 1 ? { file: file.path } : {};
    this.#options.show({ event: 'found', jail, id: found.id, time: Math.floor(found.time), line, ...where });
  }

  #forget(now: number): void {
    for (const { counter } of this.#jails) counter.forget(now);
    this.#bans.forget((ban) => endOf(ban) <= now - this.#horizon && !this.#remembers(ban, now));
  }

  /** A past ban may lengthen the next one, in any jail. */
  #remembers(ban: Ban, now: number): boolean {
    return this.#options.jails.some(
      ({ increment, dbpurgeage }) => increment.enabled && isRemembered(ban, dbpurgeage, now),
    );
  }

  #progress(bytes: number): Promise<void> | undefined {
    const done = this.#totalBytes === 0 ? 1 : Math.min(1, bytes / this.#totalBytes);
    const time = Number.isFinite(this.#clock) ? this.#clock : 0;
    return this.#options.progress({ ...this.#tally, done, active: this.#bans.activeCount, time });
  }
}

/** The failures that all jails find in a block, in the order of the lines; on one line in the order of the jails. */
function* inOrder(jails: readonly ReplayingJail[], all: readonly FoundLines[]): Generator<Hit> {
  const next = all.map(() => 0);
  for (;;) {
    let first = -1;
    let end = Number.POSITIVE_INFINITY;
    for (let index = 0; index < all.length; index++) {
      const [lines, at] = [all[index] as FoundLines, next[index] as number];
      if (at >= lines.length || lines.end(at) >= end) continue;
      first = index;
      end = lines.end(at);
    }
    const [jail, lines] = [jails[first], all[first]];
    if (!jail || !lines) return;
    const at = next[first] as number;
    next[first] = at + 1;
    yield { jail, found: lines.at(at), end };
  }
}
