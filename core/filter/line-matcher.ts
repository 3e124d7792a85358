/** One line of log, as the agent or a file gave it. */
export interface LogLine {
  /** Without its line end. */
  readonly text: string;
  /** When it happened by the event's own clock (CloudWatch timestamp), epoch seconds; `undefined` in a file replay. */
  readonly eventTime: number | undefined;
  /** CloudWatch's event id, or a stable stand-in; names the attempt that comes of this line. */
  readonly eventId: string;
}

/** What a jail found on a line: one attempt by one id. fail2ban calls it a failure ticket (fail2ban/server/ticket.py). */
export interface Failure {
  /** The ban key: a canonical address or CIDR, or the text of F-ID. */
  readonly id: string;
  /** `address` ids may go to firewalls; `other` ids are counted but never sent to an address target. */
  readonly kind: 'address' | 'other';
  /** Epoch seconds. */
  readonly time: number;
  readonly eventId: string;
  /** The lines behind it, oldest first, this one included. */
  readonly matches: readonly string[];
  /** Every named group that captured, lower-case (`user`, `fport`, …). */
  readonly groups: Readonly<Record<string, string>>;
}

/**
 * What a jail carries from one line of a log stream to the next: pending sessions (F-MLFID), the maxlines buffer, the last
 * date seen, the winning date template. JSON-serialisable; `undefined` where a jail needs none.
 */
export type StreamState = Readonly<Record<string, unknown>>;
