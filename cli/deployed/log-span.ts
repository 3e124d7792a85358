import type { Command } from 'commander';
import { parseDuration } from '../../core/config/durations.ts';
import type { Span } from '../../core/records/span.ts';
import { usageError } from '../command-error.ts';

/** Options of a command that reads events a log group has already. */
export interface SpanOptions {
  readonly since?: string;
  readonly until?: string;
}

/**
 * `YYYY-MM-DD`, with a time of day, with a zone; without one it is UTC, as in what the commands
 * print.
 */
const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(?: ?(Z|[+-]\d{2}:?\d{2}))?)?$/i;

/** @param since the default span; `undefined`: the option is required */
export function withSpanOptions(command: Command, since?: string): Command {
  const otherwise = since === undefined ? '' : ` (default: ${since})`;
  return command
    .option(
      '--since <time>',
      `read events from so long ago (90m, 1d12h), or from a time (2025-11-22T10:15Z)${otherwise}`,
    )
    .option('--until <time>', 'up to so long ago, or to a time (default: now)');
}

/**
 * The span that the options name, both ends included: times ago as fail2ban writes durations, or
 * dates.
 *
 * @param now epoch milliseconds
 * @param since what stands for `--since` when it is not there
 * @throws {CommandError} when one can't be read, or the end comes before the beginning
 */
export function spanOf(options: SpanOptions, now: number, since?: string): Span {
  const from = options.since ?? since;
  if (from === undefined) throw usageError('Set from when on to read events: --since 1h');
  const fromMs = instantOf('--since', from, now);
  const toMs = options.until === undefined ? now : Math.min(now, instantOf('--until', options.until, now));
  if (fromMs >= now) throw usageError(`--since ${from}: there are no events from ${shown(fromMs)} on yet`);
  if (fromMs > toMs) {
    throw usageError(`--since ${from} is ${shown(fromMs)}, which is after --until ${options.until}: ${shown(toMs)}`);
  }
  return { fromMs: Math.max(0, fromMs), toMs };
}

function instantOf(option: string, text: string, now: number): number {
  const [whole, date, time = '00:00', zone = 'Z'] = INSTANT.exec(text.trim()) ?? [];
  if (whole !== undefined) {
    const instant = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
    if (Number.isNaN(instant)) throw usageError(`${option} ${text}: there is no such time`);
    return instant;
  }
  const duration = parseDuration(text);
  if (duration.kind === 'duration' && duration.seconds >= 0) return Math.floor(now - duration.seconds * 1000);
  const why = duration.kind === 'malformed' ? duration.message : 'that is not in the past';
  throw usageError(
    `${option} ${text}: ${why}. Write how long ago (30m, 6h, 1d12h: fail2ban's time syntax) or a date ` +
      '(2025-11-22T10:15Z)',
  );
}

function shown(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
