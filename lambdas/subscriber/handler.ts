import { PREFIX_PROPERTY } from '../../core/names.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Subscriber } from '../../core/subscriptions/subscriptions.ts';
import {
  answerResourceRequest,
  type ResourceAnswer,
  type ResourceRequest,
  readResourceRequest,
} from '../shared/custom-resource.ts';

/** Seconds. A run ends before the next begins. */
const RUN = 50;
/** Seconds. A deployment waits no longer than that; later runs do the rest. */
const LONGEST_START = 240;
/** Seconds of the function's time reserved for the answer. */
const TO_ANSWER = 40;
const TRIES = 3;
const PAUSE_MS = 5_000;

/** Lambda's invocation context. */
interface Invocation {
  getRemainingTimeInMillis(): number;
}

/**
 * The subscriber: once a minute, and when CloudFormation creates or changes a prefix, every log
 * group of the jails' prefixes gets its filter. When CloudFormation deletes a prefix, the filters
 * go.
 */
export function subscriberHandler(subscriber: Subscriber, filterName: string, clock: Clock) {
  async function fulfill(request: ResourceRequest, until: number): Promise<ResourceAnswer> {
    const prefix = request.ResourceProperties[PREFIX_PROPERTY];
    if (typeof prefix !== 'string' || prefix === '') return { status: 'FAILED', reason: `no ${PREFIX_PROPERTY}` };
    if (request.RequestType !== 'Delete') {
      const enough = Math.min(until, clock.now() + LONGEST_START);
      await patiently(() => subscriber.converge(enough), enough);
      return { status: 'SUCCESS' };
    }
    const left = await patiently(() => subscriber.withdraw(prefix, until), until);
    if (left === 0) return { status: 'SUCCESS' };
    return {
      status: 'FAILED',
      reason: `${left} log groups still have the filter ${filterName}; delete again to continue`,
    };
  }

  /** Every try continues where the previous one failed. Returns the number of log groups left. */
  async function patiently(act: () => Promise<number>, until: number): Promise<number> {
    for (let tries = TRIES - 1; ; tries--) {
      const last = tries === 0 || clock.now() + PAUSE_MS / 1000 >= until;
      try {
        const left = await act();
        if (left === 0 || last) return left;
      } catch (error) {
        if (last) throw error;
      }
      await clock.sleep(PAUSE_MS);
    }
  }

  return async (event: unknown, invocation: Invocation): Promise<void> => {
    const request = readResourceRequest(event);
    if (!request) {
      await subscriber.converge(clock.now() + RUN);
      return;
    }
    const until = clock.now() + invocation.getRemainingTimeInMillis() / 1000 - TO_ANSWER;
    const answer = await fulfill(request, until).catch(failed);
    await answerResourceRequest(
      request,
      answer,
      `${filterName} ${String(request.ResourceProperties[PREFIX_PROPERTY])}`,
    );
  };
}

function failed(error: unknown): ResourceAnswer {
  return { status: 'FAILED', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
