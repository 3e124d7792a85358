import type { MatchCounts } from '../../core/records/match-counts.ts';
import type { IpSetContents } from '../../local/ip-set-contents.ts';

/** The events of a run, in order; also the lines of `--json`. Times are epoch seconds. */
export type RunEvent =
  | {
      readonly event: 'ban';
      readonly jail: string;
      readonly id: string;
      readonly time: number;
      /** Absent: permanent. */
      readonly until?: number;
      readonly attempts?: number;
    }
  | { readonly event: 'unban'; readonly jail: string; readonly id: string; readonly time: number }
  /** A jail stopped banning: more than its maxbans in a minute. */
  | { readonly event: 'breaker'; readonly jail: string; readonly bans: number; readonly time: number }
  | ({ readonly event: 'ipset' } & IpSetContents)
  | Summary;

export interface Summary {
  readonly event: 'summary';
  readonly lines: number;
  readonly attempts: number;
  readonly bans: number;
  readonly unbans: number;
  /**
   * Lines that brought no attempt though they might have, by jail and reason; those that are 0 are
   * absent. Of a replay alone.
   */
  readonly left?: Readonly<Record<string, Partial<MatchCounts>>>;
}

/** Where a run shows itself. */
export interface Screen {
  show(event: RunEvent): void;
  progress(state: Progress): void;
  close(): void;
}

export interface Progress {
  /** 0 to 1; `undefined` where how much is to come is not known. */
  readonly done: number | undefined;
  readonly lines: number;
  readonly attempts: number;
  readonly bans: number;
  readonly active: number;
  /** The log's clock, epoch seconds. */
  readonly time: number;
}
