import { describe, expect, it } from 'vitest';
import { BASE, read, sshd } from './jail-files.ts';

describe('readJails: only and set', () => {
  it('enables the jails named, and no other', () => {
    const { jails } = read('[web]\nenabled = true\n', { only: ['sshd'] });
    expect(jails.map(({ name, enabled, filter }) => [name, enabled, filter !== undefined])).toEqual([
      ['sshd', true, true],
      ['web', false, false],
    ]);
  });

  it('lays options over the selected jails', () => {
    const { jail, problems } = read('[web]\nenabled = true\n', { set: { maxretry: '9', MODE: 'hard' } });
    expect([jail('web')?.maxretry, jail('sshd')?.maxretry]).toEqual([9, 3]);
    expect(problems).toEqual([]);
  });

  it('reads what is set as configuration text', () => {
    const { jail } = read(
      '',
      { only: ['sshd', 'web'], set: { mode: 'hard', ignoreregex: '%(known/ignoreregex)s' } },
      {
        'filter.d/sshd.conf': `${BASE['filter.d/sshd.conf']}ignoreregex = s\n`,
      },
    );
    expect(jail('sshd')?.filter?.failregex[0]?.value).toBe('^h <HOST>$');
    expect(jail('web')?.filter?.ignoreregex[0]?.value).toBe('^i$');
  });

  it('names the jails there are when one is not, and the nearest', () => {
    expect(read('', { only: ['shsd'] }).diagnostics).toMatchObject([
      { code: 'UNKNOWN_JAIL', severity: 'error', help: 'did you mean "sshd"? available: sshd, web' },
    ]);
  });

  it('warns of an option that no jail has', () => {
    expect(read('', { only: ['web'], set: { maxrety: '1' } }).diagnostics).toMatchObject([
      { code: 'UNKNOWN_OPTION', severity: 'warning', help: 'did you mean "maxretry"?' },
    ]);
    expect(read('', { only: ['web'], set: { 'zzz-yyy': '1' } }).problems).toEqual(['UNKNOWN_OPTION -']);
  });

  it('reports mistakes of what is set without a place', () => {
    expect(read('', { only: ['web'], set: { bantime: 'soon' } }).problems).toEqual(['BAD_DURATION -']);
  });
});

describe('readJails: mistakes', () => {
  it.each([
    ['maxretry = many', 'BAD_INTEGER jail.local:3:12', { maxretry: 3 }],
    ['maxretry = 0', 'OUT_OF_RANGE jail.local:3:12', { maxretry: 1 }],
    ['maxretry = 1501', 'OUT_OF_RANGE jail.local:3:12', { maxretry: 1500 }],
    ['maxbans = 30001', 'OUT_OF_RANGE jail.local:3:11', { maxbans: 30_000 }],
    ['findtime = 0', 'OUT_OF_RANGE jail.local:3:12', { findtime: 1 }],
    ['bantime = -5', 'OUT_OF_RANGE jail.local:3:11', { bantime: 1 }],
    ['bantime = 1 fortnight', 'BAD_DURATION jail.local:3:13', { bantime: 600 }],
    ['bantime.formula = ban.Time * x', 'BAD_EXPRESSION jail.local:3:30', {}],
    ['bantime.factor = x', 'BAD_EXPRESSION jail.local:3:18', { increment: { factor: 1 } }],
    ['bantime.multipliers = 1 two 3', 'BAD_MULTIPLIER jail.local:3:25', { increment: { multipliers: [1, 3] } }],
    ['bantime.increment = ja', 'BAD_BOOLEAN jail.local:3:21', { increment: { enabled: false } }],
    ['usedns = perhaps', 'BAD_USEDNS jail.local:3:10', { usedns: 'no' }],
    ['ipv4prefix = 8', 'BAD_PREFIX jail.local:3:14', { ipv4prefix: 32 }],
    ['ipv6prefix = wide', 'BAD_PREFIX jail.local:3:14', { ipv6prefix: 64 }],
    ['logtimezone = Europe/Berlin', 'BAD_TIMEZONE jail.local:3:15', { logtimezone: undefined }],
    ['action = waf[x', 'BAD_ACTION jail.local:3:13', { actions: [] }],
    ['ignoreip = 5%', 'BARE_PERCENT jail.local:3:13', { ignoreip: [] }],
    ['filter = webb', 'MISSING_FILTER jail.local:3:10', { filter: undefined }],
    ['filter = web[', 'BAD_FILTER jail.local:3:13', { filter: undefined }],
  ])('%s', (option, problem, expected) => {
    const { problems, jail } = sshd(option);
    expect(problems).toContain(problem);
    expect(jail('sshd')).toMatchObject(expected);
  });

  it('collects all of them', () => {
    const { problems } = sshd('maxretry = x\nbantime = y\nignoreip = 5%\nport = 1\nport = 2\nloose');
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      ...['BAD_DURATION', 'BAD_INTEGER', 'BARE_PERCENT', 'DUPLICATE_OPTION', 'NOT_AN_OPTION'],
    ]);
  });

  it('reports a mistake in [DEFAULT] once, however many jails have it', () => {
    const { problems } = read('[DEFAULT]\nbantime = soon\n[web]\nenabled = 1\n[sshd]\nenabled = 1\n');
    expect(problems).toEqual(['BAD_DURATION jail.local:2:11']);
  });

  it('reports a mistake once, however many options interpolate it', () => {
    expect(sshd('maxretry = banana\nmaxmatches = %(maxretry)s').problems).toEqual(['BAD_INTEGER jail.local:3:12']);
  });

  it('counts enabled, backend and filter even in a jail that is off, and nothing else', () => {
    expect(read('[web]\nfilter = 5%\nmaxretry = 6%\n').problems).toContain('BARE_PERCENT jail.local:2:11');
    expect(read('[web]\nbackend = %(x)s\n').problems).toContain('UNKNOWN_INTERPOLATION jail.local:2:11');
    expect(read('[web]\nmaxretry = 6%\nbantime = soon\n').problems).toEqual(['NO_JAIL_ENABLED -']);
  });

  it('goes on with the other jails when one has no filter', () => {
    const { jail, problems } = read('[web]\nenabled = 1\n[sshd]\nenabled = 1\nfilter = nowhere\n');
    expect(problems).toEqual(['MISSING_FILTER jail.local:5:10']);
    expect(jail('web')?.filter).toBeDefined();
    expect(jail('sshd')).toMatchObject({ enabled: true, filter: undefined });
  });

  it('does not blame a jail for what its missing filter would have known', () => {
    expect(sshd('filter = nowhere\nfailregex = %(known/failregex)s').problems).toEqual([
      'MISSING_FILTER jail.local:3:10',
    ]);
  });

  it('takes an unbroken option name for granted: interpolated text is read where it stands', () => {
    expect(sshd('times = soon\nbantime = %(times)s').problems).toEqual(['BAD_DURATION jail.local:3:9']);
  });
});

describe('readJails: backend', () => {
  it.each([
    ['backend = systemd', 'file', ['SYSTEMD_BACKEND jail.local:3:1']],
    ['backend = systemd\nloggroup = /journal', 'journal', ['SYSTEMD_BACKEND jail.local:3:1']],
    ['backend = systemd[journalflags=1]\nlogpath =', 'journal', ['SYSTEMD_BACKEND jail.local:3:1']],
    ['backend = polling', 'file', []],
  ])('%s reads lines of a %s', (option, logtype, expected) => {
    const { jail, problems } = sshd(option);
    expect(jail('sshd')?.filter?.logtype).toBe(logtype);
    expect(problems).toEqual(expected);
  });
});
