import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { vmWatch } from '../../aws/vm-watch.ts';
import { unguarded, withinBudget } from '../../core/match/time-budget.ts';

/** Would take longer than the universe lasts. */
const endless = (): boolean => /^(a+)+$/.test(`${'a'.repeat(60)}!`);

/** Takes time and no processor. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Runs work while other threads of this process use all the processors there are. */
async function whileOthersBurn(work: () => void): Promise<void> {
  const burning = [1, 2, 3].map(() => new Worker('for (;;);', { eval: true }));
  try {
    await Promise.all(burning.map((worker) => once(worker, 'online')));
    work();
  } finally {
    await Promise.all(burning.map((worker) => worker.terminate()));
  }
}

describe('vmWatch', () => {
  it('answers with what the work returns, and throws what it throws', () => {
    const watch = vmWatch();
    expect(watch(() => 42, 1000)).toEqual({ kind: 'done', value: 42 });
    expect(watch(() => undefined, 1000)).toEqual({ kind: 'done', value: undefined });
    const error = new RangeError('mine');
    expect(() =>
      watch(() => {
        throw error;
      }, 1000),
    ).toThrow(error);
  });

  it('stops a RegExp in the middle of its backtracking, and works again afterward', () => {
    const watch = vmWatch();
    const start = performance.now();
    let after = false;
    const outcome = watch(() => {
      endless();
      after = true;
    }, 30);
    expect(outcome).toEqual({ kind: 'expired', cpuMs: expect.any(Number) });
    expect(after).toBe(false);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(watch(() => 'still here', 1000)).toEqual({ kind: 'done', value: 'still here' });
  });

  it('counts the processor time of its own thread alone', async () => {
    await whileOthersBurn(() => {
      const watch = vmWatch();
      const idle = watch(() => holdUp(130), 60);
      expect(idle.kind === 'done' ? 0 : idle.cpuMs).toBeLessThan(30);
      const busy = watch(endless, 400);
      expect(busy).toMatchObject({ kind: 'expired' });
      expect(busy.kind === 'expired' ? busy.cpuMs : 0).toBeGreaterThan(10);
    });
  });

  it('lets no line be blamed that is held up while other threads hold the processors', async () => {
    await whileOthersBurn(() => {
      const idle = { snapshot: () => () => undefined };
      const outcomes = withinBudget(vmWatch(), idle, (guard) => {
        if (guard === unguarded) holdUp(1100);
        return [guard(() => holdUp(130), idle), guard(() => void endless(), idle)];
      });
      expect(outcomes).toEqual(['matched', 'given-up']);
    });
  });

  it('stops an endless loop that catches everything', () => {
    const watch = vmWatch();
    const outcome = watch(() => {
      for (;;) {
        try {
          endless();
        } catch {
          // Not even this keeps it going.
        }
      }
    }, 30);
    expect(outcome).toMatchObject({ kind: 'expired' });
  });
});
