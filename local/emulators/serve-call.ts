/**
 * The path of a call through an emulator: it is logged, struck by a fault or served, and its
 * outcome logged. It is the same for every service and protocol.
 */

import type { AwsCall } from './aws-call.ts';
import { type CallLog, type CallOutcome, createCallLog } from './call-log.ts';
import { createFaultPlan, type Fault, type FaultPlan } from './faults.ts';
import { ServiceError } from './service-error.ts';

/** An emulated service, independent of its protocol. */
export interface EmulatedService<Output> {
  /** Runs the operation, or throws a ServiceError. */
  handle(call: AwsCall): Output | Promise<Output>;
  /**
   * Makes the call meet a conflict: it changes the state accordingly, or throws the service's
   * error.
   */
  conflict(call: AwsCall): void;
  /** The error of a caller that is too fast. */
  throttled(): ServiceError;
  /** The error of a service in trouble. */
  failed(): ServiceError;
}

/** The parts that emulators may share, and that a test may replace. */
export interface EmulatorOptions {
  /** Milliseconds since the epoch; the machine's clock by default. Rates use it. */
  readonly now?: () => number;
  readonly faults?: FaultPlan;
  readonly calls?: CallLog;
}

export interface EmulatorContext {
  readonly now: () => number;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
}

/** The options with their defaults: the machine's clock, a plan and a log of its own. */
export function emulatorContext(options: EmulatorOptions): EmulatorContext {
  return {
    now: options.now ?? Date.now,
    faults: options.faults ?? createFaultPlan(),
    calls: options.calls ?? createCallLog(),
  };
}

export type Delivery<Output> =
  | { readonly kind: 'output'; readonly output: Output }
  | { readonly kind: 'error'; readonly error: ServiceError }
  /** The connection is dropped. */
  | { readonly kind: 'dropped' }
  /** Nothing is sent. */
  | { readonly kind: 'silent' };

type Served<Output> = Extract<Delivery<Output>, { kind: 'output' | 'error' }>;

/** Serves a call, faults included. It throws only bugs of the emulator. */
export async function serveCall<Output>(
  service: EmulatedService<Output>,
  call: AwsCall,
  context: EmulatorContext,
): Promise<Delivery<Output>> {
  const end = context.calls.begin(call, context.now());
  const fault = context.faults.strike(call);
  try {
    const { delivery, written } = await struck(service, call, fault);
    end(outcomeOf(delivery, written));
    return delivery;
  } catch (bug) {
    end({ kind: 'error', code: 'EmulatorBug', written: false });
    throw bug;
  }
}

async function struck<Output>(
  service: EmulatedService<Output>,
  call: AwsCall,
  fault: Fault | undefined,
): Promise<{ delivery: Delivery<Output>; written: boolean }> {
  const serve = () => serveOrFail(() => service.handle(call));
  const effect = async (instead: Delivery<Output>) => ({
    delivery: instead,
    written: (await serve()).kind === 'output',
  });
  switch (fault?.kind) {
    case undefined:
      return { delivery: await serve(), written: false };
    case 'meanwhile':
      await fault.run();
      return { delivery: await serve(), written: false };
    case 'conflict': {
      const conflicted = serveOrFail(async () => {
        service.conflict(call);
        return service.handle(call);
      });
      return { delivery: await conflicted, written: false };
    }
    case 'throttle':
      return { delivery: { kind: 'error', error: service.throttled() }, written: false };
    case 'error':
      return { delivery: { kind: 'error', error: fault.error }, written: false };
    case 'internal-error': {
      const failure: Delivery<Output> = { kind: 'error', error: service.failed() };
      return fault.written === true ? effect(failure) : { delivery: failure, written: false };
    }
    case 'time-out':
      return fault.written === true ? effect({ kind: 'silent' }) : { delivery: { kind: 'silent' }, written: false };
    case 'crash-before-write':
      return { delivery: { kind: 'dropped' }, written: false };
    case 'crash-after-write':
      return effect({ kind: 'dropped' });
  }
}

async function serveOrFail<Output>(handle: () => Output | Promise<Output>): Promise<Served<Output>> {
  try {
    return { kind: 'output', output: await handle() };
  } catch (error) {
    if (error instanceof ServiceError) return { kind: 'error', error };
    throw error;
  }
}

function outcomeOf(delivery: Delivery<unknown>, written: boolean): CallOutcome {
  if (delivery.kind === 'output') return { kind: 'ok' };
  if (delivery.kind === 'error') return { kind: 'error', code: delivery.error.code, written };
  return { kind: 'unanswered', written };
}
