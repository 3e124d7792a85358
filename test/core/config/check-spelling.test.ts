import { describe, expect, it } from 'vitest';
import { diagnosticsOf, problemsOf } from './checked.ts';

describe('options', () => {
  it.each([
    ['maxrety', 'maxretry'],
    ['ban_time', 'bantime'],
    ['findtme', 'findtime'],
    ['bantime.incremnt', 'bantime.increment'],
    ['ignoreips', 'ignoreip'],
    ['loggroups', 'loggroup'],
    ['banacton', 'banaction'],
  ])('%s: did you mean %s?', (written, meant) => {
    expect(diagnosticsOf(`[j]\n${written} = 5\n`)).toMatchObject([
      {
        code: 'UNKNOWN_OPTION',
        severity: 'error',
        help: `did you mean "${meant}"?`,
        at: { line: 2, column: 1, length: written.length },
      },
    ]);
  });

  it.each(['my_variable', 'port', 'protocol', 'chain', 'sshd_log', 'mta'])('lets %s pass', (option) => {
    expect(problemsOf(`[j]\n${option} = 5\n`)).toEqual([]);
  });

  it.each([
    ['failregex +=  ^x <HOST>$', 'failregex = %(known/failregex)s'],
    ['sendmail-whois[name=x, dest=y]', 'indent'],
    ['^Failed for <HOST>: x$', 'indent'],
    ['/var/log/a=b', 'indent'],
  ])('%s is no option', (line, help) => {
    expect(diagnosticsOf(`[j]\nport = 1\n${line}\n`)).toMatchObject([
      { code: 'UNKNOWN_OPTION', severity: 'error', help: expect.stringContaining(help), at: { line: 3, column: 1 } },
    ]);
  });

  it.each(['enable', 'enabeld', 'enabled +'])('finds %s in a jail that is off', (option) => {
    expect(problemsOf(`[k]\n${option} = true\nmaxrety = 5\n`)).toEqual(['error UNKNOWN_OPTION 2:1']);
    expect(problemsOf(`[DEFAULT]\n${option} = true\n`)).toEqual(['error UNKNOWN_OPTION 2:1']);
  });

  it.each([
    ['ignorregex = ^x$', 'did you mean "ignoreregex"?'],
    ['failregx = ^x <HOST>$', 'did you mean "failregex"?'],
    ['failregex += ^x <HOST>$', expect.stringContaining('%(known/failregex)s')],
    ['^x <HOST>: y$', expect.stringContaining('indent')],
  ])('finds %s in a filter', (line, help) => {
    const files = { 'filter.d/f.conf': `[Definition]\nfailregex = ^<HOST>$\n${line}\n` };
    expect(diagnosticsOf('', files)).toMatchObject([
      { code: 'UNKNOWN_OPTION', severity: 'error', help, at: { file: 'filter.d/f.conf', line: 3, column: 1 } },
    ]);
  });

  it('lets a near name of a filter pass when some value refers to it', () => {
    const definition = 'fail_regex = ^x <HOST>$\nfailregexs = ^y <HOST>$\nfailregex = %(fail_regex)s\n <failregexs>\n';
    expect(problemsOf('', { 'filter.d/f.conf': `[Definition]\n${definition}` })).toEqual([]);
  });

  it('lets a near name pass when some value refers to it', () => {
    expect(problemsOf('[DEFAULT]\nbantimes = 5m\n[j]\nbantime = %(bantimes)s\n')).toEqual([]);
    expect(problemsOf('[j]\nmaxretries = 3\nmaxretry = %(j/maxretries)s\n')).toEqual([]);
  });

  it('does not look into stock files', () => {
    expect(
      problemsOf('', {
        'paths-mine.conf': '[DEFAULT]\nmaxrety = 1\n',
        'jail.d/x.conf': '[INCLUDES]\nbefore = ../paths-mine.conf\n',
      }),
    ).toEqual([]);
  });
});

describe('lines that are indented by mistake', () => {
  it.each([
    ['[j]\nport = ssh\n  maxretry = 3\n', ['error SWALLOWED_LINE 3:3']],
    ['[j]\nport = ssh\n [k]\nenabled = true\n', ['error SWALLOWED_LINE 3:2']],
    ['[DEFAULT]\ndestemail = a@example.com\n  bantime: 1h\n', ['error SWALLOWED_LINE 3:3']],
    ['[j]\nport = ssh\n  note = 3\n', []],
    ['[j]\naction = waf[x=1,\n  port=22]\n  sns\n', []],
    ['[j]\naction = waf[x=1,\n  logpath=22]\n', []],
    ['[j]\nfailregex = ^<HOST>$\n  ^[a] <HOST>$\n', []],
  ])('%j', (local, problems) => {
    expect(problemsOf(local)).toEqual(problems);
  });
});

describe('arguments of a filter', () => {
  it.each([
    ['f[mdoe=x]', ['error UNKNOWN_ARGUMENT 2:12']],
    ['f[mode=x]', []],
    ['f[_usr=x]', ['error UNKNOWN_ARGUMENT 2:12']],
    ['f[anything=x]', []],
    ['f[logtype=file]', []],
    ['f[failregx=x]', ['error UNKNOWN_ARGUMENT 2:12']],
  ])('%s', (filter, problems) => {
    expect(problemsOf(`[j]\nfilter = ${filter}\n`)).toEqual(problems);
  });
});

describe('tags that lead nowhere', () => {
  const files = {
    'filter.d/f.conf':
      '[Definition]\nre-normal = ^n <HOST>$\nre-hard = ^h <HOST>$\nmode = normal\nfailregex = <re-<mode>>\n',
  };

  it('points at what the operator wrote', () => {
    expect(diagnosticsOf('[j]\nmode = hrad\n', files)).toMatchObject([
      {
        code: 'UNKNOWN_TAG',
        severity: 'error',
        at: { file: 'jail.local', line: 2, column: 8, length: 4 },
        message: expect.stringContaining('<re-hrad>'),
        help: 'did you mean re-hard?',
      },
    ]);
  });

  it('names every filter that a mode set for all jails is unknown to', () => {
    const both = { ...files, 'filter.d/g.conf': files['filter.d/f.conf'] };
    const diagnostics = diagnosticsOf('[DEFAULT]\nmode = x\n[k]\nenabled = true\nfilter = g[mode=%(mode)s]\n', both);
    expect(diagnostics.map(({ message }) => /filter (\w)/.exec(message)?.[1])).toEqual(['f', 'g']);
  });

  it('lists what there is when nothing is near', () => {
    expect(diagnosticsOf('[j]\nmode = aggressive\n', files)).toMatchObject([
      { help: 'the filter has re-normal, re-hard' },
    ]);
  });

  it('leaves run-time tags and plain brackets alone', () => {
    const regex = '^<F-USER>a</F-USER> <HOST> <some-thing> <x>$';
    expect(problemsOf('', { 'filter.d/f.conf': `[Definition]\nfailregex = ${regex}\n` })).toEqual([]);
  });
});
