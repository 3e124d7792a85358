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
        severity: 'info',
        help: `did you mean "${meant}"?`,
        at: { line: 2, column: 1, length: written.length },
      },
    ]);
  });

  it.each(['my_variable', 'port', 'protocol', 'chain', 'sshd_log', 'mta'])('lets %s pass', (option) => {
    expect(problemsOf(`[j]\n${option} = 5\n`)).toEqual([]);
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
    ['[j]\nport = ssh\n  maxretry = 3\n', ['warning SWALLOWED_LINE 3:3']],
    ['[j]\nport = ssh\n [k]\nenabled = true\n', ['warning SWALLOWED_LINE 3:2']],
    ['[DEFAULT]\ndestemail = a@example.com\n  bantime: 1h\n', ['warning SWALLOWED_LINE 3:3']],
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
    ['f[mdoe=x]', ['info UNKNOWN_ARGUMENT 2:12']],
    ['f[mode=x]', []],
    ['f[_usr=x]', ['info UNKNOWN_ARGUMENT 2:12']],
    ['f[anything=x]', []],
    ['f[logtype=file]', []],
    ['f[failregx=x]', ['info UNKNOWN_ARGUMENT 2:12']],
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
        ...{ code: 'UNKNOWN_TAG', severity: 'error', at: { file: 'jail.local', line: 2, column: 8, length: 4 } },
        ...{ message: expect.stringContaining('<re-hrad>'), help: 'did you mean re-hard?' },
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
