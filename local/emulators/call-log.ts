/**
 * The calls to the emulators and their outcomes, for tests that count calls and for the running
 * summary of a local session.
 */

import type { AwsCall } from './aws-call.ts';
import { type CallMatch, matches } from './faults.ts';

export type CallOutcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'ok' }
  /** `written` shows whether a failed call took effect all the same. */
  | { readonly kind: 'error'; readonly code: string; readonly written: boolean }
  /** The caller got no answer. */
  | { readonly kind: 'unanswered'; readonly written: boolean };

interface LoggedCall extends AwsCall {
  /** Order of arrival, from 1, over every emulator that shares the log. */
  readonly sequence: number;
  /** Milliseconds since the epoch on the emulator's clock. */
  readonly at: number;
  readonly outcome: CallOutcome;
}

/** The counters of an operation's calls. */
interface CallCount {
  readonly calls: number;
  readonly ok: number;
  /** By error code; calls that got no answer are under `unanswered`. */
  readonly failed: Readonly<Record<string, number>>;
}

export interface CallLog {
  /** The latest calls that match, oldest first. Older ones are forgotten; the counters are not. */
  find(match?: CallMatch): readonly LoggedCall[];
  /** Counters of one operation since the start or the last `clear`. */
  count(service: string, operation: string): CallCount;
  /** Counters of every operation called, keyed `service:operation`. */
  counts(): ReadonlyMap<string, CallCount>;
  clear(): void;
  /** Notes an arrival; the returned function notes the outcome. For emulators. */
  begin(call: AwsCall, at: number): (outcome: CallOutcome) => void;
}

interface MutableCount {
  calls: number;
  ok: number;
  failed: Record<string, number>;
}

/** `keep`: how many calls, with their inputs, are remembered. */
export function createCallLog(keep = 10_000): CallLog {
  let recent: (LoggedCall & { outcome: CallOutcome })[] = [];
  let counts = new Map<string, MutableCount>();
  let sequence = 0;

  function counterOf(service: string, operation: string): MutableCount {
    const key = `${service}:${operation}`;
    const counter = counts.get(key) ?? { calls: 0, ok: 0, failed: {} };
    counts.set(key, counter);
    return counter;
  }

  return {
    find: (match = {}) => recent.filter((call) => matches(match, call)),
    count: (service, operation) => counts.get(`${service}:${operation}`) ?? { calls: 0, ok: 0, failed: {} },
    counts: () => new Map(counts),
    clear() {
      recent = [];
      counts = new Map();
    },
    begin(call, at) {
      const entry = { ...call, sequence: ++sequence, at, outcome: { kind: 'pending' } as CallOutcome };
      recent.push(entry);
      // Halved in one step, so that forgetting costs little per call.
      if (recent.length > 2 * keep) recent = recent.slice(-keep);
      const counter = counterOf(call.service, call.operation);
      counter.calls++;
      return (outcome) => {
        entry.outcome = outcome;
        if (outcome.kind === 'ok') counter.ok++;
        if (outcome.kind === 'error') tally(counter.failed, outcome.code);
        if (outcome.kind === 'unanswered') tally(counter.failed, 'unanswered');
      };
    },
  };
}

function tally(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
