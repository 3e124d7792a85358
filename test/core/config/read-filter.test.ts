import { describe, expect, it } from 'vitest';
import { placeWithin } from '../../../core/config/located.ts';
import { filterNames, readFilter } from '../../../core/config/read-filter.ts';
import { memoryFiles } from './memory-files.ts';

function read(files: Record<string, string>, text = 'f') {
  const prefixed = Object.fromEntries(Object.entries(files).map(([name, content]) => [`filter.d/${name}`, content]));
  const { filter, diagnostics } = readFilter(memoryFiles(prefixed), text);
  return {
    filter,
    failregex: filter?.failregex.map(({ value }) => value),
    diagnostics,
    problems: diagnostics.map(({ code, at }) => `${code} ${at?.file ?? ''}:${at?.line ?? ''}:${at?.column ?? ''}`),
  };
}

const failregexOf = (definition: string, text = 'f', init = '') =>
  read({ 'f.conf': `[Definition]\n${definition}\n${init}` }, text).failregex;

describe('readFilter', () => {
  it('gives everything a matcher needs', () => {
    const { filter, diagnostics } = read({
      'f.conf': `[Definition]
prefregex = ^<F-CONTENT>.+</F-CONTENT>$
failregex = ^one from <HOST>$

            ^two from <HOST>$ ; comment
ignoreregex = ^three$
maxlines = 10
datepattern = ^%%Y
              {^LN-BEG}
journalmatch = _COMM=x
`,
    });
    expect(diagnostics).toEqual([]);
    expect(filter).toMatchObject({
      name: 'f',
      prefregex: { value: '^<F-CONTENT>.+</F-CONTENT>$' },
      failregex: [{ value: '^one from <HOST>$' }, { value: '^two from <HOST>$' }],
      ignoreregex: [{ value: '^three$' }],
      maxlines: 10,
      datepattern: { value: '^%Y\n{^LN-BEG}' },
      logtype: 'file',
    });
  });

  it('has the defaults of a filter that sets nothing', () => {
    expect(read({ 'f.conf': '[Definition]\nfailregex =\nprefregex =\n' }).filter).toEqual({
      name: 'f',
      prefregex: undefined,
      failregex: [],
      ignoreregex: [],
      maxlines: 1,
      datepattern: undefined,
      logtype: 'file',
    });
  });

  it('reads a filter without [Definition] as empty', () => {
    expect(read({ 'f.conf': '[Init]\na = 1\n' })).toMatchObject({ failregex: [], diagnostics: [] });
  });

  it('cuts a regex off at a blank and semicolon, as any value', () => {
    expect(failregexOf('failregex = ^a ;b <HOST>$')).toEqual(['^a']);
    expect(failregexOf('failregex = ^a;b # <HOST>$')).toEqual(['^a;b # <HOST>$']);
  });

  it('points at each regex, and at each part of it', () => {
    const { filter } = read({
      'f.conf': '[INCLUDES]\nbefore = common.conf\n[Definition]\nfailregex = ^a <HOST>$\n    %(__prefix)sb <HOST>$\n',
      'common.conf': '[DEFAULT]\n__prefix = ^pre \n',
    });
    const [first, second] = filter?.failregex ?? [];
    expect(first?.at).toEqual({ file: 'filter.d/f.conf', line: 4, column: 13, length: 10 });
    expect(second?.value).toBe('^preb <HOST>$');
    expect(second?.at).toEqual({ file: 'filter.d/common.conf', line: 2, column: 12, length: 4 });
    expect(second && placeWithin(second, 6, 6)).toEqual({ file: 'filter.d/f.conf', line: 5, column: 19, length: 6 });
  });
});

describe('readFilter: precedence of a value', () => {
  it.each([
    ['[DEFAULT]', '[DEFAULT]\nv = d\n[Definition]\nfailregex = <v>\n', 'f', 'd'],
    ['[Definition]', '[DEFAULT]\nv = d\n[Definition]\nv = def\nfailregex = <v>\n', 'f', 'def'],
    ['[Init]', '[Definition]\nv = def\nfailregex = <v>\n[Init]\nv = init\n', 'f', 'init'],
    ['an argument', '[Definition]\nv = def\nfailregex = <v>\n[Init]\nv = init\n', 'f[v=arg]', 'arg'],
    [
      'the [Init] value behind an argument',
      '[Definition]\nfailregex = <known/v>-<v>\n[Init]\nv = init\n',
      'f[v=arg]',
      'init-arg',
    ],
    ['the earlier [Definition] value', '[Definition]\nv = def\nfailregex = <known/v>\n', 'f', 'def'],
    ['an argument in an argument', '[Definition]\nfailregex = <v>\n', 'f[v="<w>", w=arg]', 'arg'],
    ['an argument by %(…)s', '[Definition]\nv = def\nfailregex = %(v)s\n', 'f[v=arg]', 'arg'],
    ['an argument whose name has other capitals', '[Definition]\nv = def\nfailregex = %(v)s\n', 'f[V=arg]', 'arg'],
    ['a regex as argument', '[Definition]\nfailregex = own\n', "f[failregex='given <HOST>']", 'given <HOST>'],
    ['a regex of [Init]', '[Definition]\nfailregex = own\n[Init]\nfailregex = init\n', 'f', 'init'],
  ])('takes %s', (_, text, definition, value) => {
    expect(read({ 'f.conf': text }, definition).failregex).toEqual([value]);
  });

  it('lets .local files override, and extend through known', () => {
    const { failregex } = read({
      'f.conf': '[Definition]\nfailregex = one\n',
      'f.local': '[Definition]\nfailregex = %(known/failregex)s\n  two\n',
    });
    expect(failregex).toEqual(['one', 'two']);
  });

  it('finds the [Init] value of a .local file before an argument overrode it', () => {
    const files = {
      'f.conf': '[Definition]\nfailregex = <known/v>\n[Init]\nv = conf\n',
      'f.local': '[Init]\nv = local\n',
    };
    expect(read(files, 'f[v=arg]').failregex).toEqual(['local']);
  });
});

describe('readFilter: tags', () => {
  it('puts tag names together from arguments', () => {
    const definition = 'mdre-a = ^a\nmdre-b = ^b\nmode = a\nfailregex = <mdre-<mode>>';
    expect(failregexOf(definition)).toEqual(['^a']);
    expect(failregexOf(definition, 'f[mode=b]')).toEqual(['^b']);
  });

  it('leaves run-time tags alone', () => {
    const text = '^<HOST> <ADDR> <F-USER>\\S+</F-USER> <F-PORT/> <SKIPLINES> <ip>';
    expect(failregexOf(`failregex = ${text}`)).toEqual([text]);
  });

  it('is not distinguished by case: an option called host takes <HOST> away', () => {
    expect(failregexOf('host = mine\nfailregex = ^<HOST>$')).toEqual(['^mine$']);
    expect(failregexOf('foo = 1\nfailregex = ^<FOO>$')).toEqual(['^1$']);
  });

  it('finds section/option, with %(…)s replaced first', () => {
    const text =
      '[DEFAULT]\nlogtype = file\n[Definition]\np = %(q)s\nq = <lt_<logtype>/prefix>\nfailregex = <p>x\n[lt_file]\nprefix = F\n';
    expect(read({ 'f.conf': text }).failregex).toEqual(['Fx']);
  });

  it('does not show the jail: its options are neither tags nor interpolations of a filter read by itself', () => {
    expect(failregexOf('failregex = <maxretry>')).toEqual(['<maxretry>']);
    expect(read({ 'f.conf': '[Definition]\nfailregex = %(maxretry)s\n' }).problems).toEqual([
      'UNKNOWN_INTERPOLATION filter.d/f.conf:2:13',
    ]);
  });

  it('keeps conditional options as they are written', () => {
    const text = '[Definition]\nfailregex = <v>\n[Init]\nv = 4\n[Init?family=inet6]\nv = 6\n';
    expect(read({ 'f.conf': text }).failregex).toEqual(['<v>']);
  });

  it('refuses a tag that contains itself', () => {
    const { filter, problems } = read({ 'f.conf': '[Definition]\na = <b>\nb = x<a>\nfailregex = <a>\n' });
    expect(filter).toBeUndefined();
    expect(problems).toEqual(['SELF_REFERENCING_TAG filter.d/f.conf:3:6']);
  });
});

describe('readFilter: logtype', () => {
  const text = '[Definition]\nfailregex = <logtype>\n';
  it.each([
    ['file, for a filter that sets none', text, 'f', 'file'],
    ['an argument', text, 'f[logtype=rfc5424]', 'rfc5424'],
    ['the filter', `${text}logtype = short\n`, 'f', 'short'],
    ['an argument over the filter', `${text}logtype = short\n`, 'f[logtype=journal]', 'journal'],
  ])('is %s', (_, content, definition, logtype) => {
    const { filter, failregex } = read({ 'f.conf': content }, definition);
    expect([filter?.logtype, failregex]).toEqual([logtype, [logtype]]);
  });
});

describe('readFilter: mistakes', () => {
  it('names the filter that was probably meant', () => {
    const { problems, diagnostics } = read({ 'sshd.conf': '', 'dropbear.conf': '' }, 'shsd[mode=x]');
    expect(problems).toEqual(['MISSING_FILTER ::']);
    expect(diagnostics[0]?.help).toBe('did you mean "sshd"?');
  });

  it.each(['/etc/passwd', '../../x', 'f g'])('finds no filter %s', (text) => {
    const files = memoryFiles({ 'jail.conf': '', 'filter.d/../../x.conf': '', '/etc/passwd.conf': '' });
    expect(readFilter(files, text).diagnostics).toMatchObject([{ code: 'MISSING_FILTER' }]);
  });

  it.each(['f[', 'f[a', 'f[a]', '[a=b]', ''])('refuses %j', (text) => {
    expect(read({ 'f.conf': '' }, text).diagnostics).toMatchObject([{ code: 'BAD_FILTER', severity: 'error' }]);
  });

  it('reports a bad maxlines and goes on with 1', () => {
    const { filter, diagnostics } = read({ 'f.conf': '[Definition]\nmaxlines = ten\n' });
    expect(filter?.maxlines).toBe(1);
    expect(diagnostics).toMatchObject([
      { code: 'BAD_INTEGER', severity: 'warning', at: { line: 2, column: 12, length: 3 } },
    ]);
  });

  it('reports a bare percent sign at its place', () => {
    expect(read({ 'f.conf': '[Definition]\nfailregex = ^a\n  ^100% <HOST>\n' }).problems).toEqual([
      'BARE_PERCENT filter.d/f.conf:3:7',
    ]);
  });

  it('lets a mistake lie in an option that nothing reads', () => {
    expect(read({ 'f.conf': '[Definition]\nunused = 5%\nfailregex = ^a\n' }).problems).toEqual([]);
  });

  it('ignores known/x of an [Init] that has x: fail2ban never looks at it', () => {
    expect(read({ 'f.conf': '[Definition]\nfailregex = <a>\n[Init]\na = 1\nknown/a = %(nothing)s\n' })).toMatchObject({
      failregex: ['1'],
      diagnostics: [],
    });
  });
});

describe('filterNames', () => {
  it('lists each filter once, from .conf and .local files', () => {
    const files = memoryFiles({
      'filter.d/a.conf': '',
      'filter.d/a.local': '',
      'filter.d/b.local': '',
      'filter.d/x.py': '',
    });
    expect(filterNames(files)).toEqual(['a', 'b']);
  });
});
