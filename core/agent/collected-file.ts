import type { Jail } from '../config/jail.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
/**
 * One file for the CloudWatch agent to send, under the agent's own names: an entry of
 * `logs.logs_collected.files.collect_list` (aws/amazon-cloudwatch-agent,
 * translator/config/schema.json).
 */
export interface CollectedFile {
  /** A path, or a glob in Go's form. */
  readonly file_path: string;
  readonly log_group_name: string;
  /** The agent fills in the placeholders in braces. */
  readonly log_stream_name: string;
  /**
   * `^`: every line is an event. Without it a line that begins with a space joins the event before
   * it.
   */
  readonly multi_line_start_pattern: '^';
  /** Absent: an event gets the time at which the agent reads its line. */
  readonly timestamp_format?: string;
  /** The zone of dates that carry none. `Local`: the server's. */
  readonly timezone?: 'UTC' | 'Local';
  /** Absent: UTF-8. */
  readonly encoding?: string;
  /**
   * All files of the glob, each in a stream of its own; without it the agent sends only the file
   * that changed last.
   */
  readonly publish_multi_logs?: true;
  /** RegExp (Go's) of file names, without folder, that the glob skips. */
  readonly blacklist?: string;
}

/** A file, and the jails that read it. */
export interface WatchedFile {
  /** As in the jail, without `head` or `tail`. */
  readonly path: string;
  readonly group: string;
  readonly at: Place | undefined;
  /** At least one. */
  readonly jails: readonly Jail[];
}
