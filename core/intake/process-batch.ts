import { banId } from '../bans/ban-id.ts';
import { type CountingPorts, countingRun, type NewAttempts } from '../bans/count-and-ban.ts';
import { latencies } from '../events/latencies.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { Watch } from '../ports/watch.ts';
import { type EvidenceLine, LONGEST_LINE } from '../records/attempt.ts';
import { none, plus } from '../records/match-counts.ts';
import type { SessionKey } from '../records/session.ts';
import type { LogBatch } from './log-batch.ts';
import { type Matched, matchAlone, matchInSession, type NamedFailure } from './match-batch.ts';
import { type MatchingJail, reads } from './matching-jail.ts';
import { recidiveCounter } from './recidive.ts';

export interface IntakePorts extends CountingPorts {
  readonly sessions: SessionStore;
  readonly watch: Watch;
  readonly clock: Clock;
}

/** Ids counted at once: hides the table's latency without flooding its connection pool. */
const CONCURRENT_IDS = 16;

/**
 * Matches one delivery of log events against every jail that reads their log group, counts the
 * attempts, makes the bans. May be repeated with the same batch at any time; whatever it had
 * written before it was cut off is found and kept.
 *
 * @throws when a store fails: the delivery must then be repeated
 */
export async function processBatch(batch: LogBatch, jails: readonly MatchingJail[], ports: IntakePorts): Promise<void> {
  const total = { failures: 0, left: none() };
  const recidive = recidiveCounter(jails, ports);
  const withRecidive = { ...ports, onBan: recidive.onBan };
  for (const jail of jails) {
    if (!reads(jail, batch.logGroup)) continue;
    const { failures, left } = jail.stateful
      ? await processInSession(batch, jail, withRecidive)
      : await processAlone(batch, jail, withRecidive);
    total.failures += failures.length;
    total.left = plus(total.left, left);
  }
  await recidive.settle();
  const lines = batch.events.length + (batch.passedOver ?? 0);
  const now = ports.clock.now();
  const took = latencies(batch.events.map(({ timestampMs }) => now - timestampMs / 1000));
  ports.telemetry.emit({ kind: 'batch-matched', logGroup: batch.logGroup, lines, took, ...total });
}

async function processAlone({ events }: LogBatch, jail: MatchingJail, ports: IntakePorts): Promise<Matched> {
  const matched = matchAlone(events, jail.jail.match, ports.watch);
  await count(matched.failures, jail, ports);
  return matched;
}

/**
 * Attempts are written before the session is: a batch cut off in between is matched again from the
 * same session. What the session says was consumed has been counted to the end, so it is passed
 * over.
 */
async function processInSession(batch: LogBatch, jail: MatchingJail, ports: IntakePorts): Promise<Matched> {
  const key: SessionKey = { jail: jail.jail.name, logGroup: batch.logGroup, logStream: batch.logStream };
  if (batch.events.length === 0) return matchAlone([], jail.jail.match, ports.watch);
  for (;;) {
    const session = await ports.sessions.read(key);
    const matched = matchInSession(batch.events, jail.jail.match, session, ports.watch);
    await count(matched.failures, jail, ports);
    if (!matched.next) return matched;
    const next = { ...matched.next, version: (session?.version ?? 0) + 1 };
    if ((await ports.sessions.write(key, next)) === 'written') return matched;
  }
}

async function count(failures: readonly NamedFailure[], jail: MatchingJail, ports: IntakePorts): Promise<void> {
  const run = countingRun(jail.jail.name, jail.rules, ports, ports.clock.now());
  const queue = byId(failures, jail).values();
  const worker = async (): Promise<void> => {
    for (const found of queue) {
      const reason = jail.exempt(found.key.id);
      if (reason === undefined) await run.count(found);
      else ports.telemetry.emit({ kind: 'attempts-ignored', ...found.key, attempts: found.attempts.length, reason });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_IDS }, worker));
  await run.settle();
}

/** One entry an id, so that each costs one write however often it tried. */
function byId(failures: readonly NamedFailure[], { jail }: MatchingJail): NewAttempts[] {
  const groups = new Map<string, EvidenceLine[]>();
  // Most attempts of a batch are of few addresses, and to parse one takes as long as to match a
  // line.
  const groupOf = new Map<string, EvidenceLine[]>();
  for (const { failure, event } of failures) {
    const address = failure.kind === 'address' ? failure.id : undefined;
    let group = address === undefined ? undefined : groupOf.get(address);
    if (group === undefined) {
      const id = address === undefined ? failure.id : banId(address, jail);
      group = groups.get(id) ?? [];
      groups.set(id, group);
      if (address !== undefined) groupOf.set(address, group);
    }
    const text = failure.matches.join('\n').slice(0, LONGEST_LINE);
    group.push({ time: Math.floor(failure.time), event, text });
  }
  return Array.from(groups, ([id, attempts]) => ({ key: { jail: jail.name, id }, attempts }));
}
