import type { TranslatedRegex } from '../../pyregex/translation.ts';
import type { DateFields } from '../date-fields.ts';
import { zoneMinutes } from '../zones.ts';

/**
 * Reads the named groups of a match into date fields, in the order of the groups, so that of two
 * groups for one field the later counts (`fail2ban/server/strptime.py: reGroupDictStrptime`).
 */
export type FieldReader = (match: RegExpExecArray, fields: DateFields) => void;

/**
 * The groups named like strptime's letters; `%f`, `%G`, `%V` and `%u` are matched and not used, as
 * in fail2ban.
 */
export function fieldReader(regex: TranslatedRegex): FieldReader {
  const readers = Object.entries(regex.groups)
    .flatMap(([name, captures]) => {
      const read = READERS[name];
      return read === undefined ? [] : [{ captures, read }];
    })
    .sort((a, b) => (a.captures[0] ?? 0) - (b.captures[0] ?? 0));
  const ampm = regex.groups['p'] ?? [];
  return (match, fields) => {
    fields.clear();
    for (const { captures, read } of readers) {
      const text = captured(match, captures);
      if (text !== undefined) read(fields, text, ampm, match);
    }
  };
}

/** The value of a Python group that the translation may have split. */
export function captured(match: RegExpExecArray, captures: readonly number[]): string | undefined {
  for (const capture of captures) {
    const text = match[capture];
    if (text !== undefined) return text;
  }
  return undefined;
}

type Read = (fields: DateFields, text: string, ampm: readonly number[], match: RegExpExecArray) => void;

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];
const SHORT_WEEKDAYS = WEEKDAYS.map((name) => name.slice(0, 3));
const SHORT_MONTHS = MONTHS.map((name) => name.slice(0, 3));

const READERS: Readonly<Record<string, Read>> = {
  Y: (fields, text) => {
    fields.year = numberIn(fields, text);
  },
  y: (fields, text) => {
    const year = numberIn(fields, text);
    fields.year = year <= 2000 ? year + 2000 : year;
  },
  m: (fields, text) => {
    fields.month = numberIn(fields, text);
  },
  B: (fields, text) => {
    fields.month = 1 + placeIn(fields, MONTHS, text);
  },
  b: (fields, text) => {
    fields.month = 1 + placeIn(fields, SHORT_MONTHS, text);
  },
  d: (fields, text) => {
    fields.day = numberIn(fields, text);
  },
  H: (fields, text) => {
    fields.hour = numberIn(fields, text);
  },
  I: (fields, text, ampm, match) => {
    const hour = numberIn(fields, text);
    const half = captured(match, ampm)?.toLowerCase() ?? '';
    fields.hour = hourOfDay(hour, half);
  },
  M: (fields, text) => {
    fields.minute = numberIn(fields, text);
  },
  S: (fields, text) => {
    fields.second = numberIn(fields, text);
  },
  A: (fields, text) => {
    fields.weekday = placeIn(fields, WEEKDAYS, text);
  },
  a: (fields, text) => {
    fields.weekday = placeIn(fields, SHORT_WEEKDAYS, text);
  },
  w: (fields, text) => {
    fields.weekday = (numberIn(fields, text) + 6) % 7;
  },
  j: (fields, text) => {
    fields.yearDay = numberIn(fields, text);
  },
  U: (fields, text) => {
    fields.week = numberIn(fields, text);
    fields.weekFromMonday = false;
  },
  W: (fields, text) => {
    fields.week = numberIn(fields, text);
    fields.weekFromMonday = true;
  },
  z: readZone,
  Z: readZone,
};

function readZone(fields: DateFields, text: string): void {
  const minutes = zoneMinutes(plainDigits(text));
  if (minutes === undefined) fields.impossible = true;
  fields.zone = minutes ?? 0;
  fields.hasZone = true;
}

/** 12 AM is midnight, 12 PM is noon; without either it is the morning. */
export function hourOfDay(hour: number, half: string): number {
  if (half === 'pm') return hour === 12 ? 12 : hour + 12;
  return hour === 12 && (half === '' || half === 'am') ? 0 : hour;
}

function placeIn(fields: DateFields, names: readonly string[], text: string): number {
  const place = names.indexOf(text.toLowerCase());
  if (place < 0) fields.impossible = true;
  return place;
}

const BLANKS = /^\s*(\d+)\s*$/;

/** As Python's `int`: blanks around it and the digits of any script are fine. */
function numberIn(fields: DateFields, text: string): number {
  const digits = BLANKS.exec(plainDigits(text))?.[1];
  if (digits === undefined) fields.impossible = true;
  return Number(digits ?? 0);
}

const FOREIGN_DIGIT = /[^\0-\x7f]/u;
const DIGIT = /^\p{Nd}$/u;

/** Digits of any script (`\d` in Python) as 0 to 9. */
export function plainDigits(text: string): string {
  if (!FOREIGN_DIGIT.test(text)) return text;
  return Array.from(text, (character) => (DIGIT.test(character) ? String(digitValue(character)) : character)).join('');
}

/** Unicode keeps decimal digits in runs of ten that begin with zero. */
function digitValue(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  let first = code;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return (code - first) % 10;
}
