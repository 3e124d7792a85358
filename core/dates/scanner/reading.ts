import { DateFields } from '../date-fields.ts';

/** A line being read, and what has been read of it. One object serves all lines. */
export class Reading {
  line = '';
  /** Where the line, or the part of it that counts, ends. */
  limit = 0;
  readonly fields = new DateFields();
  /** What is cut out; -1 when the template does not say. */
  cutStart = -1;
  cutEnd = -1;
  /** The character that a repeated separator must be. */
  separator = -1;
  /** Hour by a 12-hour clock, and `am` or `pm`. */
  hour12 = -1;
  half = '';
  /** Where the seconds stand, if there are two digits of them. */
  secondsAt = -1;
  /** Where their fraction stands, if there is one. */
  fractionAt = -1;
  fractionEnd = -1;
  /** The furthest character that was looked at. */
  furthest = 0;

  begin(line: string, limit: number): void {
    this.line = line;
    this.limit = limit;
    this.fields.clear();
    this.cutStart = -1;
    this.cutEnd = -1;
    this.separator = -1;
    this.hour12 = -1;
    this.half = '';
    this.secondsAt = -1;
    this.fractionAt = -1;
    this.furthest = 0;
  }

  /** -1 beyond the end. */
  codeAt(at: number): number {
    if (at > this.furthest) this.furthest = at;
    return at < this.limit ? this.line.charCodeAt(at) : -1;
  }
}

/**
 * Reads something at an offset and then, by the reader behind it, all the rest of the date. The
 * offset behind that, or {@link NO}, when it has taken back what it noted, or {@link UNSURE}.
 */
export type Read = (reading: Reading, at: number) => number;

/** A reader, given the one behind it. */
export type Reader = (next: Read) => Read;

/** A RegExp would not match there. */
export const NO = -1;
/** A character beyond ASCII is in the way: ask the RegExp. */
export const UNSURE = -2;

/**
 * What becomes of a character that was not expected: beyond ASCII it may be a digit or a letter to
 * the RegExp.
 */
export function miss(reading: Reading, at: number): number {
  return reading.codeAt(at) > 127 ? UNSURE : NO;
}
