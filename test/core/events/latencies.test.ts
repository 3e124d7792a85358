import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LATENCY, latencies } from '../../../core/events/latencies.ts';

describe('latencies', () => {
  it('are reported in order, each of them while they are few', () => {
    expect(latencies([3, 1, 2])).toEqual({ seconds: [1, 2, 3], late: 0 });
    expect(latencies([7])).toEqual({ seconds: [7], late: 0 });
    expect(latencies([])).toEqual({ seconds: [], late: 0 });
  });

  it('are none where a clock is ahead of ours', () => {
    expect(latencies([-59, 1])).toEqual({ seconds: [0, 1], late: 0 });
  });

  it('leave out what was late before it came, and count it', () => {
    const ages = [2, LONGEST_LATENCY, LONGEST_LATENCY + 0.1, 86_400];
    expect(latencies(ages)).toEqual({ seconds: [2, LONGEST_LATENCY], late: 2 });
    expect(latencies(ages, Number.POSITIVE_INFINITY)).toMatchObject({ seconds: [2, 900, 900.1, 86_400], late: 0 });
  });

  it('are a sample of many, with the least, the greatest, and much the same average', () => {
    let many = 0;
    const ages = fc.array(fc.double({ min: 0, max: 900, noNaN: true }), { minLength: 1, maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(ages, (all) => {
        const { seconds, late } = latencies(all);
        if (all.length > 20) many++;
        expect(seconds.length).toBe(Math.min(20, all.length));
        expect(seconds[0]).toBe(Math.min(...all));
        expect(seconds.at(-1)).toBe(Math.max(...all));
        expect([...seconds].sort((a, b) => a - b)).toEqual(seconds);
        expect(seconds.every((one) => all.includes(one))).toBe(true);
        expect(late).toBe(0);
        const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
        expect(Math.abs(mean(seconds) - mean(all))).toBeLessThan((2 * (Math.max(...all) - Math.min(...all)) || 1) / 10);
      }),
      { seed: 7, numRuns: 200 },
    );
    expect(many).toBeGreaterThan(100);
  });
});
