import fc from 'fast-check';

/**
 * Texts that look like dates, in lines that look like logs: what the fuzz tests feed to both
 * detectors.
 */

const pad = (value: number, width = 2) => String(value).padStart(width, '0');
const blankPad = (value: number) => String(value).padStart(2, ' ');
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const LONG_WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LONG_MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** Parts of a date, not all of them possible. */
export interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: number;
  readonly weekday: number;
  readonly zone: string;
}

const zoneText = fc.constantFrom(
  ...['Z', 'UTC', 'GMT', '+0000', '+0100', '-0500', '+05:30', '-03', '+1945', '+2400'],
  ...['CET', 'PDT', 'EST', 'ABC', 'z', 'utc', 'CEST+0100', 'A', 'AB', 'ERROR', '+01:3'],
);

export const parts: fc.Arbitrary<Parts> = fc.record({
  year: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1999, max: 2034 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9999 }) },
  ),
  month: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.integer({ min: 0, max: 19 })),
  day: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 31 }) }, fc.integer({ min: 0, max: 39 })),
  hour: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0, max: 23 }) }, fc.integer({ min: 0, max: 39 })),
  minute: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0, max: 59 }) }, fc.integer({ min: 0, max: 99 })),
  second: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0, max: 59 }) }, fc.integer({ min: 0, max: 99 })),
  fraction: fc.integer({ min: 0, max: 9_999_999 }),
  weekday: fc.integer({ min: 0, max: 6 }),
  zone: zoneText,
});

/** How each directive may be written; the first is the usual way. */
const WRITERS: Readonly<Record<string, readonly ((parts: Parts) => string)[]>> = {
  Y: [({ year }) => pad(year, 4), ({ year }) => String(year)],
  y: [({ year }) => pad(year % 100)],
  m: [({ month }) => pad(month), ({ month }) => String(month)],
  d: [({ day }) => pad(day), ({ day }) => blankPad(day), ({ day }) => String(day)],
  b: [({ month }) => MONTHS[month - 1] ?? 'Foo', ({ month }) => MONTHS[month - 1]?.toUpperCase() ?? 'Ja'],
  B: [({ month }) => LONG_MONTHS[month - 1] ?? 'Foo', ({ month }) => LONG_MONTHS[month - 1]?.toLowerCase() ?? 'Ja'],
  a: [({ weekday }) => WEEKDAYS[weekday] ?? '', ({ weekday }) => WEEKDAYS[weekday]?.toLowerCase() ?? ''],
  A: [({ weekday }) => LONG_WEEKDAYS[weekday] ?? ''],
  H: [({ hour }) => pad(hour), ({ hour }) => String(hour), ({ hour }) => blankPad(hour)],
  I: [({ hour }) => pad((hour % 12) + 1), ({ hour }) => String((hour % 12) + 1)],
  M: [({ minute }) => pad(minute), ({ minute }) => String(minute)],
  S: [({ second }) => pad(second), ({ second }) => String(second)],
  f: [
    ({ fraction }) => pad(fraction % 1_000_000, 6),
    ({ fraction }) => String(fraction % 1000),
    ({ fraction }) => pad(fraction, 7),
  ],
  p: [({ hour }) => (hour < 12 ? 'AM' : 'PM'), ({ hour }) => (hour % 2 ? 'am' : 'pm')],
  z: [({ zone }) => zone],
  j: [({ month, day }) => pad(month * 30 + day, 3), ({ day }) => String(day * 12)],
  U: [({ day }) => pad(day + 10), ({ day }) => String(day)],
  w: [({ weekday }) => String(weekday)],
  s: [({ year, fraction }) => String(year * 500_000 + 100_000_000 + fraction)],
};

const FORMATS = [
  ...[
    'Y-m-dTH:M:S',
    'Y-m-d H:M:S',
    'Y/m/d  H:M:S',
    'Y.m.d H:M:S.f',
    'Y-m-d H:M:S,f z',
    'Y-m-dTH:M:S.fz',
    'Y-m/d H:M:S',
  ],
  ...['b d H:M:S', 'a b d H:M:S', 'a b d H:M:S Y', 'b d H:M:S.f Y', 'a b d Y H:M:S.f', 'b d Y H:M:S', 'A b d H:M:S'],
  ...['d/m/Y H:M:S', 'd-m-Y H:M:S', 'd/m/y H:M:S', 'd-m-y H:M:S', 'd/m-y H:M:S'],
  ...['d/b/Y:H:M:S z', 'd/b/Y:H:M:S', 'd-b-Y H:M:S.f', 'd-b-YH:M:S', 'd/b/Y H:M:S z'],
  ...['m/d/Y:H:M:S', 'm-d-Y H:M:S.f', 'm-d-Y H:M:S', '<m/d/y@H:M:S>', 'ymd H:M:S', 'ymd  H:M:S'],
  ...['b d, Y I:M:S p', 'B d, Y I:M:S p', 'b-d-y H:M:S', 'YmdTHMS', 'Ymd HMS', 'Ymd  HMS.f', 'YmdHMS', 'YmdTHMSz'],
  ...['z b d H:M:S', 'z a b d H:M:S Y', 'z b d Y H:M:S', 'H:M:S', 'H:M:S.f', 'H:M', 'Y-m-d', 's', 's.f', 'sf', '[s.f]'],
  ...['audit(s.f:d)', '[s]', 'type=X msg=audit(s.f:y):', 'y U A H:M:S', 'Y j H:M:S', 'Y-m-d H:M:S A', 'd.m.Y H:M:S'],
];

/** `date -u` in the given format; letters that are no directive stay. */
export function write(format: string, when: Parts, choose: number): string {
  let text = '';
  for (const [index, letter] of Array.from(format).entries()) {
    const writers = WRITERS[letter] ?? [];
    // Mostly the usual way: the others make dates that few templates take.
    const writer = writers[(choose >> index) % 4 === 3 ? choose % writers.length : 0];
    text += writer === undefined ? letter : writer(when);
  }
  return text;
}

const tai64n = fc.stringMatching(/^@40000000[0-9a-f]{16}$/);
const choice = fc.integer({ min: 0, max: 2 ** 30 });
const dateText = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(fc.constantFrom(...FORMATS), parts, choice).map((drawn) => write(...drawn)) },
  { weight: 1, arbitrary: tai64n },
);

/** One character taken out, put in twice or replaced. */
function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const noise = fc.constantFrom(
    '',
    '0',
    '9',
    ' ',
    '-',
    ':',
    'x',
    '.',
    '/',
    'é',
    '٣',
    '\u{1d7d8}',
    'ſ',
    'K',
    '\t',
    '\u00a0',
  );
  return fc.tuple(text, fc.nat(40), noise, fc.nat(2)).map(([whole, at, put, width]) => {
    return whole.slice(0, at) + put + whole.slice(at + width);
  });
}

const prefix = fc.constantFrom(
  ...[
    '',
    '',
    '',
    '[',
    '<',
    '((',
    '- ',
    '#',
    ' ',
    '  ',
    '   ',
    '\t',
    'x',
    '_',
    'é',
    '«',
    '1',
    '12',
    'ABC ',
    'error ',
    'CET ',
  ],
  ...[
    '10.0.0.1 - - [',
    '192.168.100.200 - bob [',
    '::1 - - [',
    'host sshd[123]: ',
    'server mysqld[5906]: ',
    '{"time":"',
  ],
  ...['type=LOGIN msg=', 'on ', 'at: ', '|', '<34>1 ', 'kernel: [  12.345678] ', 'W:', 't=', 'naïve ', '日本 '],
);
const suffix = fc.constantFrom(
  ...[
    '',
    '',
    ']',
    '] "GET / HTTP/1.1" 200',
    ' host sshd[42]: Failed password',
    ': error',
    'x',
    '_',
    '1',
    '.',
    '. ',
    ' 2005',
  ],
  ...[
    ' 2005x',
    ' 20',
    ' 2004 30f2',
    '>',
    '"}',
    ' Z',
    ' +0100',
    ' error',
    ' gateway',
    ' Zebra',
    'é',
    ',123 x',
    ' UTC+',
    '\t',
    '  Z',
  ],
);

/** A piece of a line around one date. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(prefix, dateText, suffix).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.tuple(prefix, damaged(dateText), suffix).map((pieces) => pieces.join('')) },
);

/** A line with a date, several, or none. */
export const anyLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: piece },
  { weight: 2, arbitrary: fc.tuple(piece, piece).map((pieces) => pieces.join(' ')) },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
);

/** Lines of one program, which writes its dates in one way at one place, give or take. */
const program: fc.Arbitrary<string[]> = fc
  .tuple(fc.constantFrom(...FORMATS), prefix, suffix, fc.array(fc.tuple(parts, choice), { minLength: 1, maxLength: 6 }))
  .map(([format, before, after, dates]) => dates.map(([when, chosen]) => before + write(format, when, chosen) + after));

/**
 * Lines of one program within a minute or so: they differ in their seconds, and sometimes in what
 * stands around.
 */
const busyProgram: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.constantFrom(...FORMATS),
    parts,
    choice,
    fc.tuple(prefix, suffix),
    fc.array(fc.record({ second: fc.integer({ min: 0, max: 62 }), other: fc.constantFrom(0, 0, 0, 1, 2, 3), suffix }), {
      minLength: 2,
      maxLength: 6,
    }),
  )
  .map(([format, when, chosen, [before, after], lines]) =>
    lines.map(({ second, other, suffix: otherSuffix }) => {
      const text = write(format, { ...when, second, minute: (when.minute + (other === 1 ? 1 : 0)) % 60 }, chosen);
      return before + text + (other === 2 ? otherSuffix : after) + (other === 3 ? ' x' : '');
    }),
  );

/** A log: mostly lines of one program, among others. */
export const anyLog: fc.Arbitrary<string[]> = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: program },
      { weight: 2, arbitrary: busyProgram },
      { weight: 1, arbitrary: fc.array(anyLine, { maxLength: 3 }) },
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((logs) => logs.flat());

export const anyNow = fc.oneof(
  fc.integer({ min: 1_100_000_000, max: 2_050_000_000 }),
  fc.constantFrom(1_124_013_600, 1_709_164_800, 1_709_251_199, 1_740_700_800, 1_735_689_600, 1_735_689_599),
);
