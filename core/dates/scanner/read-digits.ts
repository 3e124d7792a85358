import { ABSENT } from '../date-fields.ts';
import { BLANK, isDigit, ZERO } from './ascii.ts';
import { miss, NO, type Read, type Reader, type Reading, UNSURE } from './reading.ts';

/**
 * Notes the number from `at` to `behind`, and reads on; undoes the note when the rest does not
 * match.
 */
type Note = (reading: Reading, value: number, next: Read, at: number, behind: number) => number;

const noteDate = (field: 'year' | 'month' | 'day', plus = 0): Note => {
  return (reading, value, next, _at, behind) => {
    reading.fields[field] = value + plus;
    const end = next(reading, behind);
    if (end === NO) reading.fields[field] = ABSENT;
    return end;
  };
};

const noteTime = (field: 'hour' | 'minute'): Note => {
  return (reading, value, next, _at, behind) => {
    reading.fields[field] = value;
    const end = next(reading, behind);
    if (end === NO) reading.fields[field] = 0;
    return end;
  };
};

const noteSecond: Note = (reading, value, next, at, behind) => {
  reading.fields.second = value;
  reading.secondsAt = behind - at === 2 ? at : -1;
  const end = next(reading, behind);
  if (end !== NO) return end;
  reading.fields.second = 0;
  reading.secondsAt = -1;
  return NO;
};

const noteHour12: Note = (reading, value, next, _at, behind) => {
  reading.hour12 = value;
  const end = next(reading, behind);
  if (end === NO) reading.hour12 = -1;
  return end;
};

/** Exactly two digits: `%Exm` and the like. */
function two(note: Note, low: number, high: number): Reader {
  return (next) => (reading, at) => {
    const tens = reading.codeAt(at);
    if (!isDigit(tens)) return miss(reading, at);
    const ones = reading.codeAt(at + 1);
    if (!isDigit(ones)) return miss(reading, at + 1);
    const value = (tens - ZERO) * 10 + ones - ZERO;
    return value < low || value > high ? NO : note(reading, value, next, at, at + 2);
  };
}

/**
 * One digit or two, no more: the next step of the pattern is no digit, so a third digit can't
 * match. `single` is the least value of one digit; the value of two lies between `low` and `high`.
 */
function oneOrTwo(note: Note, single: number, low: number, high: number): Reader {
  return (next) => (reading, at) => {
    const first = reading.codeAt(at);
    if (!isDigit(first)) return miss(reading, at);
    const second = reading.codeAt(at + 1);
    if (!isDigit(second)) {
      if (second > 127) return UNSURE;
      return first - ZERO < single ? NO : note(reading, first - ZERO, next, at, at + 1);
    }
    const third = reading.codeAt(at + 2);
    if (third > 127) return UNSURE;
    const value = (first - ZERO) * 10 + second - ZERO;
    return isDigit(third) || value < low || value > high ? NO : note(reading, value, next, at, at + 2);
  };
}

/** Like {@link oneOrTwo}, after an optional space. */
function padded(reader: Reader): Reader {
  return (next) => {
    const read = reader(next);
    return (reading, at) => read(reading, reading.codeAt(at) === BLANK ? at + 1 : at);
  };
}

const day: Reader = (next) => {
  const read = oneOrTwo(noteDate('day'), 1, 1, 31)(next);
  return (reading, at) => {
    if (reading.codeAt(at) !== BLANK) return read(reading, at);
    // A space takes the place of one of the two digits.
    return isDigit(reading.codeAt(at + 2)) ? NO : read(reading, at + 1);
  };
};

/** Four digits between `first` and `last`: `%Y`, and `%ExY`, which stops at the end of a decade. */
function fourDigitYear(first: number, last: number): Reader {
  const note = noteDate('year');
  return (next) => (reading, at) => {
    let value = 0;
    for (let index = at; index < at + 4; index += 1) {
      const code = reading.codeAt(index);
      if (!isDigit(code)) return miss(reading, index);
      value = value * 10 + code - ZERO;
    }
    return value < first || value > last ? NO : note(reading, value, next, at, at + 4);
  };
}

/** Up to six digits, which are not used. */
const fraction: Reader = (next) => (reading, at) => {
  const behind = behindDigits(reading, at);
  if (behind === at || reading.codeAt(behind) > 127) return miss(reading, behind);
  if (behind - at > 6) return NO;
  reading.fractionAt = at;
  reading.fractionEnd = behind;
  const end = next(reading, behind);
  if (end === NO) reading.fractionAt = -1;
  return end;
};

/** `\d+` */
export const someDigits: Reader = (next) => (reading, at) => {
  const behind = behindDigits(reading, at);
  return behind === at || reading.codeAt(behind) > 127 ? miss(reading, behind) : next(reading, behind);
};

function behindDigits(reading: Reading, at: number): number {
  let behind = at;
  while (isDigit(reading.codeAt(behind))) behind += 1;
  return behind;
}

/** Readers of the directives that are numbers; `directives.ts` has the same as regexes. */
export function digitReaders(lastDecade: number): Readonly<Record<string, Reader>> {
  return {
    Y: fourDigitYear(0, 9999),
    ExY: fourDigitYear(2000, lastDecade * 10 + 9),
    y: two(noteDate('year', 2000), 0, 99),
    Exy: two(noteDate('year', 2000), 0, 99),
    Exm: two(noteDate('month'), 1, 12),
    Exd: two(noteDate('day'), 1, 31),
    ExH: two(noteTime('hour'), 0, 23),
    ExM: two(noteTime('minute'), 0, 59),
    ExS: two(noteSecond, 0, 61),
    m: oneOrTwo(noteDate('month'), 1, 1, 12),
    d: day,
    H: oneOrTwo(noteTime('hour'), 0, 0, 23),
    k: padded(oneOrTwo(noteTime('hour'), 0, 0, 29)),
    Exk: padded(oneOrTwo(noteTime('hour'), 0, 0, 23)),
    I: oneOrTwo(noteHour12, 1, 1, 12),
    l: padded(oneOrTwo(noteHour12, 0, 10, 19)),
    Exl: padded(oneOrTwo(noteHour12, 0, 10, 12)),
    M: oneOrTwo(noteTime('minute'), 0, 0, 59),
    S: oneOrTwo(noteSecond, 0, 0, 61),
    f: fraction,
  };
}
