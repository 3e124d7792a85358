import { firstAfter, firstFullWindow } from '../../core/attempts/window.ts';
import { banId } from '../../core/bans/ban-id.ts';
import { createLineMatcher, type Failure } from '../../core/match/line-matcher.ts';
import { exemptions } from '../../core/protect/never-banned.ts';
import { type Attempt, byTime } from '../../core/records/attempt.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';

/**
 * Every failure of a log, on the log's own clock. `reference`: epoch seconds that dates without a
 * year come before.
 */
export function failuresOf(jail: CompiledJail, lines: readonly string[], reference: number): readonly Failure[] {
  const matcher = createLineMatcher(jail.match, { clock: 'line', reference });
  return lines.flatMap((text, index) => matcher.feed({ text, eventTime: undefined, eventId: String(index) }));
}

/**
 * `21:07:32 198.51.100.7`: the bans the failures lead to, by the exact window; attempts during a
 * ban count for none.
 */
export function bansOf(jail: CompiledJail, failures: readonly Failure[]): readonly string[] {
  const exempt = exemptions(jail);
  const attempts = new Map<string, Attempt[]>();
  for (const { id, time, eventId } of failures) {
    const key = banId(id, jail);
    if (exempt(key) === undefined) attempts.set(key, [...(attempts.get(key) ?? []), { time, event: eventId }]);
  }
  const bans = [...attempts].flatMap(([id, own]) => banTimes(jail, own.sort(byTime)).map((time) => ({ id, time })));
  bans.sort((a, b) => a.time - b.time);
  return bans.map(({ id, time }) => `${new Date(time * 1000).toISOString().slice(11, 19)} ${id}`);
}

function banTimes(jail: CompiledJail, attempts: readonly Attempt[]): readonly number[] {
  const times: number[] = [];
  for (let start = 0; ; ) {
    const window = firstFullWindow(attempts, jail, start);
    const time = window && attempts[window.index]?.time;
    if (time === undefined) return times;
    times.push(time);
    start = firstAfter(attempts, time + jail.bantime);
  }
}
