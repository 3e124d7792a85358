/**
 * What the functions ask of DynamoDB, and how much they write into their own logs, for each thing
 * that happens; measured on the emulated tables (test/cli/cost/per-unit.emulated.test.ts), so that
 * the estimate cannot drift from the code. Reads are read units: a query of an index is half of
 * one, since it is not strongly consistent.
 */

/**
 * Of an id that is not banned, in a delivery of its own; fewer where a delivery brings several of
 * one id.
 */
export const PER_ATTEMPT = { writes: 1, reads: 0 };
/** Of an id that is banned. */
export const PER_ATTEMPT_WHILE_BANNED = { writes: 0, reads: 1 };

/** From the ban to its end. A record is written to the table and to its index of active bans. */
export const PER_BAN = { writes: 5, reads: 5 };
/** On top of that, for each target: what it was seen to hold is written down and taken back. */
export const PER_BAN_AND_TARGET = { writes: 2, reads: 4 };

/** Once a minute, when nothing happens. */
export const PER_MINUTE: Readonly<Record<string, { readonly writes: number; readonly reads: number }>> = {
  expirer: { writes: 0, reads: 2 },
  banner: { writes: 0, reads: 3 },
  'ec2-banner': { writes: 0, reads: 3 },
  lookout: { writes: 1, reads: 1 },
  matcher: { writes: 0, reads: 1 },
  backfiller: { writes: 0, reads: 2 },
  subscriber: { writes: 0, reads: 0 },
};
/** Bytes of an active ban in the index, which a banner reads whole every minute. */
export const INDEXED_BAN_BYTES = 250;
/**
 * Bytes that 30 days' records of a ban take in the table, without the log lines kept as evidence.
 */
export const RECORD_BYTES = 400;

/** Bytes in CloudWatch Logs for an invocation: Lambda's own three lines and the metrics. */
export const LOG_BYTES_PER_INVOCATION = 1500;

/**
 * Seconds that an invocation takes. Only a deployed stack can show them, so the values are high.
 * `cloudjail` has an alarm on none of them; the dashboard shows the real ones.
 */
export const SECONDS = { matcher: 0.06, matcherLine: 0.000_05, perMinute: 0.25, banner: 0.5 };
/**
 * The CloudWatch agent sends what has gathered every five seconds (force_flush_interval), so a
 * stream brings no more deliveries than that.
 */
export const SECONDS_BETWEEN_DELIVERIES = 5;
/**
 * Lines with a word that the pattern asks for, for each that is an attempt: sshd writes up to
 * three.
 */
export const LINES_PER_ATTEMPT = 3;
/** How much of a log is left when CloudWatch has compressed it. */
export const COMPRESSED = 0.15;
