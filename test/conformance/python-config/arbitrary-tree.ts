import fc from 'fast-check';

/** Words a configuration is made of here: few, so that names meet. */
const OPTIONS = ['a', 'b', 'c', 'host', 'Mode', 'x-y', 'known/a'];
const FILTER_VALUES = ['failregex', 'ignoreregex', 'prefregex', 'datepattern', 'maxlines', 'usedns', 'logtype'];
const JAIL_VALUES = [
  ...['failregex', 'ignoreregex', 'maxretry', 'findtime', 'maxmatches', 'usedns', 'datepattern', 'maxlines'],
  ...['ignoreip', 'logpath', 'bantime', 'bantime.multipliers', 'bantime.increment', 'logencoding', 'logtimezone'],
];
/** Options of a jail that its filter sees. */
const SEEN = ['enabled', 'backend', 'filter', 'maxretry', 'bantime', 'ignoreip', 'logpath', 'bantime.increment'];

const name = fc.constantFrom(...OPTIONS);
const reference = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...OPTIONS, 'failregex', 'findtime', '__name__') },
  { weight: 1, arbitrary: fc.constantFrom(...SEEN) },
  { weight: 2, arbitrary: fc.constantFrom(...OPTIONS, 'failregex', 'ignoreregex').map((option) => `known/${option}`) },
  { weight: 1, arbitrary: name.map((option) => `default/${option}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('j1', 'j1', 'aux', 'aux', 'aux', 'j2', 'Init'), name)
      .map((parts) => parts.join('/')),
  },
);
export const word = fc.constantFrom(
  'w',
  'two',
  '1',
  '30',
  '5m',
  'é',
  '#no',
  'x;y',
  '[z]',
  '(',
  ')',
  '"',
  ',',
  '=',
  ':',
  '<',
  '>',
  '\\d+',
);
const piece = fc.oneof(
  { weight: 24, arbitrary: word },
  { weight: 4, arbitrary: reference.map((target) => `%(${target})s`) },
  { weight: 4, arbitrary: reference.map((target) => `<${target}>`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '<HOST>',
      '<F-USER>u</F-USER>',
      '<a-<Mode>>',
      '<<b>>',
      '<A>',
      '<known/failregex>',
      '<aux/b>',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('%%', '%%(a)s', '%%%%', '%%', '%%', '%') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ' ; comment',
      '\n',
      '\n  deeper',
      '\n\n  after a blank',
      '\n# comment\n  more',
      '\n   ; c\n   d',
    ),
  },
);
const value = fc
  .tuple(fc.array(piece, { maxLength: 4 }), fc.constantFrom(' ', '', '', ' '))
  .map(([pieces, glue]) => pieces.join(glue));

/** Mostly sane values for typed options, so that most trees get as far as jails. */
const typed: Readonly<Record<string, fc.Arbitrary<string>>> = {
  maxretry: fc.constantFrom('5', '3', '%(a)s', ' 7 ', 'x', '1_0'),
  maxmatches: fc.constantFrom('5', '%(maxretry)s'),
  maxlines: fc.constantFrom('1', '10', '%(a)s'),
  findtime: fc.constantFrom('10m', '600', '1d 12h', '%(known/findtime)s'),
  usedns: fc.constantFrom('yes', 'no', 'warn', 'Raw'),
  bantime: fc.constantFrom('1h', '-1', '%(findtime)s', '600'),
  'bantime.multipliers': fc.constantFrom('1 2 4', '5', ''),
  'bantime.increment': fc.constantFrom('true', 'off', '%(on)s', 'Yes'),
  ignoreip: fc.constantFrom('127.0.0.1/8 ::1', '10.0.0.1, 10.0.0.2\n  user', '%(known/ignoreip)s x', ''),
  logpath: fc.constantFrom('/var/log/a.log', '/a head\n  /b\n  /c d tail', '%(a)s'),
  logencoding: fc.constantFrom('auto', 'utf-8'),
  logtimezone: fc.constantFrom('UTC+0200', 'CET'),
};

const separator = fc.constantFrom(' = ', '=', ': ', ' : ', '=  ');
const option = (names: readonly string[]) =>
  fc.constantFrom(...names).chain((key) => fc.tuple(fc.constant(key), separator, typed[key] ?? value));

function optionsText(names: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc
    .uniqueArray(option(names), { maxLength, selector: ([key]) => key.toLowerCase() })
    .map((options) => options.map((parts) => `${parts.join('')}\n`).join(''));
}

function section(header: fc.Arbitrary<string>, names: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.tuple(header, optionsText(names, maxLength)).map(([text, options]) => `[${text}]\n${options}`);
}

function includes(targets: readonly string[]): fc.Arbitrary<string> {
  const list = fc
    .uniqueArray(fc.constantFrom(...targets), { minLength: 1, maxLength: 2 })
    .map((files) => files.join('\n  '));
  return fc
    .record({ before: fc.option(list, { nil: undefined }), after: fc.option(list, { nil: undefined }) })
    .map(({ before, after }) => {
      const lines = [before && `before = ${before}\n`, after && `after = ${after}\n`].filter(Boolean).join('');
      return lines === '' ? '' : `[INCLUDES]\n${lines}`;
    });
}

function file(parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

const maybe = (arbitrary: fc.Arbitrary<string>, weight = 1) =>
  fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight, arbitrary });

const FILTER_TEXTS = [
  ...[
    'f1',
    'f1[a=1]',
    'f1[Mode=x, a="y,z"]',
    "f1[failregex='^p <HOST>'][b=<a>]",
    'f2',
    'f2[logtype=journal, c=<known/c>]',
  ],
  ...['%(__name__)s', 'f1[a="%(a)s"]', 'missing', 'f1[', ''],
];
const filterOption = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FILTER_TEXTS.slice(0, 6)) },
  { weight: 1, arbitrary: fc.constantFrom(...FILTER_TEXTS) },
);
const ACTIONS = [
  'act',
  'act[name=j1-x]',
  'act[x="a b", y=c]\n  act[actname=other]',
  '',
  'act[name=q][actname=z]',
  'act act',
];

const jailHead = fc
  .tuple(fc.constantFrom('true', 'yes', '%(on)s', '1', 'false'), filterOption, fc.constantFrom(...ACTIONS))
  .map(([enabled, filter, action]) => `enabled = ${enabled}\nfilter = ${filter}\naction = ${action}\n`);

/** So that most references find something. */
const BASE = 'a = A0\nb = B0\nc = C0\nhost = H0\nMode = m\nx-y = X0\nfindtime = 10m\n';

function jailFile(head: boolean, targets: readonly string[]): fc.Arbitrary<string> {
  const names = [...OPTIONS, ...JAIL_VALUES];
  const jail = (title: string) =>
    fc
      .tuple(head ? jailHead : fc.constant(''), optionsText(names, 4))
      .map(([text, options]) => `[${title}]\n${text}${options}`);
  return file([
    maybe(includes(targets)),
    head
      ? fc.constant(`[DEFAULT]\n${BASE}on = true\nfailregex = F0\nignoreregex =\n`)
      : section(fc.constant('DEFAULT'), names, 4),
    jail('j1'),
    maybe(jail('j2')),
    head ? section(fc.constant('aux'), OPTIONS, 3) : maybe(section(fc.constant('aux'), OPTIONS, 3)),
  ]);
}

function filterFile(targets: readonly string[], base: boolean): fc.Arbitrary<string> {
  const names = [...OPTIONS, ...FILTER_VALUES];
  return file([
    maybe(includes(targets)),
    base
      ? fc.constant(`[DEFAULT]\n${BASE}failregex = FD\nignoreregex =\n`)
      : maybe(section(fc.constant('DEFAULT'), OPTIONS, 3)),
    section(fc.constant('Definition'), names, 5),
    maybe(section(fc.constant('Init'), base ? names : OPTIONS, 3)),
    maybe(section(fc.constantFrom('Init?family=inet6', 'aux', 'Definition?x=1'), OPTIONS, 2)),
  ]);
}

const present = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/**
 * A configuration directory: jails in all the places they may stand, two filters, includes,
 * `.local` twins.
 */
export const configTree: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .record({
    'jail.conf': jailFile(true, ['inc.conf', 'paths.conf', 'nowhere.conf']),
    'jail.local': present(jailFile(false, ['inc.conf'])),
    'jail.d/a.conf': present(jailFile(false, ['../inc.conf'])),
    'jail.d/a.local': present(jailFile(false, ['b.conf'])),
    'inc.conf': present(jailFile(false, ['paths.conf'])),
    'inc.local': present(jailFile(false, ['paths.conf'])),
    'paths.conf': present(section(fc.constant('DEFAULT'), OPTIONS, 4)),
    'filter.d/f1.conf': filterFile(['common.conf', 'f2.conf'], true),
    'filter.d/f1.local': present(filterFile(['common.conf'], false)),
    'filter.d/f1.d/z.conf': present(filterFile(['../common.conf'], false)),
    'filter.d/f2.conf': filterFile(['common.conf'], true),
    'filter.d/common.conf': present(filterFile(['other.conf'], false)),
    'filter.d/common.local': present(filterFile(['other.conf'], false)),
    'action.d/act.conf': fc.constant('[Definition]\nactionban = x\n[Init]\n'),
  })
  .map((files) =>
    Object.fromEntries(Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [[path, text]]))),
  );
