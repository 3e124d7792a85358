import { attemptsThatMatter, mostAttempts } from '../attempts/bounded-set.ts';
import { eachEventOnce, firstAfter } from '../attempts/window.ts';
import type { AttemptSet } from '../records/attempt.ts';
import { type Ban, endOf } from '../records/ban.ts';
import { type CountingRules, linesKept, MOST_LINES } from './counting-rules.ts';

/** A set as it is after some attempts were added. */
export interface AddedTo {
  readonly held: AttemptSet;
  /** The id's last ban in the jail. */
  readonly record: Ban | undefined;
  /** Epoch seconds of the latest of the attempts added, or to be added. */
  readonly latest: number;
  /** The item has no room for more. */
  readonly isFull?: boolean;
}

/**
 * What of a set may go, so that it stays near what a window needs: what the last ban swallowed and
 * what two windows have left behind. Where attempts come late, those that make a full window with
 * them may come later still, so it is they that leave something behind, not the newest. Of a flood
 * that makes no ban the attempts go that can change no decision ({@link attemptsThatMatter}).
 *
 * @returns `undefined` where nothing goes
 */
export function spentAttempts(added: AddedTo, rules: CountingRules): AttemptSet | undefined {
  const { held, record, latest, isFull = false } = added;
  if (!isFull && held.attempts.length <= 2 * rules.maxretry && held.lines.length <= 2 * MOST_LINES) return undefined;
  const newest = held.attempts.at(-1)?.time ?? 0;
  const settled = record ? Math.min(endOf(record), newest) : Number.NEGATIVE_INFINITY;
  const horizon = Math.max(latest - 2 * rules.findtime, settled);
  const each = eachEventOnce(held.attempts);
  const inside = each.slice(firstAfter(each, horizon));
  const isFlood = isFull || inside.length > mostAttempts(rules);
  const kept = new Set(isFlood ? attemptsThatMatter(inside, rules, 0) : inside);
  const attempts = held.attempts.filter((attempt) => !kept.has(attempt));
  const surplus = held.lines.length - linesKept(rules);
  const lines = held.lines.filter(({ time }, index) => time <= horizon || index < surplus);
  return attempts.length + lines.length === 0 ? undefined : { attempts, lines };
}
