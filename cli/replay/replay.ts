import { vmWatch } from '../../aws/vm-watch.ts';
import type { FoundId } from '../../core/match/file-matcher.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { type LogFile, shareOf, totalBytes } from '../input/log-file.ts';
import type { Progress } from '../output/run-event.ts';
import { type FoundLines, InOrder } from './found-lines.ts';
import type { JailCounter } from './jail-counter.ts';
import { JailLines } from './jail-lines.ts';
import { type BanEvent, ReplayLedger, type ReplayResult } from './replay-ledger.ts';
import { scannedApart } from './scanned-apart.ts';
import { countLines } from './scanned-blocks.ts';

/** A failure in a file, reported on request. */
interface FoundInFile {
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

/** The same in a log group. */
interface FoundInGroup extends Omit<FoundInFile, 'line' | 'file'> {
  readonly logGroup: string;
  readonly logStream: string;
  /** CloudWatch's id of the event. */
  readonly eventId: string;
}

export type FoundEvent = FoundInFile | FoundInGroup;
export type ReplayEvent = BanEvent | FoundEvent;

export interface ReplayOptions {
  readonly jails: readonly CompiledJail[];
  /** In the order of their time. */
  readonly files: readonly LogFile[];
  /** Epoch seconds that dates without a year are the last before. */
  readonly reference: number;
  /** Report every failure. */
  readonly found: boolean;
  readonly show: (event: ReplayEvent) => void;
  /** Called after each block of lines; what it returns is waited for. */
  readonly progress: (state: Progress) => Promise<void> | undefined;
}

interface ReplayingJail {
  readonly name: string;
  readonly lines: JailLines;
  readonly counter: JailCounter;
}

/**
 * What the jails would have banned, on the log's own clock, up to the last unban after the last
 * line.
 *
 * @throws {LogFileError} when a file can't be read to its end; what was found until then has been
 *   shown
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  return new Replay(options).run();
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #ledger: ReplayLedger;
  readonly #jails: readonly ReplayingJail[];
  /** `undefined` where some log comes through a pipe. */
  readonly #totalBytes: number | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#totalBytes = totalBytes(options.files);
    const ledger = new ReplayLedger(options.jails, options.show);
    const watch = vmWatch();
    this.#ledger = ledger;
    this.#jails = options.jails.map((jail, index) => ({
      name: jail.name,
      lines: new JailLines(jail.match, options.reference, watch),
      counter: ledger.counters[index] as JailCounter,
    }));
  }

  async run(): Promise<ReplayResult> {
    let bytesBefore = 0;
    for (const file of this.#options.files) {
      await this.#play(file, bytesBefore);
      bytesBefore += file.bytes ?? 0;
    }
    return this.#ledger.finish(this.#jails.map(({ lines }) => lines.counts()));
  }

  async #play(file: LogFile, bytesBefore: number): Promise<void> {
    const ledger = this.#ledger;
    let linesBefore = 0;
    const literals = this.#options.jails.map(({ match }) => match.literals);
    for await (const block of scannedApart(file, literals)) {
      const all = this.#jails.map(({ lines }, index) => lines.read(block, block.spans[index]));
      let last: number | undefined;
      let line = linesBefore;
      let from = 0;
      const failure = new InOrder(all);
      while (failure.next()) {
        const jail = this.#jails[failure.jail] as ReplayingJail;
        const found = (all[failure.jail] as FoundLines).at(failure.at);
        if (this.#options.found) {
          const end = (all[failure.jail] as FoundLines).end(failure.at);
          line += countLines(block.bytes, from, end);
          from = end;
          this.#show(jail.name, found, line + 1, file);
        }
        last = Math.floor(found.time);
        ledger.reach(last);
        const banning = jail.counter.count(found);
        if (banning) await banning;
      }
      linesBefore += block.lines;
      ledger.add(
        block.lines,
        all.reduce((sum, { length }) => sum + length, 0),
      );
      if (last !== undefined) ledger.forget(last);
      await this.#progress(bytesBefore + block.bytesRead);
    }
  }

  #show(jail: string, found: FoundId, line: number, file: LogFile): void {
    const where = this.#options.files.length > 1 ? { file: file.path } : {};
    this.#options.show({ event: 'found', jail, id: found.id, time: Math.floor(found.time), line, ...where });
  }

  #progress(bytes: number): Promise<void> | undefined {
    return this.#options.progress(this.#ledger.progress(shareOf(this.#totalBytes, bytes)));
  }
}
