import { DECADES, DIGIT } from './placeholders.ts';

/**
 * The `%` directives of a datepattern: what each one matches, as Python-regex text, and its name in
 * a template's title (`fail2ban/server/strptime.py: timeRE, getTimePatternRE`; the plain strptime
 * letters that fail2ban leaves alone are Python 3.11's `_strptime.TimeRE` in the C locale). The
 * order of alternatives counts: in a pattern without separators it decides which digit goes where.
 */

interface Directive {
  readonly title: string;
  readonly regex: string;
}

const ABBREVIATION = '[A-Z](?:[A-Z]{2,4})?';
const OFFSET = `[+-][01]${DIGIT}(?::?${DIGIT}{2})?`;

/**
 * As `fail2ban/server/strptime.py` and Python name the groups: the last letter of the directive.
 */
const group = (name: string, regex: string) => `(?P<${name}>${regex})`;
const names = (name: string, ...values: string[]) => group(name, values.join('|'));

const weekOfYear = `5[0-3]|[0-4]${DIGIT}|${DIGIT}`;
const strictMonth = '1[0-2]|0[1-9]|[1-9]';
const strictDay = `3[01]|[12]${DIGIT}|0[1-9]|[1-9]| [1-9]`;
const strictClock = [
  group('H', `2[0-3]|[01]${DIGIT}|${DIGIT}`),
  group('M', `[0-5]${DIGIT}|${DIGIT}`),
  group('S', `6[01]|[0-5]${DIGIT}|${DIGIT}`),
].join(':');
const weekdays = names('a', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun');
const months = names('b', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec');

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  // Years.
  Y: { title: 'Year', regex: group('Y', `${DIGIT}{4}`) },
  y: { title: 'Year2', regex: group('y', `${DIGIT}${DIGIT}`) },
  G: { title: '%G', regex: group('G', `${DIGIT}{4}`) },
  ExY: { title: 'ExYear', regex: group('Y', `${DECADES}${DIGIT}`) },
  Exy: { title: 'ExYear2', regex: group('y', `${DIGIT}{2}`) },
  // Months and days.
  m: { title: 'Month', regex: group('m', '0?[1-9]|1[0-2]') },
  Exm: { title: 'ExMonth', regex: group('m', '0[1-9]|1[0-2]') },
  d: { title: 'Day', regex: group('d', `[12]${DIGIT}|[ 0]?[1-9]|3[01]`) },
  Exd: { title: 'ExDay', regex: group('d', `[12]${DIGIT}|0[1-9]|3[01]`) },
  b: { title: 'MON', regex: months },
  // Longest first, so that no name is taken for the start of another.
  B: {
    title: 'MONTH',
    regex: names(
      'B',
      ...['september', 'february', 'november', 'december', 'january', 'october'],
      ...['august', 'march', 'april', 'june', 'july', 'may'],
    ),
  },
  a: { title: 'DAY', regex: weekdays },
  A: {
    title: 'DAYNAME',
    regex: names('A', 'wednesday', 'thursday', 'saturday', 'tuesday', 'monday', 'friday', 'sunday'),
  },
  j: {
    title: 'Yearday',
    regex: group('j', `36[0-6]|3[0-5]${DIGIT}|[12]${DIGIT}${DIGIT}|0[1-9]${DIGIT}|00[1-9]|[1-9]${DIGIT}|0[1-9]|[1-9]`),
  },
  U: { title: 'Yearweek', regex: group('U', weekOfYear) },
  W: { title: 'Yearweek', regex: group('W', weekOfYear) },
  V: { title: '%V', regex: group('V', `5[0-3]|0[1-9]|[1-4]${DIGIT}|${DIGIT}`) },
  w: { title: 'Weekday', regex: group('w', '[0-6]') },
  u: { title: '%u', regex: group('u', '[1-7]') },
  // Hours, minutes, seconds.
  H: { title: '24hour', regex: group('H', `[01]?${DIGIT}|2[0-3]`) },
  ExH: { title: 'Ex24hour', regex: group('H', `[01]${DIGIT}|2[0-3]`) },
  k: { title: '%k', regex: ` ?${group('H', `[0-2]?${DIGIT}`)}` },
  Exk: { title: '%Exk', regex: ` ?${group('H', `[01]?${DIGIT}|2[0-3]`)}` },
  I: { title: '12hour', regex: group('I', strictMonth) },
  l: { title: '%l', regex: ` ?${group('I', `1?${DIGIT}`)}` },
  Exl: { title: '%Exl', regex: ` ?${group('I', `1[0-2]|${DIGIT}`)}` },
  p: { title: 'AMPM', regex: names('p', 'am', 'pm') },
  M: { title: 'Minute', regex: group('M', `[0-5]?${DIGIT}`) },
  ExM: { title: 'ExMinute', regex: group('M', `[0-5]${DIGIT}`) },
  S: { title: 'Second', regex: group('S', `[0-5]?${DIGIT}|6[01]`) },
  ExS: { title: 'ExSecond', regex: group('S', `[0-5]${DIGIT}|6[01]`) },
  f: { title: 'Microseconds', regex: group('f', '[0-9]{1,6}') },
  // Zones.
  z: { title: 'Zone offset', regex: group('z', `Z|UTC|GMT|${OFFSET}`) },
  Z: { title: 'Zone name', regex: group('Z', 'Z|[A-Z]{3,5}') },
  Exz: { title: 'ExZone offset', regex: group('z', `(?:${ABBREVIATION})?${OFFSET}|${ABBREVIATION}`) },
  ExZ: { title: 'ExZone name', regex: group('Z', ABBREVIATION) },
  // Whole dates and times.
  c: {
    title: '%c',
    regex: [weekdays, months, group('d', strictDay), strictClock, group('Y', `${DIGIT}{4}`)].join(String.raw`\s+`),
  },
  x: {
    title: '%x',
    regex: [group('m', strictMonth), group('d', strictDay), group('y', `${DIGIT}${DIGIT}`)].join('/'),
  },
  X: { title: '%X', regex: strictClock },
  '%': { title: '%', regex: '%' },
};

/** What a directive matches, as Python-regex text with a group of its letter's name. */
export function directiveRegex(name: string): string | undefined {
  return DIRECTIVES[name]?.regex;
}

/**
 * Directives that read letters: a pattern with one of them matches in any case (`datetemplate.py:
 * RE_ALPHA_PATTERN`).
 */
const LETTERS = /(?<!%)%[aAbBpc]/;

export type Expansion =
  | { readonly kind: 'expanded'; readonly regex: string; readonly title: string; readonly ignoreCase: boolean }
  /** A percent sign that starts no directive, and where it stands. */
  | { readonly kind: 'unknown'; readonly directive: string; readonly index: number };

/** Replaces every directive of a datepattern by the regex text it stands for. */
export function expandDirectives(pattern: string): Expansion {
  let regex = '';
  let title = '';
  let index = 0;
  while (index < pattern.length) {
    const character = pattern.charAt(index);
    if (character !== '%') {
      regex += character;
      title += character;
      index += 1;
      continue;
    }
    const name = directiveAt(pattern, index + 1);
    const directive = DIRECTIVES[name];
    if (directive === undefined) return { kind: 'unknown', directive: `%${pattern.charAt(index + 1)}`, index };
    regex += directive.regex;
    title += directive.title;
    index += 1 + name.length;
  }
  return { kind: 'expanded', regex, title, ignoreCase: LETTERS.test(pattern) };
}

function directiveAt(pattern: string, index: number): string {
  const extended = pattern.slice(index, index + 3);
  if (/^Ex[A-Za-z]$/.test(extended) && Object.hasOwn(DIRECTIVES, extended)) return extended;
  const letter = pattern.charAt(index);
  return Object.hasOwn(DIRECTIVES, letter) ? letter : '';
}
