import { type Attempt, byTime } from '../attempts/attempt.ts';
import { firstFullWindow, type Threshold } from '../attempts/window.ts';
import type { AttemptStore } from '../ports/attempt-store.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { type Ban, type BanKey, endOf } from './ban.ts';
import { type BanTransition, banned } from './transitions.ts';
import { nextBan } from './verdict.ts';

/** The part of a jail that counting needs. */
export interface CountingRules extends Threshold {
  /** Seconds, or -1: permanent. */
  readonly bantime: number;
  readonly maxmatches: number;
}

export interface CountingPorts {
  readonly attempts: AttemptStore;
  readonly bans: BanStore;
  readonly telemetry: Telemetry;
  /** Bans seen to be active, by `id jail`; lives as long as a warm container. A hint that spares writes, never the truth. */
  readonly known: Map<string, Ban>;
}

/** What one batch tells of one id in one jail. */
export interface NewAttempts {
  readonly key: BanKey;
  readonly attempts: readonly Attempt[];
  /** The lines behind them, oldest first. */
  readonly evidence: readonly string[];
}

const LONGEST_EVIDENCE = 500;
/** Known bans a container remembers; past it the memory starts anew, which costs reads, not correctness. */
const MOST_KNOWN = 50_000;

/**
 * Counts the attempts and makes the bans they call for. Safe to repeat with the same attempts, to run concurrently, and to be cut off
 * at any point and run again: attempts are a set, and each ban is written on condition of the record it was decided from.
 *
 * @param now epoch seconds; a ban that would already be over is recorded but not enforced
 */
export async function countAndBan(
  found: NewAttempts,
  rules: CountingRules,
  ports: CountingPorts,
  now: number,
): Promise<void> {
  const { key } = found;
  let record = await knownBan(key, ports);
  const attempts = outsideBan(found, record, ports);
  if (attempts.length === 0) return;

  const last = attempts.reduce((latest, attempt) => Math.max(latest, attempt.time), 0);
  const held = await ports.attempts.add(key, attempts, Math.max(last, Math.floor(now)) + 2 * rules.findtime);
  ports.telemetry.emit({ kind: 'attempts-counted', ...key, attempts: attempts.length });
  if (firstFullWindow(held, rules)) {
    record = await ports.bans.read(key);
    record = await banWhileCalledFor(found, held, record, rules, ports, now);
  }
  await prune(key, held, record, rules, ports.attempts);
}

async function knownBan(key: BanKey, ports: CountingPorts): Promise<Ban | undefined> {
  // A flood from a banned id costs a read a batch, not a write. Not the cached record: it may have been lifted by hand.
  if (!ports.known.has(keyText(key))) return undefined;
  const record = await ports.bans.read(key);
  remember(record, key, ports.known);
  return record?.state === 'active' ? record : undefined;
}

/** Attempts made while the id is banned never count, so they need not be stored. */
function outsideBan(found: NewAttempts, record: Ban | undefined, ports: CountingPorts): readonly Attempt[] {
  if (!record) return found.attempts;
  const outside = found.attempts.filter((attempt) => attempt.time > endOf(record));
  const during = found.attempts.length - outside.length;
  if (during > 0) ports.telemetry.emit({ kind: 'attempts-while-banned', ...found.key, attempts: during });
  return outside;
}

async function banWhileCalledFor(
  found: NewAttempts,
  held: readonly Attempt[],
  record: Ban | undefined,
  rules: CountingRules,
  ports: CountingPorts,
  now: number,
): Promise<Ban | undefined> {
  let current = record;
  for (;;) {
    const verdict = nextBan(held, current, rules);
    if (!verdict) break;
    const request = { ...verdict, bantime: rules.bantime, origin: 'jail', evidence: evidence(found, rules) } as const;
    const transition = banned(found.key, current, request, now);
    if (transition.kind === 'unchanged' || (await ports.bans.write(transition.ban)) === 'conflict') {
      current = await ports.bans.read(found.key);
      continue;
    }
    tell(transition, ports.telemetry);
    current = transition.ban;
  }
  remember(current, found.key, ports.known);
  return current;
}

function tell(transition: BanTransition, telemetry: Telemetry): void {
  if ('ended' in transition && transition.ended) telemetry.emit({ kind: 'ban-lifted', ban: transition.ended });
  if (transition.kind === 'banned') telemetry.emit({ kind: 'ban-made', ban: transition.ban });
  if (transition.kind === 'missed') telemetry.emit({ kind: 'ban-missed', ban: transition.ban });
  if (transition.kind === 'prolonged') telemetry.emit({ kind: 'ban-prolonged', ban: transition.ban });
}

function evidence(found: NewAttempts, rules: CountingRules): readonly string[] {
  if (rules.maxmatches <= 0) return [];
  return found.evidence.slice(-rules.maxmatches).map((line) => line.slice(0, LONGEST_EVIDENCE));
}

function remember(record: Ban | undefined, key: BanKey, known: Map<string, Ban>): void {
  if (record?.state !== 'active') {
    known.delete(keyText(key));
    return;
  }
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(keyText(key), record);
}

/** Keeps the set near what a window needs: what the last ban swallowed and what two windows have left behind goes. */
async function prune(
  key: BanKey,
  held: readonly Attempt[],
  record: Ban | undefined,
  rules: CountingRules,
  store: AttemptStore,
): Promise<void> {
  if (held.length <= 2 * rules.maxretry) return;
  const newest = held.at(-1)?.time ?? 0;
  const settled = record ? Math.min(endOf(record), newest) : Number.NEGATIVE_INFINITY;
  const horizon = Math.max(newest - 2 * rules.findtime, settled);
  const old = [...held].sort(byTime).filter((attempt) => attempt.time <= horizon);
  if (old.length > 0) await store.remove(key, old);
}

function keyText(key: BanKey): string {
  return `${key.id} ${key.jail}`;
}
