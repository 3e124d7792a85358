import { describe, expect, it } from 'vitest';
import { withinBudget } from '../../../core/match/time-budget.ts';
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
  const add = (lines: readonly number[]) =>
    withinBudget(watch, state, (guard) =>
      lines.map((line) =>
        guard(() => {
          // A hostile line spoils the sum, whatever comes after it.
          sum = line < 0 ? Number.NaN : sum + line;
        }, state),
      ),
    );
  return { add, budgets, sum: () => sum };
}

describe('a time budget', () => {
  it('watches harmless lines all at once', () => {
    const { add, budgets, sum } = adder();
    expect(add([1, 2, 3])).toEqual([true, true, true]);
    expect(sum()).toBe(6);
    expect(budgets).toHaveLength(1);
  });

  it('gives up the lines to blame, and nothing of the others', () => {
    const { add, sum } = adder();
    expect(add([1, -1, 2, -1, 3])).toEqual([true, false, true, false, true]);
    expect(sum()).toBe(6);
    expect(add([1])).toEqual([true]);
    expect(sum()).toBe(7);
  });

  it('blames no line for a machine that is busy with something else', () => {
    let attempts = 0;
    const busy: Watch = (work, ms) => {
      const value = work();
      return ms >= 1000 || ++attempts < 4 ? { kind: 'expired', cpuMs: 5 } : { kind: 'done', value };
    };
    const idle = { snapshot: () => () => undefined };
    expect(withinBudget(busy, idle, (guard) => guard(() => undefined, idle))).toBe(true);
    expect(attempts).toBe(4);
  });

  it('loses patience with who sends many', () => {
    const { add, budgets } = adder();
    add(Array.from({ length: 1000 }, () => -1));
    const perLine = budgets.slice(1);
    expect(perLine).toHaveLength(1000);
    // A thousand hostile lines, the most of a delivery, must leave a function with a minute some
    // time.
    expect(perLine.reduce((total, ms) => total + ms)).toBeLessThan(15_000);
  });
});
