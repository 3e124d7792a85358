import { civilFromDays, daysFromCivil, daysInMonth, weekdayOf } from './civil.ts';
import { ABSENT, type DateFields } from './date-fields.ts';

const DAY = 86_400;
const FIRST_SECOND = daysFromCivil(1, 1, 1) * DAY;
const END_OF_TIME = (daysFromCivil(9999, 12, 31) + 1) * DAY;

/**
 * Epoch seconds of what a line gives, or NaN for a date that does not exist (February 30th, 24:00, second 60).
 *
 * Parts the line leaves out come from `now`, in UTC (`fail2ban/server/strptime.py: reGroupDictStrptime`):
 * - neither month nor day: today, and yesterday if that is still to come;
 * - no year: this year, and last year if that is more than a day ahead. So a February 29th without a year is a date only
 *   where the year arrived at has one: in a leap year from February 28th on.
 *   Month and day are then taken from the line again, even where the zone had moved them: as fail2ban does;
 * - no time of day: midnight;
 * - no zone: `defaultZoneMinutes` east of UTC.
 */
export function resolveTime(fields: DateFields, defaultZoneMinutes: number, now: number): number {
  if (fields.impossible) return Number.NaN;
  const { hour, minute, second } = fields;
  let { year, month, day } = fields;
  const assumeYear = year === ABSENT;
  const assumeToday = month === ABSENT && day === ABSENT && !hasYearDay(fields);
  if (assumeYear || assumeToday) {
    const today = civilFromDays(Math.floor(now / DAY));
    if (assumeYear) year = today.year;
    if (assumeToday) ({ month, day } = today);
  }
  if (year < 1 || year > 9999 || hour > 23 || minute > 59 || second > 59) return Number.NaN;
  if (month === ABSENT || day === ABSENT) {
    if (!hasYearDay(fields)) return Number.NaN;
    ({ year, month, day } = civilFromDays(daysFromCivil(year, 1, 1) + yearDay(fields, year) - 1));
    if (year < 1 || year > 9999) return Number.NaN;
  }
  if (month < 1 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;

  const zone = fields.hasZone ? fields.zone : defaultZoneMinutes;
  let time = daysFromCivil(year, month, day) * DAY + hour * 3600 + minute * 60 + second - zone * 60;
  if (time < FIRST_SECOND || time >= END_OF_TIME) return Number.NaN;
  if (assumeToday && time > now) time -= DAY;
  if (assumeYear && time > now + DAY) {
    if (day > daysInMonth(year - 1, month)) return Number.NaN;
    time = daysFromCivil(year - 1, month, day) * DAY + (((time % DAY) + DAY) % DAY);
  }
  return time;
}

function hasYearDay(fields: DateFields): boolean {
  return fields.yearDay !== ABSENT || (fields.week !== ABSENT && fields.weekday !== ABSENT);
}

/** From 1; 0 and less lie in the year before, as in Python's `_strptime._calc_julian_from_U_or_W`. */
function yearDay(fields: DateFields, year: number): number {
  if (fields.yearDay !== ABSENT) return fields.yearDay;
  const shift = fields.weekFromMonday ? 0 : 1;
  const firstWeekday = (weekdayOf(daysFromCivil(year, 1, 1)) + shift) % 7;
  const weekday = (fields.weekday + shift) % 7;
  if (fields.week === 0) return 1 + weekday - firstWeekday;
  return 1 + ((7 - firstWeekday) % 7) + 7 * (fields.week - 1) + weekday;
}
