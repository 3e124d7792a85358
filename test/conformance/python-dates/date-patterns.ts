import fc from 'fast-check';
import { anyLine, anyLog, type Parts, parts, write } from './date-texts.ts';

/** Datepatterns as an operator may write them, each with lines that it was meant for. */
export interface PatternAndLines {
  readonly datepattern: string;
  readonly lines: readonly string[];
}

/**
 * A piece of a pattern, and the format (see `write`) of texts it matches; '\u0001' … stand for
 * themselves.
 */
interface Piece {
  readonly pattern: string;
  readonly format: string;
}

const piece = (pattern: string, format: string): Piece => ({ pattern, format });
const oneOf = (...pieces: readonly (readonly [string, string])[]) =>
  fc.constantFrom(...pieces.map(([pattern, format]) => piece(pattern, format)));
const join = (pieces: readonly Piece[]): Piece =>
  piece(pieces.map(({ pattern }) => pattern).join(''), pieces.map(({ format }) => format).join(''));

const year = oneOf(
  ['%Y', 'Y'],
  ['%ExY', 'Y'],
  ['%y', 'y'],
  ['%Exy', 'y'],
  ['(?:%ExY|%Exy)', 'Y'],
  ['(?:%ExY|%Exy)', 'y'],
  ['', ''],
);
const month = oneOf(
  ['%m', 'm'],
  ['%Exm', 'm'],
  ['%b', 'b'],
  ['%B', 'B'],
  [`%b[^/]*`, 'B'],
  ['(?:%b|%m)', 'b'],
  ['', ''],
);
const day = oneOf(['%d', 'd'], ['%Exd', 'd'], ['(?:%d)?', 'd'], ['%d', 'd'], ['%j', 'j'], ['', '']);
const hour = oneOf(['%H', 'H'], ['%k', 'H'], ['%ExH', 'H'], ['%Exk', 'H'], ['%I', 'I'], ['%l', 'I'], ['%Exl', 'I']);
const minute = oneOf(['%M', 'M'], ['%ExM', 'M']);
const second = oneOf(['%S', 'S'], ['%ExS', 'S'], ['%S', 'S'], ['(?::%S)?', 'S']);
const fraction = oneOf(['', ''], [String.raw`(?:\.%f)?`, '.f'], [`[.,]%f`, ',f'], [`(?:[.,]%f)?`, '']);
const half = oneOf(['', ''], ['', ''], [' %p', ' p'], ['(?: %p)?', ' p']);
const zone = oneOf(
  ...([
    ['', ''],
    ['', ''],
    ['%z', 'z'],
    [' ?%z', ' z'],
    [String.raw`(?:\s*%z)?`, ' z'],
    ['(?: %z)?', ' z'],
  ] as const),
  ...([
    ['(?: ?%Exz)?', 'z'],
    [' %Z', ' z'],
    ['(?: %Z)?', ''],
    [' %ExZ', ' z'],
    [' %Exz', ' z'],
  ] as const),
);
const weekday = oneOf(
  ['', ''],
  ['', ''],
  ['%a ', 'a '],
  ['(?:%a )?', ''],
  ['%A, ', 'A, '],
  ['%w ', 'w '],
  ['%U ', 'U '],
  ['%W %w ', 'U w '],
);
const dateSeparator = oneOf(
  ['-', '-'],
  ['/', '/'],
  ['', ''],
  [String.raw`\.`, '.'],
  ['.', '.'],
  [' ', ' '],
  ['[-/]', '/'],
  [' ?', ' '],
);
const timeSeparator = oneOf([':', ':'], [':', ':'], ['', ''], ['[:.]', ':'], ['h?', '']);
const gap = oneOf(
  [' ', ' '],
  ['T', 'T'],
  ['[T ]', 'T'],
  ['(?:T|  ?)', '  '],
  [String.raw`\s+`, '  '],
  [String.raw`\s*`, ' '],
  ['', ''],
  ['@', '@'],
);

const datePart = fc.tuple(year, month, day, dateSeparator, fc.nat(3)).map(([y, m, d, separator, order]) => {
  const orders =
    [
      [y, m, d],
      [d, m, y],
      [m, d, y],
      [m, d],
    ][order] ?? [];
  return join(orders.flatMap((part, index) => (index === 0 ? [part] : [separator, part])));
});
const timePart = fc
  .tuple(hour, timeSeparator, minute, second, fraction, half)
  .map(([h, separator, m, s, f, p]) =>
    join([h, separator, m, s.pattern.includes('?') ? s : join([separator, s]), f, p]),
  );

const whole = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(weekday, datePart, gap, timePart, zone)
      .map(([w, date, between, time, z]) => join([w, date, between, time, z])),
  },
  { weight: 2, arbitrary: fc.tuple(timePart, gap, datePart).map(join) },
  { weight: 1, arbitrary: timePart },
  { weight: 2, arbitrary: datePart },
  {
    weight: 1,
    arbitrary: oneOf(
      ...([
        ['%c', 'a b d H:M:S Y'],
        ['%x %X', 'm/d/y H:M:S'],
        ['{EPOCH}', 's'],
        ['{LEPOCH}', 'sf'],
      ] as const),
      ...([
        ['%Y%%', 'Y%'],
        ['%Q', 'Q'],
        ['%', '%'],
        ['%G %V %u', 'Y U w'],
        ['(?P<Y>%m)', 'm'],
      ] as const),
    ),
  },
);

/** What may stand around the date: the pattern's text around it, and the line's. */
const FRAMES: readonly (readonly [string, string, string, string])[] = [
  ...([
    ['', '', '', ''],
    ['', '', '', ''],
    ['', '', 'x ', ' y'],
    ['', '', 'host: ', ' y'],
  ] as const),
  ...([
    ['^', '', '', ' x'],
    ['^', '$', '', ''],
    ['{^LN-BEG}', '', '', ' x'],
    ['{^LN-BEG}', '', '[', '] x'],
  ] as const),
  ...([
    ['{^LN-BEG}', '**', '((', 'x'],
    ['**', '**', 'x', 'x'],
    ['{UNB}', '', 'x', 'x'],
    ['', '$', 'x ', ''],
  ] as const),
  ...([
    [String.raw`^[^\[]*\[(`, ')', '1.2.3.4 - [', '] x'],
    [String.raw`^[^\[]*(\[`, String.raw`\s*\])`, 'a [', '] x'],
  ] as const),
  ...([
    [String.raw`\[`, String.raw`\]`, 'x[', ']y'],
    [String.raw`^<\d+>\d+\s+`, '', '<34>1  ', ' x'],
  ] as const),
  ...([
    [String.raw`\b`, String.raw`\b`, 'x ', ' y'],
    ['^(?:x )?(', ')', 'x ', ' y'],
    ['(?:^|x)', '', 'x', ''],
  ] as const),
  ...([
    ['(', ') end', '', ' end'],
    ['t=', '', 't=', ' y'],
    ['(?i)T=', '', 't=', ' y'],
    ['(?<=t=)', '(?= y)', 't=', ' y'],
  ] as const),
  ...([
    [String.raw`\d+ (`, String.raw`)|(\w+)`, '12 ', ''],
    ['(?:', ')?', '', ' x'],
    ['^\\S+ ', '\\s', 'host ', ' x'],
  ] as const),
];

const patternAndLines: fc.Arbitrary<PatternAndLines> = fc
  .tuple(
    whole,
    fc.constantFrom(...FRAMES),
    fc.array(fc.tuple(parts, fc.nat(2 ** 30)), { minLength: 1, maxLength: 5 }),
    anyLine,
  )
  .map(([date, [before, after, left, right], dates, other]) => ({
    datepattern: before + date.pattern + after,
    lines: [...dates.map(([when, choose]: [Parts, number]) => left + write(date.format, when, choose) + right), other],
  }));

const SETS = [
  ...['{DATE}', '^{DATE}', '{^LN-BEG}{DATE}', '^<W>{DATE}', '{^LN-BEG}', '{NONE}', 'EPOCH', 'LEPOCH', 'TAI64N'],
  ...['{^LN-BEG}EPOCH', '^LEPOCH', '^TAI64N', '{^ln-beg}tai64n', '{none}', String.raw`^[^\[]*\[({DATE})`, '{date} x'],
  ...[String.raw`^<\d+>\d+\s+{DATE}`, String.raw`^[^\[]*(\[{DATE}\s*\])`, '{UNB}{DATE}', '**{DATE}**'],
  ...['x(?:{epoch})', String.raw`audit\({EPOCH}:`, '%H {DATE}', '(?i){EPOCH}', 'epoch', `t=({LEPOCH})`],
];
const withLines = ([datepattern, lines]: [string, string[]]) => ({ datepattern, lines });
const setAndLines = fc.tuple(fc.constantFrom('{DEFAULT}', ...SETS), anyLog).map(withLines);
/** Beside other patterns fail2ban takes `{DEFAULT}` for nothing; cloudjail does as documented. */
const setBesideOthers = fc.tuple(fc.constantFrom(...SETS), anyLog).map(withLines);

/** One pattern, or several one below the other. */
export const anyPatternAndLines: fc.Arbitrary<PatternAndLines> = fc.oneof(
  { weight: 4, arbitrary: patternAndLines },
  { weight: 1, arbitrary: setAndLines },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.oneof({ weight: 3, arbitrary: patternAndLines }, setBesideOthers), { minLength: 2, maxLength: 3 })
      .map((all) => ({
        datepattern: all.map(({ datepattern }) => datepattern).join('\n'),
        lines: all.flatMap(({ lines }) => lines),
      })),
  },
);
