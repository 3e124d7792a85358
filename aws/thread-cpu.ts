import { readFileSync } from 'node:fs';

/** process.threadCpuUsage, which Node has from 23.9 on (https://nodejs.org/api/process.html). */
const { threadCpuUsage } = process as { threadCpuUsage?: () => { readonly user: number; readonly system: number } };
/**
 * Nanoseconds on a processor, then other numbers (Linux: Documentation/scheduler/sched-stats.rst).
 */
const SCHEDSTAT = '/proc/thread-self/schedstat';

/**
 * Processor time of the calling thread so far, milliseconds. Other threads of the process, a
 * garbage collector's or a worker's, don't count. Where it can't be learned, on Node 20 outside of
 * Linux, it is always 0.
 */
export const threadCpuMs: () => number = threadCpuUsage ? byNode(threadCpuUsage) : bySystem();

function byNode(usage: NonNullable<typeof threadCpuUsage>): () => number {
  return () => {
    const { user, system } = usage.call(process);
    return (user + system) / 1000;
  };
}

function bySystem(): () => number {
  const read = (): number => Number.parseInt(readFileSync(SCHEDSTAT, 'latin1'), 10) / 1e6;
  try {
    return Number.isFinite(read()) ? read : () => 0;
  } catch {
    return () => 0;
  }
}
