import { describe, expect, it } from 'vitest';
import { yearRangeAt } from '../../../../core/dates/detector/year-range.ts';

const at = (text: string) => Date.parse(text) / 1000;
const takes = (now: number, year: number) => {
  return new RegExp(`^${yearRangeAt(now).regex}[0-9]$`).test(String(year));
};

describe('the years that %ExY takes', () => {
  it.each([
    // An older clock is a simulated one.
    ['2005-08-14T12:00:00Z', 2000, 2029],
    ['2026-12-31T23:59:59Z', 2000, 2029],
    ['2027-01-01T00:00:00Z', 2000, 2039],
    ['2036-12-31T23:59:59Z', 2000, 2039],
    ['2095-06-01T00:00:00Z', 2000, 2099],
    ['2097-01-01T00:00:00Z', 2000, 2109],
    ['2133-01-01T00:00:00Z', 2000, 2139],
  ])('reach three years beyond %s, to the end of that decade', (now, first, last) => {
    const range = yearRangeAt(at(now));
    expect([first - 1, first, last, last + 1].map((year) => takes(at(now), year))).toEqual([false, true, true, false]);
    expect(range.lastDecade * 10 + 9).toBe(last);
    expect(at(now)).toBeGreaterThanOrEqual(range.from);
    expect(at(now)).toBeLessThan(range.until);
  });

  it('are the same throughout the interval they are given for, and others after it', () => {
    const range = yearRangeAt(at('2031-01-01T00:00:00Z'));
    expect(yearRangeAt(range.from)).toEqual(range);
    expect(yearRangeAt(range.until - 1)).toEqual(range);
    expect(yearRangeAt(range.until).regex).not.toBe(range.regex);
    expect(yearRangeAt(range.from - 1).regex).not.toBe(range.regex);
  });
});
