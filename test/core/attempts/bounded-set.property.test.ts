import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptsThatMatter, mostAttempts } from '../../../core/attempts/bounded-set.ts';
import { firstAfter, firstFullWindow, type Threshold } from '../../../core/attempts/window.ts';
import { LARGEST_MAXRETRY } from '../../../core/config/jail.ts';
import { type Attempt, byTime } from '../../../core/records/attempt.ts';

const attemptsTo = (latest: number, most: number) =>
  fc
    .array(fc.record({ time: fc.integer({ min: 0, max: latest }), event: fc.stringMatching(/^[a-z]{1,3}$/) }), {
      maxLength: most,
      size: 'max',
    })
    .map((list) => union(list));
const thresholds = fc.record({
  maxretry: fc.integer({ min: 1, max: 6 }),
  findtime: fc.oneof(fc.integer({ min: 1, max: 700 }), fc.constantFrom(1.5, 0.5, 3600)),
});

function union(...lists: readonly (readonly Attempt[])[]): readonly Attempt[] {
  const each = new Map(lists.flat().map((attempt) => [`${attempt.time}#${attempt.event}`, attempt]));
  return [...each.values()].sort(byTime);
}

const isFull = (list: readonly Attempt[], threshold: Threshold, end: number): boolean =>
  firstFullWindow(list, threshold, firstAfter(list, end)) !== undefined;

describe('the attempts that matter', () => {
  it('have a full window after any end, with any later additions, exactly when all attempts have one', () => {
    const seen = { dropped: 0, full: 0, notFull: 0 };
    fc.assert(
      fc.property(
        attemptsTo(300, 120),
        attemptsTo(400, 12),
        thresholds,
        fc.integer({ min: -1, max: 310 }),
        fc.array(fc.integer({ min: -1, max: 410 }), { minLength: 5, maxLength: 5 }),
        (held, added, threshold, recordEnd, ends) => {
          const kept = attemptsThatMatter(held, threshold, firstAfter(held, recordEnd));
          seen.dropped += held.length - kept.length;
          for (const end of ends) {
            const full = isFull(union(held, added), threshold, end);
            expect(isFull(union(kept, added), threshold, end)).toBe(full);
            seen[full ? 'full' : 'notFull'] += 1;
          }
        },
      ),
      { numRuns: 1500 },
    );
    expect(Math.min(seen.dropped, seen.full, seen.notFull)).toBeGreaterThan(500);
  });

  it('call for the next ban at the very second, and thinned again they are the same', () => {
    fc.assert(
      fc.property(attemptsTo(2000, 120), thresholds, fc.integer({ min: -1, max: 2000 }), (held, threshold, end) => {
        const kept = attemptsThatMatter(held, threshold, firstAfter(held, end));
        const verdict = (list: readonly Attempt[]) => {
          const window = firstFullWindow(list, threshold, firstAfter(list, end));
          return window && { at: list[window.index], attempts: window.attempts };
        };
        expect(verdict(kept)).toEqual(verdict(held));
        expect(attemptsThatMatter(kept, threshold, firstAfter(kept, end))).toEqual(kept);
      }),
    );
  });

  it('are all of them where no window is full', () => {
    fc.assert(
      fc.property(attemptsTo(2000, 60), thresholds, (held, threshold) => {
        fc.pre(!firstFullWindow(held, threshold));
        expect(attemptsThatMatter(held, threshold, 0)).toEqual(held);
      }),
    );
  });

  it.each([
    { maxretry: 1, findtime: 600 },
    { maxretry: 5, findtime: 600 },
    { maxretry: 5, findtime: 86_400 },
    { maxretry: 300, findtime: 10 },
    { maxretry: LARGEST_MAXRETRY, findtime: 3600 },
  ])('of a flood are fewer than half of what may be held, or $maxretry a stretch', (threshold) => {
    const span = 2 * threshold.findtime;
    const flood = Array.from({ length: 60_000 }, (_, i) => ({
      time: 1_800_000_000 + Math.floor((i * span) / 60_000),
      event: `e${i}`,
    })).sort(byTime);
    const kept = attemptsThatMatter(flood, threshold, 0);
    expect(kept.length).toBeLessThanOrEqual(mostAttempts(threshold) * 0.8);
    expect(kept.length).toBeGreaterThanOrEqual(threshold.maxretry);
  });
});
