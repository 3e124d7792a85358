import { ABSENT } from '../date-fields.ts';
import { zoneMinutes } from '../zones.ts';
import { BLANK, isAsciiLetter, isDigit, small, ZERO } from './ascii.ts';
import { NO, type Read, type Reader, type Reading, UNSURE } from './reading.ts';

const key = (first: number, second: number, third: number) => (first << 16) | (second << 8) | third;
const keyOf = (name: string) => key(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2));

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map(keyOf);
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map(keyOf);

/**
 * Three characters in lower case; NO when the line ends before, UNSURE when one is beyond ASCII.
 */
function smallKeyAt(reading: Reading, at: number): number {
  const first = reading.codeAt(at);
  const second = reading.codeAt(at + 1);
  const third = reading.codeAt(at + 2);
  if (first > 127 || second > 127 || third > 127) return UNSURE;
  return third < 0 ? NO : key(small(first), small(second), small(third));
}

/** `%b` in any case: patterns with names ignore it. */
const month: Reader = (next) => (reading, at) => {
  const name = smallKeyAt(reading, at);
  const index = MONTHS.indexOf(name);
  if (index < 0) return name === UNSURE ? UNSURE : NO;
  reading.fields.month = index + 1;
  const end = next(reading, at + 3);
  if (end === NO) reading.fields.month = ABSENT;
  return end;
};

/** `%a`: it must be a weekday, but which one does not matter beside a month and a day. */
const weekday: Reader = (next) => (reading, at) => {
  const name = smallKeyAt(reading, at);
  if (WEEKDAYS.includes(name)) return next(reading, at + 3);
  return name === UNSURE ? UNSURE : NO;
};

const A = 97;
const M = 109;
const P = 112;

/** `%p` */
const half: Reader = (next) => (reading, at) => {
  const first = reading.codeAt(at);
  const second = reading.codeAt(at + 1);
  if (first > 127 || second > 127) return UNSURE;
  if ((small(first) !== A && small(first) !== P) || small(second) !== M) return NO;
  reading.half = small(first) === A ? 'am' : 'pm';
  const end = next(reading, at + 2);
  if (end === NO) reading.half = '';
  return end;
};

const UTC = keyOf('UTC');
const GMT = keyOf('GMT');
const Z = 90;
const PLUS = 43;
const MINUS = 45;
const COLON = 58;

/** `%z`: `Z`, `UTC`, `GMT`, or a sign, two digits and perhaps two more. */
function zoneOffset(ignoreCase: boolean): Reader {
  return (next) => (reading, at) => {
    const first = reading.codeAt(at);
    if (first > 127) return UNSURE;
    if (first === PLUS || first === MINUS) return signedOffset(reading, at, next);
    if (first === Z) return withZone(reading, 0, next, at + 1);
    const name = key(first, reading.codeAt(at + 1), reading.codeAt(at + 2));
    if (name === UTC || name === GMT) return withZone(reading, 0, next, at + 3);
    // In lower case it matches where case is ignored, but it is no zone.
    return ignoreCase && isZoneInSmallLetters(reading, at) ? UNSURE : NO;
  };
}

function isZoneInSmallLetters(reading: Reading, at: number): boolean {
  const name = smallKeyAt(reading, at);
  return small(reading.codeAt(at)) === small(Z) || name === keyOf('utc') || name === keyOf('gmt');
}

function signedOffset(reading: Reading, at: number, next: Read): number {
  const sign = reading.codeAt(at) === MINUS ? -1 : 1;
  const tens = reading.codeAt(at + 1);
  const ones = reading.codeAt(at + 2);
  if (ones > 127) return UNSURE;
  if (!isDigit(ones) || (tens !== ZERO && tens !== ZERO + 1)) return NO;
  const hours = (tens - ZERO) * 10 + ones - ZERO;
  const minutesAt = at + (reading.codeAt(at + 3) === COLON ? 4 : 3);
  const minuteTens = reading.codeAt(minutesAt);
  const minuteOnes = reading.codeAt(minutesAt + 1);
  if (minuteTens > 127 || minuteOnes > 127) return UNSURE;
  if (isDigit(minuteTens) && isDigit(minuteOnes)) {
    const minutes = hours * 60 + (minuteTens - ZERO) * 10 + minuteOnes - ZERO;
    const end = withZone(reading, sign * minutes, next, minutesAt + 2);
    if (end !== NO) return end;
  }
  return withZone(reading, sign * hours * 60, next, at + 3);
}

/** `%Z`: three to five letters, or one Z; the next step of the pattern is no letter. */
function zoneName(ignoreCase: boolean): Reader {
  return (next) => (reading, at) => {
    let behind = at;
    while (isLetter(reading.codeAt(behind), ignoreCase)) behind += 1;
    if (reading.codeAt(behind) > 127) return UNSURE;
    const length = behind - at;
    const isZ = length === 1 && small(reading.codeAt(at)) === small(Z);
    if (!isZ && (length < 3 || length > 5)) return NO;
    const end = withZone(reading, 0, next, behind);
    if (end < 0) return end;
    const minutes = zoneMinutes(reading.line.slice(at, behind));
    reading.fields.zone = minutes ?? 0;
    reading.fields.impossible = minutes === undefined;
    return end;
  };
}

function isLetter(code: number, ignoreCase: boolean): boolean {
  return isAsciiLetter(code) && (ignoreCase || code <= Z);
}

function withZone(reading: Reading, minutes: number, next: Read, behind: number): number {
  reading.fields.zone = minutes;
  reading.fields.hasZone = true;
  const end = next(reading, behind);
  if (end === NO) reading.fields.hasZone = false;
  return end;
}

/** `\s*` and `\s+`, where only blanks are there. */
export function blanks(least: number): Reader {
  return (next) => (reading, at) => {
    let behind = at;
    while (reading.codeAt(behind) === BLANK) behind += 1;
    const code = reading.codeAt(behind);
    if (code > 127 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31)) return UNSURE;
    return behind - at < least ? NO : next(reading, behind);
  };
}

/** `[^x]*x` */
export function past(character: string): Reader {
  return (next) => (reading, at) => {
    const index = reading.line.indexOf(character, at);
    return index < 0 || reading.codeAt(index) < 0 ? NO : next(reading, index + 1);
  };
}

/**
 * Readers of the directives that have letters or signs; `directives.ts` has the same as regexes.
 */
export function letterReaders(ignoreCase: boolean): Readonly<Record<string, Reader>> {
  return { b: month, a: weekday, p: half, z: zoneOffset(ignoreCase), Z: zoneName(ignoreCase) };
}
