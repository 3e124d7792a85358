import type { FunctionName } from '../names.ts';

/** The events of one concern: for each kind what its log lines and its metrics are made of. */
export type EventFamily<Payloads> = { readonly [Kind in keyof Payloads]: EventEntry<Payloads[Kind]> };

/** What becomes of an event of one kind. */
export interface EventEntry<Payload> {
  /** The functions that emit it. */
  readonly from: readonly FunctionName[];
  /**
   * It closes a piece of work: metrics are gathered until then, so that a batch is one line of
   * metrics, not one an id.
   */
  readonly closes?: true;
  readonly logs?: readonly LogEntry<Payload>[];
  /** By the name of the metric. */
  readonly metrics?: Readonly<Record<string, MetricEntry<Payload>>>;
}

export interface LogEntry<Payload> {
  readonly level: 'info' | 'warn' | 'error';
  /** The text of the line; absent: the event's kind. */
  readonly message?: string;
  /** The fields of each line, none where there is nothing to log. */
  lines(event: Payload): readonly Readonly<Record<string, unknown>>[];
}

/**
 * A metric in CloudWatch. Its first dimension is always the function that writes it, which
 * Powertools calls `service`.
 */
export interface MetricEntry<Payload> {
  /** The name in CloudWatch; absent: the name it is listed by. */
  readonly name?: string;
  readonly unit: MetricUnit;
  /** What to look at first: CloudWatch's name of a statistic. */
  readonly statistic: 'Sum' | 'Maximum' | 'p90';
  /** By the functions that write it. */
  readonly written: Readonly<Partial<Record<FunctionName, Frequency>>>;
  /** What is measured or counted, without a full stop. */
  readonly means: string;
  /** No zero is written: no alarm takes silence for anything but none. */
  readonly omitsZero?: true;
  /** `undefined`: nothing is written. Several values let CloudWatch know their percentiles. */
  value(event: Payload): number | readonly number[] | undefined;
  /**
   * Dimensions besides the function. Never an address: each value of a dimension is a metric of its
   * own, and paid for.
   */
  readonly by?: readonly string[];
  /** The values of those dimensions, for each metric that takes the event's value. */
  series?(event: Payload): readonly Readonly<Record<string, string>>[];
}

/** As CloudWatch and Powertools call them. */
export type MetricUnit = 'Count' | 'Seconds' | 'Percent';

/**
 * How often a function writes a metric: each name and set of dimensions is paid for in the hours it
 * is written.
 *
 * - `always`: every minute, or with every delivery of log events
 * - `busy`: while there are attempts and bans
 * - `rare`: where something is wrong, unusual or done by hand; an estimate leaves it out
 */
export type Frequency = 'always' | 'busy' | 'rare';
