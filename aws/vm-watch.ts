import { createContext, Script } from 'node:vm';
import type { Watch } from '../core/ports/watch.ts';
import { threadCpuMs } from './thread-cpu.ts';

/**
 * A watch based on Node's vm: a script's timeout ends even a RegExp that is backtracking, because
 * V8 checks for interrupts there (https://nodejs.org/api/vm.html: script.runInContext, timeout).
 * Each run starts a thread, which takes 50 to 100 µs, so work should come in batches.
 */
export function vmWatch(): Watch {
  const box: { work: () => void } = { work: () => undefined };
  const context = createContext(box);
  const script = new Script('work()');
  return <T>(work: () => T, ms: number) => {
    let value: T | undefined;
    box.work = () => {
      value = work();
    };
    const before = threadCpuMs();
    try {
      script.runInContext(context, { timeout: ms });
      return { kind: 'done', value: value as T };
    } catch (error) {
      if (!isTimeout(error)) throw error;
      return { kind: 'expired', cpuMs: threadCpuMs() - before };
    } finally {
      box.work = () => undefined;
    }
  };
}

/** It is an Error of the script's own context and not an instance of this context's `Error`. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
