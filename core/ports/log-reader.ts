import type { Span } from '../records/span.ts';
/** An event as stored in a log group. */
export interface StoredEvent {
  /** The same id as in a subscription delivery. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
  readonly logStream: string;
}

export interface LogPage {
  /** May be empty even where more pages follow. */
  readonly events: readonly StoredEvent[];
  /** The token of the next page, valid for a day; `undefined`: this was the last page. */
  readonly next: string | undefined;
}

/**
 * Reads the existing events of a log group in the order of their timestamps, as CloudWatch Logs
 * returns them.
 */
export interface LogReader {
  /**
   * Returns a page of the events of a span, and waits for a turn where calls are limited.
   * `no-such-group`: the log group does not exist.
   *
   * @param next token from the previous page; `undefined` for the first
   * @throws when CloudWatch Logs can't be reached
   */
  page(logGroup: string, span: Span, next: string | undefined): Promise<LogPage | 'no-such-group'>;
}
