import { eventHash } from '../attempts/attempt.ts';
import { banId } from '../bans/ban-id.ts';
import { type CountingPorts, countAndBan, type NewAttempts } from '../bans/count-and-ban.ts';
import { createLineMatcher, type Failure } from '../filter/line-matcher.ts';
import type { Clock } from '../ports/clock.ts';
import type { Session, SessionKey, SessionStore } from '../ports/session-store.ts';
import type { LogBatch } from './log-batch.ts';
import type { MatchingJail } from './matching-jail.ts';

export interface IntakePorts extends CountingPorts {
  readonly sessions: SessionStore;
  readonly clock: Clock;
}

/** Ids counted at once: hides the table's latency without flooding its connection pool. */
const CONCURRENT_IDS = 16;
/** Batches a session remembers having consumed; deliveries are repeated within minutes, not hours. */
const REMEMBERED_BATCHES = 32;
/** A session ends 300 s after its first line (fail2ban/server/filter.py: _mlfidCache, Utils.Cache(maxTime=5*60)). */
const SESSION_SECONDS = 300;

/**
 * Matches one delivery of log events against every jail that reads their log group, counts the attempts, makes the bans.
 * May be repeated with the same batch at any time; whatever it had written before it was cut off is found and kept.
 *
 * @throws when a store fails: the delivery must then be repeated
 */
export async function processBatch(batch: LogBatch, jails: readonly MatchingJail[], ports: IntakePorts): Promise<void> {
  let failures = 0;
  for (const jail of jails) {
    if (!jail.jail.loggroups.includes(batch.logGroup)) continue;
    failures += jail.stateful ? await processInSession(batch, jail, ports) : await processAlone(batch, jail, ports);
  }
  ports.telemetry.emit({ kind: 'batch-matched', logGroup: batch.logGroup, lines: batch.events.length, failures });
}

async function processAlone(batch: LogBatch, jail: MatchingJail, ports: IntakePorts): Promise<number> {
  const { failures } = match(batch, jail, undefined);
  await count(failures, jail, ports);
  return failures.length;
}

/** Attempts are written before the session is: a batch cut off in between is matched again from the same session. */
async function processInSession(batch: LogBatch, jail: MatchingJail, ports: IntakePorts): Promise<number> {
  const key: SessionKey = { jail: jail.jail.name, logGroup: batch.logGroup, logStream: batch.logStream };
  const fingerprint = eventHash(batch.events.map((event) => event.id).join(' '));
  const [first, last] = [batch.events[0], batch.events.at(-1)];
  if (!first || !last) return 0;
  for (;;) {
    const session = await ports.sessions.read(key, Math.floor(first.timestampMs / 1000));
    if (session?.consumed.includes(fingerprint)) return 0;
    const { failures, state } = match(batch, jail, session);
    await count(failures, jail, ports);
    if (state === undefined && session === undefined) return failures.length;
    const next: Session = {
      state,
      consumed: [...(session?.consumed ?? []), fingerprint].slice(-REMEMBERED_BATCHES),
      keepUntil: Math.floor(last.timestampMs / 1000) + SESSION_SECONDS,
      version: (session?.version ?? 0) + 1,
    };
    if ((await ports.sessions.write(key, next)) === 'written') return failures.length;
  }
}

function match(batch: LogBatch, jail: MatchingJail, session: Session | undefined) {
  const matcher = createLineMatcher(jail.jail.match, { clock: 'event' }, session?.state);
  const failures: Failure[] = [];
  for (const event of batch.events) {
    const line = { text: event.message, eventTime: event.timestampMs / 1000, eventId: event.id };
    for (const failure of matcher.feed(line)) failures.push(failure);
  }
  return { failures, state: matcher.state() };
}

async function count(failures: readonly Failure[], jail: MatchingJail, ports: IntakePorts): Promise<void> {
  const now = ports.clock.now();
  const queue = byId(failures, jail).values();
  const worker = async (): Promise<void> => {
    for (const found of queue) {
      const reason = jail.exempt(found.key.id);
      if (reason === undefined) await countAndBan(found, jail.jail, ports, now);
      else ports.telemetry.emit({ kind: 'attempts-ignored', ...found.key, attempts: found.attempts.length, reason });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_IDS }, worker));
}

/** One entry an id, so that each costs one write however often it tried. */
function byId(failures: readonly Failure[], { jail }: MatchingJail): Map<string, NewAttempts> {
  const groups = new Map<string, { attempts: NewAttempts['attempts'][number][]; evidence: string[] }>();
  for (const failure of failures) {
    const id = failure.kind === 'address' ? banId(failure.id, jail) : failure.id;
    const group = groups.get(id) ?? { attempts: [], evidence: [] };
    groups.set(id, group);
    group.attempts.push({ time: Math.floor(failure.time), event: eventHash(failure.eventId) });
    group.evidence.push(...failure.matches);
  }
  return new Map([...groups].map(([id, group]) => [id, { key: { jail: jail.name, id }, ...group }]));
}
