import { type CivilDate, civilFromDays, daysFromCivil, daysInMonth, weekdayOf } from '../civil.ts';
import { ABSENT, type DateFields } from '../date-fields.ts';

const DAY = 86_400;
const FIRST_SECOND = daysFromCivil(1, 1, 1) * DAY;
const END_OF_TIME = (daysFromCivil(9999, 12, 31) + 1) * DAY;

/**
 * Turns date fields into times. It remembers the day of the last line and the day of the last
 * `now`, because nearly every line repeats them.
 */
export class TimeResolver {
  readonly #defaultZoneMinutes: number;
  #year = ABSENT;
  #month = ABSENT;
  #day = ABSENT;
  #midnight = 0;
  #nowDay = Number.NaN;
  #today: CivilDate = { year: 1970, month: 1, day: 1 };

  /** `defaultZoneMinutes`: minutes east of UTC for dates without a zone. */
  constructor(defaultZoneMinutes: number) {
    this.#defaultZoneMinutes = defaultZoneMinutes;
  }

  /**
   * Epoch seconds of the fields, or NaN for a date that does not exist (February 30th, 24:00,
   * second 60).
   *
   * Parts the line leaves out come from `now`, in UTC (`fail2ban/server/strptime.py:
   * reGroupDictStrptime`):
   * - neither month nor day: today, and yesterday if that is still to come;
   * - no year: this year, and last year if that is more than a day ahead. So a February 29th
   *   without a year is a date only where the year arrived at has one: in a leap year from February
   *   28th on. Month and day are then taken from the line again, even where the zone had moved
   *   them: as fail2ban does;
   * - no time of day: midnight;
   * - no zone: the default one.
   */
  resolve(fields: DateFields, now: number): number {
    if (fields.impossible || fields.hour > 23 || fields.minute > 59 || fields.second > 59) return Number.NaN;
    const assumeYear = fields.year === ABSENT;
    const assumeToday = fields.month === ABSENT && fields.day === ABSENT && !hasYearDay(fields);
    const midnight = this.#midnightOf(fields, assumeToday, now);
    if (Number.isNaN(midnight)) return Number.NaN;
    const zone = fields.hasZone ? fields.zone : this.#defaultZoneMinutes;
    let time = midnight + fields.hour * 3600 + fields.minute * 60 + fields.second - zone * 60;
    if (time < FIRST_SECOND || time >= END_OF_TIME) return Number.NaN;
    if (assumeToday && time > now) time -= DAY;
    return assumeYear && time > now + DAY ? this.#lastYear(time) : time;
  }

  /** The time of day of `time`, one year before the day of the last midnight. */
  #lastYear(time: number): number {
    const timeOfDay = ((time % DAY) + DAY) % DAY;
    return midnightOf(this.#year - 1, this.#month, this.#day) + timeOfDay;
  }

  #midnightOf(fields: DateFields, assumeToday: boolean, now: number): number {
    const year = fields.year === ABSENT ? this.#dayOf(now).year : fields.year;
    if (assumeToday) {
      const { month, day } = this.#dayOf(now);
      return this.#remember(year, month, day);
    }
    if (fields.month !== ABSENT && fields.day !== ABSENT) return this.#remember(year, fields.month, fields.day);
    if (!hasYearDay(fields) || year < 1 || year > 9999) return Number.NaN;
    const date = civilFromDays(daysFromCivil(year, 1, 1) + yearDay(fields, year) - 1);
    return this.#remember(date.year, date.month, date.day);
  }

  #remember(year: number, month: number, day: number): number {
    if (day !== this.#day || month !== this.#month || year !== this.#year) {
      this.#midnight = midnightOf(year, month, day);
      this.#year = year;
      this.#month = month;
      this.#day = day;
    }
    return this.#midnight;
  }

  #dayOf(now: number): CivilDate {
    const nowDay = Math.floor(now / DAY);
    if (nowDay !== this.#nowDay) {
      this.#nowDay = nowDay;
      this.#today = civilFromDays(nowDay);
    }
    return this.#today;
  }
}

/** NaN for a day that does not exist. */
function midnightOf(year: number, month: number, day: number): number {
  if (year < 1 || year > 9999 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  return daysFromCivil(year, month, day) * DAY;
}

function hasYearDay(fields: DateFields): boolean {
  return fields.yearDay !== ABSENT || (fields.week !== ABSENT && fields.weekday !== ABSENT);
}

/**
 * From 1; 0 and less lie in the year before, as in Python's `_strptime._calc_julian_from_U_or_W`.
 */
function yearDay(fields: DateFields, year: number): number {
  if (fields.yearDay !== ABSENT) return fields.yearDay;
  const shift = fields.weekFromMonday ? 0 : 1;
  const firstWeekday = (weekdayOf(daysFromCivil(year, 1, 1)) + shift) % 7;
  const weekday = (fields.weekday + shift) % 7;
  if (fields.week === 0) return 1 + weekday - firstWeekday;
  return 1 + ((7 - firstWeekday) % 7) + 7 * (fields.week - 1) + weekday;
}
