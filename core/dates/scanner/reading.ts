import { DateFields } from '../date-fields.ts';

/** A line being read, and the fields read so far. One object serves all lines. */
export class Reading {
  line = '';
  /** The end of the line, or of the part of it that counts. */
  limit = 0;
  readonly fields = new DateFields();
  /** The text to cut out; -1 when the template does not define it. */
  cutStart = -1;
  cutEnd = -1;
  /** The character that a repeated separator must be. */
  separator = -1;
  /** Hour by a 12-hour clock, and `am` or `pm`. */
  hour12 = -1;
  half = '';
  /** The place of the seconds, if they have two digits. */
  secondsAt = -1;
  /** The place of their fraction, if there is one. */
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
 * Reads its step at an offset, and the rest of the date by the next reader. Returns the offset
 * behind the date, or {@link NO} after it has undone its notes, or {@link UNSURE}.
 */
export type Read = (reading: Reading, at: number) => number;

/** Builds a reader from the next one. */
export type Reader = (next: Read) => Read;

/** A RegExp would not match there. */
export const NO = -1;
/** A character beyond ASCII was met, so the RegExp must decide. */
export const UNSURE = -2;

/**
 * The result for an unexpected character: beyond ASCII it may be a digit or a letter to the RegExp.
 */
export function miss(reading: Reading, at: number): number {
  return reading.codeAt(at) > 127 ? UNSURE : NO;
}
