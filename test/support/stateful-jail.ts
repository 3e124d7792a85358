import fc from 'fast-check';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import { createLineMatcher } from '../../core/match/line-matcher.ts';
import { eventHash } from '../../core/records/attempt.ts';
import type { CompiledMatch } from '../../core/records/compiled-jail.ts';
import { compileDefinition } from '../core/match/text-config.ts';

/** Connections distinguished by F-MLFID, with every tag that sessions know. */
export const CONNECTIONS = compileDefinition(`
prefregex = ^<F-MLFID>conn\\d+</F-MLFID>: <F-CONTENT>.+</F-CONTENT>$
failregex = ^<F-NOFAIL>hello</F-NOFAIL> from <ADDR>$
            ^denied <F-USER>\\w+</F-USER>$
            ^wrong <F-USER>\\w+</F-USER> from <ADDR>$
            ^<F-NOFAIL>key</F-NOFAIL> of <F-USER>\\w+</F-USER> from <ADDR>$
            ^<F-MLFGAINED>welcome</F-MLFGAINED> <F-USER>\\w+</F-USER>$
            ^<F-MLFFORGET><F-NOFAIL>bye</F-NOFAIL></F-MLFFORGET> from <ADDR>$
`);

/** A failure that takes two lines, with up to one in between; and one of a single line. */
export const SEVERAL_LINES = compileDefinition(
  'failregex = ^open from <ADDR>$<SKIPLINES>^refused$\n            ^slam from <ADDR>$\n',
  'maxlines = 3\n',
);

const connection = fc.nat(3).map((n) => `conn${n}`);
const address = fc.constantFrom('9.0.0.1', '9.0.0.2', '9.0.0.3');
const user = fc.constantFrom('ann', 'bob');
const connectionLine = fc
  .tuple(connection, address, user, fc.constantFrom('hello', 'denied', 'wrong', 'wrong', 'key', 'welcome', 'bye', '?'))
  .map(([id, ip, who, kind]) => {
    if (kind === 'hello' || kind === 'bye') return `${id}: ${kind} from ${ip}`;
    if (kind === 'denied' || kind === 'welcome') return `${id}: ${kind} ${who}`;
    return kind === 'key' ? `${id}: key of ${who} from ${ip}` : `${id}: ${kind} ${who} from ${ip}`;
  });
const severalLine = fc
  .tuple(address, fc.constantFrom('open', 'open', 'refused', 'refused', 'slam', '?'))
  .map(([ip, kind]) => (kind === 'refused' ? kind : `${kind} from ${ip}`));

export const STATEFUL = [
  { name: 'sessions (F-MLFID)', match: CONNECTIONS, line: connectionLine },
  { name: 'a multi-line buffer', match: SEVERAL_LINES, line: severalLine },
] as const;

/**
 * A log that is mostly dense, with pauses now and then in which a session ends but a multi-line
 * buffer is kept.
 */
export function logOf(line: fc.Arbitrary<string>): fc.Arbitrary<readonly LogEvent[]> {
  const gap = fc.oneof({ weight: 9, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.nat(400) });
  return fc.array(fc.tuple(gap, line), { maxLength: 60, size: 'max' }).map((lines) => {
    let time = 1_000_000;
    return lines.map(([pause, message], i) => {
      time += pause;
      return { id: `event ${i}`, timestampMs: time * 1000, message };
    });
  });
}

/** What a matcher that never stops finds in the log. */
export function foundInOnePass(match: CompiledMatch, events: readonly LogEvent[]) {
  const matcher = createLineMatcher(match, { clock: 'event' });
  return events.flatMap(({ id, timestampMs, message }) =>
    matcher
      .feed({ text: message, eventTime: timestampMs / 1000, eventId: id })
      .map((failure) => ({ id: failure.id, time: Math.floor(failure.time), event: eventHash(failure.eventId) })),
  );
}
