import { setTimeout } from 'node:timers/promises';

export interface PatienceOptions {
  /** Ends all waiting and asking: whoever waits gets its reason. */
  readonly signal?: AbortSignal;
  /** What is waited by; the machine's own time by default. */
  readonly time?: PatientTime;
  /** Milliseconds after which a call without an answer is made again; a minute by default. */
  readonly longestCallMs?: number;
}

/** Milliseconds. */
export interface PatientTime {
  now(): number;
  /** @throws the signal's reason, when it is given before the time is over */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Makes one call, once or again, in its turn. The signal is for the SDK's client. */
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
/** Pauses before a call is made again; in between the SDK has repeated it on its own. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];

/**
 * Calls of an operation with a quota of so many a second, for work that may take its time: they are
 * spaced, and what AWS is too busy for is asked again for a minute and a half.
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

/** Under the name the SDK gives to its own time-outs. */
class LateAnswer extends Error {
  override readonly name = 'TimeoutError';
}

const THROTTLES = ['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded'];
const BROKEN_CONNECTIONS = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/**
 * True for what may be otherwise a little later: throttling, a server's failure, a connection lost
 * on the way.
 */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata, code } = error as { readonly $metadata?: { readonly httpStatusCode?: number }; code?: unknown };
  if (THROTTLES.includes(error.name) || error.name === 'TimeoutError') return true;
  return ($metadata?.httpStatusCode ?? 0) >= 500 || BROKEN_CONNECTIONS.includes(String(code));
}
