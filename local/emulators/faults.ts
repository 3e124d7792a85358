/**
 * The failures of a distributed system, on demand and repeatable: "the third UpdateIPSet is
 * throttled", "the caller dies right after its second write". One plan may serve several emulators,
 * so that "the k-th write" counts over all of them.
 */

import { type AwsCall, isWrite } from './aws-call.ts';
import type { ServiceError } from './service-error.ts';

export type Fault =
  /** The service's own throttling error; nothing is done. */
  | { readonly kind: 'throttle' }
  /** The service's own conflict: a changed lock token, a failed condition, another version. */
  | { readonly kind: 'conflict' }
  /** HTTP 500. With `written`, the call took effect all the same, as AWS allows for. */
  | { readonly kind: 'internal-error'; readonly written?: boolean }
  /** No answer, ever: the connection stays open until the caller or the emulator closes it. */
  | { readonly kind: 'time-out'; readonly written?: boolean }
  /** The connection is dropped; the call had no effect. */
  | { readonly kind: 'crash-before-write' }
  /** The call takes effect, then the connection is dropped. */
  | { readonly kind: 'crash-after-write' }
  /**
   * Another actor acts while the call is in transit: `run` ends first, then the call is served as
   * usual.
   */
  | { readonly kind: 'meanwhile'; readonly run: () => void | Promise<void> }
  /** Any other error the service may answer. */
  | { readonly kind: 'error'; readonly error: ServiceError };

/** The calls that a rule matches; an omitted member does not restrict. */
export interface CallMatch {
  readonly service?: string;
  readonly operation?: string | readonly string[];
  /** True: only calls that may change state. */
  readonly writes?: boolean;
  readonly when?: (input: AwsCall['input'], call: AwsCall) => boolean;
}

interface FaultRule extends CallMatch {
  readonly fault: Fault;
  /**
   * The first matching call that is struck, counted from 1 (the default) since the rule was added.
   */
  readonly from?: number;
  /**
   * The number of matching calls in a row that are struck: 1 by default, `Infinity` for all further
   * ones.
   */
  readonly times?: number;
}

/** A rule in force. */
interface InjectedFault {
  /** Matching calls so far, struck or not. */
  seen(): number;
  struck(): number;
  remove(): void;
}

export interface FaultPlan {
  /** Adds a rule. When several rules would strike one call, the one added first does. */
  inject(rule: FaultRule): InjectedFault;
  /**
   * A caller killed at its k-th write (from 1) over every service of the plan: that write is done
   * (`after`) or not (`before`), and no later call, reads included, is answered until the fault is
   * removed.
   */
  killAtWrite(k: number, side: 'before' | 'after'): InjectedFault;
  /** Removes every rule. */
  clear(): void;
  /** Counts the call against every rule; the fault that strikes it, if any. For emulators. */
  strike(call: AwsCall): Fault | undefined;
}

interface Rule {
  judge(call: AwsCall): Fault | undefined;
}

export function createFaultPlan(): FaultPlan {
  const rules = new Set<Rule>();

  function add(judge: (call: AwsCall) => Fault | 'passed' | undefined): InjectedFault {
    let seen = 0;
    let struck = 0;
    const rule: Rule = {
      judge(call) {
        const verdict = judge(call);
        if (verdict !== undefined) seen++;
        if (verdict === undefined || verdict === 'passed') return undefined;
        struck++;
        return verdict;
      },
    };
    rules.add(rule);
    return { seen: () => seen, struck: () => struck, remove: () => rules.delete(rule) };
  }

  return {
    inject(rule) {
      const from = rule.from ?? 1;
      const times = rule.times ?? 1;
      let count = 0;
      return add((call) => {
        if (!matches(rule, call)) return undefined;
        count++;
        return count >= from && count < from + times ? rule.fault : 'passed';
      });
    },
    killAtWrite(k, side) {
      let writes = 0;
      return add((call) => {
        if (writes >= k) return { kind: 'crash-before-write' };
        if (!isWrite(call)) return 'passed';
        writes++;
        if (writes < k) return 'passed';
        return { kind: side === 'before' ? 'crash-before-write' : 'crash-after-write' };
      });
    },
    clear: () => rules.clear(),
    strike(call) {
      const verdicts = [...rules].map((rule) => rule.judge(call));
      return verdicts.find((fault) => fault !== undefined);
    },
  };
}

/** True when the call is one of those the match is about. */
export function matches(match: CallMatch, call: AwsCall): boolean {
  if (match.service !== undefined && match.service !== call.service) return false;
  if (match.writes === true && !isWrite(call)) return false;
  if (typeof match.operation === 'string' && match.operation !== call.operation) return false;
  if (Array.isArray(match.operation) && !match.operation.includes(call.operation)) return false;
  return match.when === undefined || match.when(call.input, call);
}
