import type { Span } from './span.ts';

/** A stretch of a log group that is to be read back and run through jails. It never changes. */
export interface BackfillOrder extends Span {
  /** One more than the last one's. */
  readonly id: number;
  /** `catch-up`: these jails are new to the log group. `request`: somebody asked for it. */
  readonly kind: 'catch-up' | 'request';
  readonly logGroup: string;
  /** Names. */
  readonly jails: readonly string[];
  /** Epoch seconds. */
  readonly orderedAt: number;
}

/** How far an order has come. */
export interface BackfillProgress {
  /**
   * Epoch milliseconds: all events before it have been matched and counted, some at and after it
   * perhaps too. To count events again changes nothing.
   */
  readonly cursorMs: number;
  /**
   * The page that comes next, should what asks for it still be good; `undefined`: what is to be
   * read begins at the cursor. It spares events of one millisecond and pages without any from being
   * asked for over again.
   */
  readonly page: BackfillPage | undefined;
  /** Epoch seconds at which the cursor was last moved. */
  readonly movedAt: number;
  readonly tally: BackfillTally;
  /**
   * Who is at work on it; nobody else begins before `until` (epoch seconds), when whoever died must
   * be dead.
   */
  readonly lease: { readonly holder: string; readonly until: number } | undefined;
  /** What keeps it from going on; `undefined`: nothing. */
  readonly problem: BackfillProblem | undefined;
  /** 1 when first written, one more with every change. */
  readonly version: number;
}

export interface BackfillPage extends Span {
  /** See `LogPage`. */
  readonly next: string;
  /** Epoch seconds at which it was given. */
  readonly since: number;
}

/**
 * What came of it so far. A run that died and was made up for may have counted some things twice,
 * and bans not at all.
 */
export interface BackfillTally {
  /** Events of the span, of all kinds. */
  readonly events: number;
  /** What the jails found in them. */
  readonly failures: number;
  /** Made and in force when they were made. */
  readonly bans: number;
  /** Bans that were called for and over before they could be made. */
  readonly missed: number;
  /**
   * Times that a ban was not made since the jail had made its `maxbans` of one minute, or may make
   * none at all for now.
   */
  readonly heldBack: number;
}

export interface BackfillProblem {
  /** For people. */
  readonly text: string;
  /** Epoch seconds since when it goes on. */
  readonly since: number;
  readonly times: number;
  /** Epoch seconds before which nobody need try again. */
  readonly retryAt: number;
}

/** An order that is over, as it is remembered for a while. */
export interface EndedBackfill {
  readonly order: BackfillOrder;
  readonly how: 'done' | 'cancelled' | 'failed';
  /** For people; empty where there is nothing to say. */
  readonly reason: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly cursorMs: number;
  readonly tally: BackfillTally;
}

/** What a log group's jails are, as the deployed functions know them. */
export interface ReadLogGroup {
  /** With an asterisk behind it: all whose names begin so. */
  readonly logGroup: string;
  readonly jails: readonly string[];
}

/** All there is to read back, in one record. */
export interface BackfillLedger {
  /** What the deployed jails read. Whatever stands here has caught up, or an order sees to it. */
  readonly reads: readonly ReadLogGroup[];
  /** Oldest first. */
  readonly orders: readonly BackfillOrder[];
  /** Newest first; the oldest are forgotten. */
  readonly ended: readonly EndedBackfill[];
  /** Id of the latest order; 0 before the first. */
  readonly latest: number;
  /** 1 when first written, one more with every change. */
  readonly version: number;
}

export const NOTHING_YET: BackfillTally = { events: 0, failures: 0, bans: 0, missed: 0, heldBack: 0 };
