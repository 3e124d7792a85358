import type { Span } from '../records/span.ts';
/** An event as a log group keeps it. */
export interface StoredEvent {
  /** The same id that a subscription delivers it with. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
  readonly logStream: string;
}

export interface LogPage {
  /** Maybe none, even where more pages follow. */
  readonly events: readonly StoredEvent[];
  /** What asks for the next page; `undefined`: this was the last. It is good for a day. */
  readonly next: string | undefined;
}

/**
 * Events that a log group has already, as CloudWatch Logs finds them again: in the order of their
 * timestamps.
 */
export interface LogReader {
  /**
   * A page of the events of a span, after waiting for a turn where calls are limited;
   * `no-such-group`: there is no such log group.
   *
   * @param next of the page before; `undefined` for the first
   * @throws when CloudWatch Logs can't be asked
   */
  page(logGroup: string, span: Span, next: string | undefined): Promise<LogPage | 'no-such-group'>;
}
