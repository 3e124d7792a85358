import { describe, expect, it } from 'vitest';
import { DateFields } from '../../../../core/dates/date-fields.ts';
import { TimeResolver } from '../../../../core/dates/detector/resolve-time.ts';

const at = (text: string) => Date.parse(text) / 1000;

function resolve(given: Partial<DateFields>, now: string, zone = 0): string | undefined {
  const time = new TimeResolver(zone).resolve(Object.assign(new DateFields(), given), at(now));
  return Number.isNaN(time) ? undefined : new Date(time * 1000).toISOString().slice(0, 19);
}

describe('a date without a year', () => {
  it.each([
    ['is of this year', { month: 3, day: 5, hour: 7 }, '2026-06-01T00:00:00Z', '2026-03-05T07:00:00'],
    ['is of this year when less than a day ahead', { month: 6, day: 2 }, '2026-06-01T00:00:00Z', '2026-06-02T00:00:00'],
    [
      'is of last year when further ahead',
      { month: 6, day: 2, second: 1 },
      '2026-06-01T00:00:00Z',
      '2025-06-02T00:00:01',
    ],
    ['is of last year at new year', { month: 12, day: 31, hour: 23 }, '2026-01-01T00:00:00Z', '2025-12-31T23:00:00'],
    ['may be of the first of January a day early', { month: 1, day: 1 }, '2025-12-31T23:59:59Z', '2025-01-01T00:00:00'],
  ])('%s', (_, given, now, expected) => {
    expect(resolve(given, now)).toBe(expected);
  });

  it.each([
    ['is a date in a leap year', '2024-03-10T00:00:00Z', '2024-02-29T10:00:00'],
    ['is a date on its eve', '2024-02-28T10:00:00Z', '2024-02-29T10:00:00'],
    ['is none a second before that: it would be of the year before', '2024-02-28T09:59:59Z', undefined],
    ['is none in a common year', '2025-03-01T00:00:00Z', undefined],
    ['is none in a common year, though the last was a leap year', '2025-01-15T00:00:00Z', undefined],
  ])('February 29th %s', (_, now, expected) => {
    expect(resolve({ month: 2, day: 29, hour: 10 }, now)).toBe(expected);
  });

  it('is put back to the day it names when its zone had moved it', () => {
    const given = { month: 12, day: 31, hour: 23, minute: 30, hasZone: true, zone: -120 };
    // 23:30 at -0200 is 01:30 of January 1st: fail2ban takes the time of that and the day of the
    // line.
    expect(resolve(given, '2025-12-30T00:00:00Z')).toBe('2024-12-31T01:30:00');
    expect(resolve(given, '2026-01-01T02:00:00Z')).toBe('2025-12-31T01:30:00');
  });
});

describe('a time without a date', () => {
  it.each([
    ['is of today', { hour: 11, minute: 59 }, '2026-06-01T12:00:00Z', '2026-06-01T11:59:00'],
    ['is of today when it is now', { hour: 12 }, '2026-06-01T12:00:00Z', '2026-06-01T12:00:00'],
    ['is of yesterday when still to come', { hour: 12, second: 1 }, '2026-06-01T12:00:00Z', '2026-05-31T12:00:01'],
    ['is of yesterday across new year', { hour: 23 }, '2026-01-01T00:10:00Z', '2025-12-31T23:00:00'],
    ['is of February 29th after midnight', { hour: 23 }, '2024-03-01T00:10:00Z', '2024-02-29T23:00:00'],
  ])('%s', (_, given, now, expected) => {
    expect(resolve(given, now)).toBe(expected);
  });

  it('is of the day in UTC, whatever its zone', () => {
    expect(resolve({ hour: 1, minute: 15 }, '2026-06-01T23:30:00Z', 120)).toBe('2026-05-31T23:15:00');
  });

  it("has a given year on today's day, ahead or not", () => {
    expect(resolve({ year: 2030, hour: 3 }, '2026-06-01T12:00:00Z')).toBe('2030-05-31T03:00:00');
  });
});

describe('a whole date', () => {
  it('is at midnight without a time, in the default zone without one', () => {
    expect(resolve({ year: 2026, month: 6, day: 1 }, '2026-06-10T00:00:00Z', 120)).toBe('2026-05-31T22:00:00');
    expect(resolve({ year: 2026, month: 6, day: 1, hasZone: true, zone: 0 }, '2026-06-10T00:00:00Z', 120)).toBe(
      '2026-06-01T00:00:00',
    );
  });

  it.each([
    { year: 2026, month: 2, day: 30 },
    { year: 2026, month: 13, day: 1 },
    { year: 2026, month: 4, day: 31 },
    { year: 2026, month: 1, day: 1, hour: 24 },
    { year: 2026, month: 1, day: 1, minute: 60 },
    { year: 2026, month: 1, day: 1, second: 60 },
    { year: 0, month: 1, day: 1 },
    { year: 9999, month: 12, day: 31, hour: 23, hasZone: true, zone: -60 },
    { year: 1, month: 1, day: 1, hasZone: true, zone: 60 },
    { year: 2026, month: 1 },
    { year: 2026, day: 1 },
    { year: 2026, month: 1, day: 1, impossible: true },
  ])('that does not exist is none: %o', (given) => {
    expect(resolve(given, '2026-06-01T00:00:00Z')).toBeUndefined();
  });

  it.each([
    ['day of the year', { year: 2024, yearDay: 60 }, '2024-02-29T00:00:00'],
    ['day beyond the year', { year: 2023, yearDay: 366 }, '2024-01-01T00:00:00'],
    ['%U and weekday', { year: 2001, week: 11, weekday: 2 }, '2001-03-21T00:00:00'],
    ['%W and weekday', { year: 2001, week: 11, weekday: 2, weekFromMonday: true }, '2001-03-14T00:00:00'],
    ['week 0 that began last year', { year: 2005, week: 0, weekday: 0, weekFromMonday: true }, '2004-12-27T00:00:00'],
    ['%U of a Sunday', { year: 2026, week: 1, weekday: 6 }, '2026-01-04T00:00:00'],
  ])('may be given by %s', (_, given, expected) => {
    expect(resolve(given, '2026-06-01T00:00:00Z')).toBe(expected);
  });

  it('may be given by the day of this year', () => {
    expect(resolve({ yearDay: 32 }, '2026-06-01T00:00:00Z')).toBe('2026-02-01T00:00:00');
    expect(resolve({ yearDay: 300 }, '2026-06-01T00:00:00Z')).toBe('2025-10-27T00:00:00');
  });
});
