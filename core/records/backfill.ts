import type { Span } from './span.ts';

/** A span of a log group to read back and run through jails. It never changes. */
export interface BackfillOrder extends Span {
  /** One more than the previous order's id. */
  readonly id: number;
  /** `catch-up`: these jails are new to the log group. `request`: an operator ordered it. */
  readonly kind: 'catch-up' | 'request';
  readonly logGroup: string;
  /** Names. */
  readonly jails: readonly string[];
  /** Epoch seconds. */
  readonly orderedAt: number;
}

/** The progress of an order. */
export interface BackfillProgress {
  /**
   * Epoch milliseconds: all events before it have been matched and counted, and perhaps some at or
   * after it. Counting events again changes nothing.
   */
  readonly cursorMs: number;
  /**
   * The token of the next page, while it is valid; `undefined`: reading begins at the cursor. It
   * avoids repeated reads of events of one millisecond and of empty pages.
   */
  readonly page: BackfillPage | undefined;
  /** Epoch seconds at which the cursor was last moved. */
  readonly movedAt: number;
  readonly tally: BackfillTally;
  /**
   * The run that works on it. No other run begins before `until` (epoch seconds), by which a dead
   * run has certainly ended.
   */
  readonly lease: { readonly holder: string; readonly until: number } | undefined;
  /** What prevents progress; `undefined`: nothing. */
  readonly problem: BackfillProblem | undefined;
  /** 1 when first written, one more with every change. */
  readonly version: number;
}

export interface BackfillPage extends Span {
  /** See `LogPage`. */
  readonly next: string;
  /** Epoch seconds of the order. */
  readonly since: number;
}

/**
 * The results so far. After a run died and was repeated, some counts may be doubled, and bans may
 * be missing.
 */
export interface BackfillTally {
  /** Events of the span, of all kinds. */
  readonly events: number;
  /** Failures that the jails found in them. */
  readonly failures: number;
  /** Bans that were in force when made. */
  readonly bans: number;
  /** Due bans that were over before they could be made. */
  readonly missed: number;
  /**
   * The number of times a ban was held back because the jail had made its `maxbans` in one minute,
   * or may make none for now.
   */
  readonly heldBack: number;
}

export interface BackfillProblem {
  /** For people. */
  readonly text: string;
  /** Epoch seconds of its beginning. */
  readonly since: number;
  readonly times: number;
  /** Epoch seconds of the earliest next try. */
  readonly retryAt: number;
}

/** A finished order, kept for a while. */
export interface EndedBackfill {
  readonly order: BackfillOrder;
  readonly how: 'done' | 'cancelled' | 'failed';
  /** For people; empty if there is nothing to report. */
  readonly reason: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly cursorMs: number;
  readonly tally: BackfillTally;
}

/** The jails of a log group in the deployed functions. */
export interface ReadLogGroup {
  /** A final asterisk stands for all names with this prefix. */
  readonly logGroup: string;
  readonly jails: readonly string[];
}

/** All backfill orders in one record. */
export interface BackfillLedger {
  /** The log groups that the deployed jails read. Each pair here has caught up or has an order. */
  readonly reads: readonly ReadLogGroup[];
  /** Oldest first. */
  readonly orders: readonly BackfillOrder[];
  /** Newest first; the oldest are dropped. */
  readonly ended: readonly EndedBackfill[];
  /** Id of the latest order; 0 before the first. */
  readonly latest: number;
  /** 1 when first written, one more with every change. */
  readonly version: number;
}

export const NOTHING_YET: BackfillTally = { events: 0, failures: 0, bans: 0, missed: 0, heldBack: 0 };
