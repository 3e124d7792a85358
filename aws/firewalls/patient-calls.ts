import { setTimeout } from 'node:timers/promises';

export interface PatienceOptions {
  /** Ends all waits and retries: each pending call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The clock to wait by; the machine's own by default. */
  readonly time?: PatientTime;
  /** Milliseconds after which an unanswered call is repeated; a minute by default. */
  readonly longestCallMs?: number;
}

/** Milliseconds. */
export interface PatientTime {
  now(): number;
  /** @throws the signal's reason, when it aborts before the time is over */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Makes one call in its turn and repeats it where needed. The signal goes to the SDK's client. */
export type PatientCall = <T>(make: (signal: AbortSignal) => Promise<T>) => Promise<T>;

const MACHINE_TIME: PatientTime = {
  now: Date.now,
  sleep: async (ms, signal) => {
    await setTimeout(ms, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
};

const LONGEST_CALL_MS = 60_000;
/** Pauses before a call is repeated; the SDK has made its own retries in between. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];

/**
 * Calls an operation that has a quota a second, for work that can wait: calls are spaced, and a
 * throttled call is repeated for a minute and a half.
 */
export function patientCalls(perSecond: () => Promise<number>, options: PatienceOptions): PatientCall {
  const { signal = new AbortController().signal, time = MACHINE_TIME, longestCallMs = LONGEST_CALL_MS } = options;
  let turn = Number.NEGATIVE_INFINITY;

  async function waitForTurn(): Promise<void> {
    const spacing = 1_000 / (await perSecond());
    const now = time.now();
    const mine = Math.max(turn, now);
    turn = mine + spacing;
    if (mine > now) await time.sleep(mine - now, signal);
    signal.throwIfAborted();
  }

  async function once<T>(make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    await waitForTurn();
    const late = AbortSignal.timeout(longestCallMs);
    try {
      return await make(AbortSignal.any([signal, late]));
    } catch (error) {
      signal.throwIfAborted();
      throw late.aborted ? new LateAnswer(`no answer within ${longestCallMs / 1_000} s`) : error;
    }
  }

  return async (make) => {
    for (const pause of PAUSES_MS) {
      try {
        return await once(make);
      } catch (error) {
        if (!isPassing(error)) throw error;
        await time.sleep(pause, signal);
      }
    }
    return once(make);
  };
}

/** Named like the SDK's own time-outs. */
class LateAnswer extends Error {
  override readonly name = 'TimeoutError';
}

const THROTTLES = ['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded'];
const BROKEN_CONNECTIONS = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/** True for a transient error: throttling, a server failure, a lost connection. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata, code } = error as { readonly $metadata?: { readonly httpStatusCode?: number }; code?: unknown };
  if (THROTTLES.includes(error.name) || error.name === 'TimeoutError') return true;
  return ($metadata?.httpStatusCode ?? 0) >= 500 || BROKEN_CONNECTIONS.includes(String(code));
}
