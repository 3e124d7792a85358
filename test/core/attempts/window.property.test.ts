import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstAfter, firstFullWindow } from '../../../core/attempts/window.ts';
import { type Attempt, byTime, eventHash, formatAttempt, parseAttempt } from '../../../core/records/attempt.ts';

const attempts = fc
  .array(fc.record({ time: fc.integer({ min: 0, max: 2000 }), event: fc.stringMatching(/^[a-z]{1,3}$/) }), {
    maxLength: 40,
  })
  .map((list) => [...list].sort(byTime));
const threshold = fc.record({ maxretry: fc.integer({ min: 1, max: 6 }), findtime: fc.integer({ min: 1, max: 700 }) });

/**
 * The definition, word for word: the earliest attempt at whose time t the window (t − findtime, t]
 * holds maxretry so far.
 */
function byDefinition(list: readonly Attempt[], { maxretry, findtime }: { maxretry: number; findtime: number }) {
  for (let index = 0; index < list.length; index++) {
    const t = list[index]?.time ?? 0;
    const inWindow = list.slice(0, index + 1).filter(({ time }) => time > t - findtime && time <= t);
    if (inWindow.length >= maxretry) return { index, attempts: inWindow.length };
  }
  return undefined;
}

describe('firstFullWindow', () => {
  it('is the half-open window by definition', () => {
    fc.assert(
      fc.property(attempts, threshold, (list, rule) => {
        expect(firstFullWindow(list, rule)).toEqual(byDefinition(list, rule));
      }),
    );
  });

  it.each([
    { times: [0, 150, 300, 450, 599], banned: true, why: 'five within 600 s' },
    { times: [0, 150, 300, 450, 600], banned: false, why: 'the first lies exactly findtime before the last' },
    { times: [0, 0, 0, 0, 601], banned: false, why: 'four at once and one later, where fail2ban estimates 5' },
    { times: [7, 7, 7, 7, 7], banned: true, why: 'five in one second' },
  ])('$why: $banned', ({ times, banned }) => {
    const list = times.map((time, i) => ({ time, event: String(i) }));
    expect(firstFullWindow(list, { maxretry: 5, findtime: 600 }) !== undefined).toBe(banned);
  });
});

describe('firstAfter', () => {
  it('is the first index strictly later', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: -1, max: 2001 }), (list, time) => {
        const expected = list.findIndex((attempt) => attempt.time > time);
        expect(firstAfter(list, time)).toBe(expected < 0 ? list.length : expected);
      }),
    );
  });
});

describe('an attempt as text', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.string(), (time, id) => {
        const attempt = { time, event: eventHash(id) };
        expect(parseAttempt(formatAttempt(attempt))).toEqual(attempt);
      }),
    );
  });

  it('names an event by a number in base 36', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const number = Number.parseInt(eventHash(id), 36);
        expect(Number.isSafeInteger(number)).toBe(true);
        expect(eventHash(id)).toBe(number.toString(36));
      }),
      { numRuns: 2000 },
    );
  });

  it('differs for every one of 100,000 consecutive event ids', () => {
    const hashes = new Set(Array.from({ length: 100_000 }, (_, i) => eventHash(`3${String(i).padStart(55, '0')}`)));
    expect(hashes.size).toBe(100_000);
  });
});
