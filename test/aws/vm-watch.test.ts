import { describe, expect, it } from 'vitest';
import { vmWatch } from '../../aws/vm-watch.ts';

/** Would take longer than the universe lasts. */
const endless = (): boolean => /^(a+)+$/.test(`${'a'.repeat(60)}!`);

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
