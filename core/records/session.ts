export interface SessionKey {
  readonly jail: string;
  readonly logGroup: string;
  readonly logStream: string;
}

export interface Session {
  /** `undefined`: nothing is carried. */
  readonly state: StreamState | undefined;
  /** The events in `state`: none of them may be matched again. */
  readonly consumed: ConsumedEvents;
  /**
   * Epoch seconds of the log's own time after which `state`, but not `consumed`, is to be
   * forgotten.
   */
  readonly keepUntil: number;
  readonly version: number;
}

/** Events that were matched and counted. Bounded, so that it forgets the oldest. */
export interface ConsumedEvents {
  /** In the order they were consumed. */
  readonly runs: readonly ConsumedRun[];
  /**
   * Epoch milliseconds: some events up to here are forgotten, so an unknown one need not be new.
   */
  readonly forgottenUntilMs: number;
}

export interface ConsumedRun {
  /** The latest timestamp of its events, epoch milliseconds. */
  readonly untilMs: number;
  /** The events' names, of one length, one after the other. */
  readonly names: string;
}

/**
 * The state that a jail carries from one line of a log stream to the next: pending sessions
 * (F-MLFID) and the maxlines buffer; in a file replay also the last date seen and the state of the
 * date templates. JSON-serializable; `undefined` where a jail needs none.
 */
export type StreamState = Readonly<Record<string, unknown>>;
