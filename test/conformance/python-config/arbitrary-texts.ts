import fc from 'fast-check';
import { word } from './arbitrary-tree.ts';

const lineStart = fc.constantFrom('', '', '', ' ', '  ', '\t', '    ', '\u00a0');
const lineBody = fc.oneof(
  fc.constantFrom(
    '',
    '[DEFAULT]',
    '[s]',
    '[s?family=inet6]',
    '[s] ; c',
    '[a]b]',
    '[]',
    '[ s ]',
    '# c',
    '; c',
    'loose',
    '=x',
    ': y',
  ),
  fc
    .tuple(
      fc.constantFrom('a', 'A', 'b', 'c d', 'e.f', 'g;h', ''),
      fc.constantFrom('=', ' = ', ':', ' : ', '=:', '\t=\t'),
      word,
      word,
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'v ; c',
    'v;c',
    'v # no comment',
    ';',
    ' ;',
    'x = y ; z ; q',
    'x ;= y',
    'k = ;v',
    '[t',
    ']',
    '\u2028u',
    'w\u001c',
    'w\u0085',
  ),
  fc.string({ maxLength: 6 }),
);

/** One file's text, right and wrong. */
export const iniText: fc.Arbitrary<string> = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.tuple(lineStart, lineBody, fc.constantFrom('\n', '\n', '\n', '\r\n', '\r', ' \n')), { maxLength: 12 }),
  )
  .map(([headed, lines]) => (headed ? '[s]\n' : '') + lines.flat().join(''));

// No `.5`: behind a unit fail2ban's textual replacement glues it to the unit's factor (`1h.5m`
// becomes 1*3600.5*60).
const quantity = fc.oneof(fc.nat(99).map(String), fc.constantFrom('1.5', '0.5', '007', '0', '00', '1_0'));
const unit = fc.constantFrom(
  ...[
    's',
    'S',
    'ss',
    'sec',
    'seconds',
    'm',
    'M',
    'min',
    'minute',
    'h',
    'H',
    'hou',
    'hours',
    'd',
    'da',
    'days',
    'w',
    'wee',
    'weeks',
  ],
  ...['mo', 'MON', 'months', 'y', 'yea', 'years', 'x', 'se', 'da', 'hourly', ''],
);
const group = fc.tuple(quantity, fc.constantFrom('', '', ' '), unit).map((parts) => parts.join(''));

/** Times as fail2ban writes them, right and wrong. */
export const durationText: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom('', ' ', '+', '-', '*', ' - ', ' / ', '//', '%', '**', '(', ')', '-', ' +'), group), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) =>
    parts
      .flat()
      .join('')
      .replace(/^[ +*/%)]+/, ''),
  );

const bracket = fc.constantFrom(
  ...[
    '[',
    ']',
    '][',
    '] [',
    ',',
    ', ',
    '=',
    'a=b',
    'c="d,e"',
    "f='x]y'",
    'g=',
    'h="q',
    ' ',
    '\n',
    '"',
    "'",
    'x-y.z=1',
    'é=1',
    'a=b c',
  ],
);

/** Filters and actions with arguments, right and wrong. */
export const definitionText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('n', 'name', 'na me', 'n\nm', ''),
    fc.array(bracket, { maxLength: 7 }),
    fc.constantFrom('', ']', '] ', ']\n'),
  )
  .map(([head, parts, tail]) => `${head}${parts.length > 0 ? '[' : ''}${parts.join('')}${tail}`.trim());

const atom = fc.constantFrom('ban.Time', 'ban.Count', 'banFactor', '1', '2.5', '20', '.5', '1e3', 'math.pi', 'True');
const operator = fc.constantFrom(
  ...['+', '-', '*', '/', '//', '%', '**', '<<', '>>', '<', '<=', '==', '!=', '&', '|', '^', '-', '*', ' and ', ' or '],
);

/** Python expressions as `bantime.formula` may hold. */
export const formulaText: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.tuple(tie('e'), operator, tie('e')).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom('-', '+', '~', 'not '), tie('e')).map((parts) => parts.join('')),
    tie('e').map((inner) => `(${inner})`),
    fc.tuple(tie('e'), tie('e'), tie('e')).map(([yes, test, no]) => `(${yes} if ${test} else ${no})`),
    fc
      .tuple(
        fc.constantFrom('math.exp', 'math.sqrt', 'abs', 'int', 'float', 'round', 'math.floor', 'math.log'),
        tie('e'),
      )
      .map(([call, arg]) => `${call}(${arg})`),
    fc.tuple(fc.constantFrom('max', 'min', 'pow'), tie('e'), tie('e')).map(([call, a, b]) => `${call}(${a}, ${b})`),
  ),
})).e;
