import type { Threshold } from '../attempts/window.ts';
import type { BanTime } from './ban-time.ts';

/** The part of a jail that counting needs. */
export interface CountingRules extends Threshold {
  readonly maxmatches: number;
  readonly banTime: BanTime;
  /** `bantime.overalljails`: bans in every jail lengthen the next one. */
  readonly overalljails: boolean;
  /** Seconds for which bans are remembered. */
  readonly dbpurgeage: number;
  /** More bans than this in a minute trip the jail's breaker; 0: it has none. */
  readonly maxbans: number;
  /**
   * Why the jail makes no bans for now, though it counts; its attempts make them as soon as it may
   * again.
   */
  readonly heldBack?: string | undefined;
}

/**
 * Lines kept of an id, even if maxmatches is higher: with 500 characters each they fit into a table
 * item and a person can read them.
 */
export const MOST_LINES = 20;

export function linesKept({ maxmatches }: CountingRules): number {
  return Math.max(0, Math.min(maxmatches, MOST_LINES));
}

/** As many of the newest lines as the rules keep. */
export function newestLines<T>(lines: readonly T[], rules: CountingRules): readonly T[] {
  return lines.slice(Math.max(0, lines.length - linesKept(rules)));
}
