/** A part that the line does not give. */
export const ABSENT = -1;

/**
 * The fields that a strptime template reads from a line, before they become a time. One object is
 * reused for every line, so that reading a date allocates nothing.
 */
export class DateFields {
  /**
   * Four digits; two-digit years are in the 2000s (`fail2ban/server/strptime.py:
   * reGroupDictStrptime`).
   */
  year = ABSENT;
  /** 1 to 12. */
  month = ABSENT;
  day = ABSENT;
  hour = 0;
  minute = 0;
  second = 0;
  /** 0 is Monday. */
  weekday = ABSENT;
  /** Day of the year, from 1 (`%j`). */
  yearDay = ABSENT;
  /** `%U` or `%W`. */
  week = ABSENT;
  /** The week starts on Monday (`%W`) or on Sunday (`%U`). */
  weekFromMonday = false;
  /** Minutes east of UTC; meaningless unless {@link hasZone}. */
  zone = 0;
  hasZone = false;
  /** The text cannot be a date: an unknown zone, a misspelled name. */
  impossible = false;

  clear(): void {
    this.year = ABSENT;
    this.month = ABSENT;
    this.day = ABSENT;
    this.hour = 0;
    this.minute = 0;
    this.second = 0;
    this.weekday = ABSENT;
    this.yearDay = ABSENT;
    this.week = ABSENT;
    this.weekFromMonday = false;
    this.zone = 0;
    this.hasZone = false;
    this.impossible = false;
  }
}
