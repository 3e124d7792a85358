import { describe, expect, it } from 'vitest';
import { type LineGuard, withinBudget } from '../../../core/match/time-budget.ts';
import type { Watch } from '../../../core/ports/watch.ts';

/** A sum that lines are added to; `-` lines take for ever. */
function adder() {
  let sum = 0;
  const budgets: number[] = [];
  const watch: Watch = (work, ms) => {
    budgets.push(ms);
    const before = sum;
    const value = work();
    return sum < before || Number.isNaN(sum) ? { kind: 'expired', cpuMs: ms } : { kind: 'done', value };
  };
  const state = {
    snapshot() {
      const kept = sum;
      return () => {
        sum = kept;
      };
    },
  };
  const add = (lines: readonly number[], timeLeft?: () => number) => {
    const pass = (guard: LineGuard) =>
      lines.map((line) =>
        guard(() => {
          // A hostile line spoils the sum, whatever comes after it.
          sum = line < 0 ? Number.NaN : sum + line;
        }, state),
      );
    return withinBudget(watch, state, pass, timeLeft);
  };
  return { add, budgets, sum: () => sum };
}

describe('a time budget', () => {
  it('watches harmless lines all at once', () => {
    const { add, budgets, sum } = adder();
    expect(add([1, 2, 3])).toEqual(['matched', 'matched', 'matched']);
    expect(sum()).toBe(6);
    expect(budgets).toHaveLength(1);
  });

  it('gives up the lines to blame, and nothing of the others', () => {
    const { add, sum } = adder();
    expect(add([1, -1, 2, -1, 3])).toEqual(['matched', 'given-up', 'matched', 'given-up', 'matched']);
    expect(sum()).toBe(6);
    expect(add([1])).toEqual(['matched']);
    expect(sum()).toBe(7);
  });

  it('blames no line for a machine that is busy with something else', () => {
    let attempts = 0;
    const busy: Watch = (work, ms) => {
      const value = work();
      return ms >= 1000 || ++attempts < 4 ? { kind: 'expired', cpuMs: 5 } : { kind: 'done', value };
    };
    const idle = { snapshot: () => () => undefined };
    expect(withinBudget(busy, idle, (guard) => guard(() => undefined, idle))).toBe('matched');
    expect(attempts).toBe(4);
  });

  it('blames no line for one pause of its own thread', () => {
    let attempts = 0;
    const paused: Watch = (work, ms) => {
      const value = work();
      return ms >= 1000 || ++attempts === 1 ? { kind: 'expired', cpuMs: ms } : { kind: 'done', value };
    };
    const idle = { snapshot: () => () => undefined };
    expect(withinBudget(paused, idle, (guard) => guard(() => undefined, idle))).toBe('matched');
    expect(attempts).toBe(2);
  });

  it('leaves the lines that it has no time for, and blames none of them', () => {
    const { add, sum, budgets } = adder();
    let left = 150;
    const timeLeft = (): number => {
      const now = left;
      left -= 50;
      return now;
    };
    expect(add([1, -1, 2, 3, 4, 5], timeLeft)).toEqual(['matched', 'left', 'left', 'left', 'left', 'left']);
    expect(sum()).toBe(1);
    expect(budgets).toEqual([75, 100, 50]);
    expect(add([1, -1, 2], () => 0)).toEqual(['left', 'left', 'left']);
  });

  it('loses patience with who sends many', () => {
    const { add, budgets } = adder();
    add(Array.from({ length: 1000 }, () => -1));
    const perLine = budgets.slice(1);
    expect(perLine).toHaveLength(2000);
    // A thousand hostile lines, the most of a delivery, must leave a function with a minute some
    // time.
    expect(perLine.reduce((total, ms) => total + ms)).toBeLessThan(15_000);
  });
});
