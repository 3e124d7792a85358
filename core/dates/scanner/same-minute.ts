import { isDigit, ZERO } from './ascii.ts';
import type { Reading } from './reading.ts';

/** Few hits among many misses, for example because the lines differ before the date. */
const NOT_WORTH_IT = -64;

/**
 * Recognizes a line that has the same characters as the last one at every place that was read,
 * except for the digits of the seconds and their fraction. Most lines of a busy log do. Reading
 * such a line would give the same date with other seconds.
 */
export class SameMinute {
  #valid = false;
  #worth = 0;
  #from = 0;
  /**
   * From the character in front of where reading began to the seconds; from there to the fraction;
   * and behind it.
   */
  #front = '';
  #middle = '';
  #back = '';
  #secondsAt = 0;
  #fractionAt = 0;
  #fractionEnd = 0;
  /**
   * Where the line, or the part that counts, ended; it must end there again if the end was read.
   */
  #limit = 0;
  #sawEnd = false;

  /** The next line is not compared with the last. */
  forget(): void {
    this.#valid = false;
  }

  /** Notes a line in which a date was read from `from` on. */
  remember(reading: Reading, from: number): void {
    const { line, limit, secondsAt, furthest } = reading;
    const hasFraction = reading.fractionAt >= 0;
    if (secondsAt < 0 || (hasFraction && reading.fractionAt < secondsAt) || this.#worth < NOT_WORTH_IT) return;
    this.#valid = true;
    this.#from = from;
    this.#secondsAt = secondsAt;
    this.#fractionAt = hasFraction ? reading.fractionAt : secondsAt + 2;
    this.#fractionEnd = hasFraction ? reading.fractionEnd : secondsAt + 2;
    this.#front = line.slice(Math.max(0, from - 1), secondsAt);
    this.#middle = line.slice(secondsAt + 2, this.#fractionAt);
    this.#back = line.slice(this.#fractionEnd, Math.min(furthest + 1, limit));
    this.#limit = limit;
    this.#sawEnd = furthest >= limit;
  }

  /** The seconds of a line that is the same otherwise; -1 if it is not. */
  secondsOf(line: string, from: number, limit: number): number {
    if (!this.#valid || from !== this.#from) return -1;
    const seconds = this.#isSame(line, limit) ? this.#seconds(line) : -1;
    this.#worth = seconds < 0 ? this.#worth - 1 : Math.min(0, this.#worth + 2);
    return seconds;
  }

  #isSame(line: string, limit: number): boolean {
    if (this.#sawEnd ? limit !== this.#limit : limit < this.#fractionEnd + this.#back.length) return false;
    if (!line.startsWith(this.#front, Math.max(0, this.#from - 1))) return false;
    if (!line.startsWith(this.#back, this.#fractionEnd)) return false;
    if (this.#fractionEnd === this.#fractionAt) return true;
    return line.startsWith(this.#middle, this.#secondsAt + 2) && this.#hasFraction(line);
  }

  #hasFraction(line: string): boolean {
    for (let at = this.#fractionAt; at < this.#fractionEnd; at += 1) if (!isDigit(line.charCodeAt(at))) return false;
    return true;
  }

  #seconds(line: string): number {
    const tens = line.charCodeAt(this.#secondsAt);
    const ones = line.charCodeAt(this.#secondsAt + 1);
    return isDigit(tens) && tens < ZERO + 6 && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : -1;
  }
}
