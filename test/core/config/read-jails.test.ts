import { describe, expect, it } from 'vitest';
import { PERMANENT } from '../../../core/config/jail.ts';
import { readJails } from '../../../core/config/read-jails.ts';
import { read, sshd } from './jail-files.ts';
import { memoryFiles } from './memory-files.ts';

describe('readJails', () => {
  it('gives every jail, in the order of their sections, with the filters of the enabled ones', () => {
    const { jails, diagnostics } = read('[web]\nenabled = yes\n[extra]\n');
    expect(jails.map(({ name, enabled, filter }) => [name, enabled, filter?.failregex[0]?.value])).toEqual([
      ['sshd', false, undefined],
      ['web', true, '^w <HOST>$'],
      ['extra', false, undefined],
    ]);
    expect(diagnostics).toEqual([]);
  });

  it('leaves [DEFAULT], [INCLUDES] and [KNOWN/…] out', () => {
    expect(
      read('[INCLUDES]\nbefore = x.conf\n[KNOWN/sshd]\na=1\n[web]\nenabled=1\n').jails.map(({ name }) => name),
    ).toEqual(['sshd', 'web']);
  });

  it('has the defaults of the code where no file sets an option', () => {
    const { jails } = readJails(
      memoryFiles({ 'jail.local': '[j]\nenabled = true\nfailregex = x <HOST>\naction = waf\n' }),
    );
    expect(jails).toMatchObject([
      {
        maxretry: 3,
        findtime: 600,
        bantime: 600,
        maxmatches: 5,
        ignoreself: true,
        ignoreip: [],
        usedns: 'warn',
        backend: 'auto',
        logpath: [],
        loggroup: [],
        logencoding: 'auto',
        logtimezone: undefined,
        port: undefined,
        banreserved: [],
        ipv4prefix: 32,
        ipv6prefix: 64,
        maxbans: 1000,
        increment: {
          enabled: false,
          formula: undefined,
          factor: 1,
          multipliers: [],
          maxtime: undefined,
          rndtime: undefined,
          overalljails: false,
        },
        filter: { name: 'j', failregex: [{ value: 'x <HOST>' }] },
      },
    ]);
  });

  it('types every option', () => {
    const { jail, diagnostics } = sshd(`maxretry = 7
findtime = 1h
bantime = 1d 12h
maxmatches = %(maxretry)s
bantime.increment = true
bantime.formula = ban.Time * (1 + ban.Count)
bantime.factor = 2/4
bantime.multipliers = 1 5 30
bantime.maxtime = 5w
bantime.rndtime = 10m
bantime.overalljails = yes
ignoreself = false
ignoreip = 192.0.2.1, 2001:db8::/32
           198.51.100.0/24
banreserved = 10.0.0.0/8
ipv4prefix = 24
ipv6prefix = /56
maxbans = 50
logpath = /var/log/a.log
          /var/log/b*.log tail
loggroup = /app/one /app/two
logtimezone = UTC+0200
logencoding = utf-8
port = ssh,2222
protocol = tcp
action = network-acl[port="%(port)s"]
         sns
`);
    expect(diagnostics).toEqual([]);
    expect(jail('sshd')).toMatchObject({
      maxretry: 7,
      findtime: 3600,
      bantime: 129_600,
      maxmatches: 7,
      ignoreself: false,
      increment: {
        enabled: true,
        formula: 'ban.Time * (1 + ban.Count)',
        factor: 0.5,
        multipliers: [1, 5, 30],
        maxtime: 3_024_000,
        rndtime: 600,
        overalljails: true,
      },
      ignoreip: [
        { value: '192.0.2.1' },
        { value: '2001:db8::/32' },
        { value: '198.51.100.0/24', at: { line: 16, column: 12 } },
      ],
      banreserved: [{ value: '10.0.0.0/8' }],
      ipv4prefix: 24,
      ipv6prefix: 56,
      maxbans: 50,
      logpath: [{ value: '/var/log/a.log' }, { value: '/var/log/b*.log', at: { line: 22, column: 11, length: 15 } }],
      loggroup: [{ value: '/app/one' }, { value: '/app/two' }],
      logtimezone: 'UTC+0200',
      logencoding: 'utf-8',
      port: 'ssh,2222',
      protocol: 'tcp',
      actions: [
        {
          name: 'network-acl',
          args: { port: 'ssh,2222' },
          at: { file: 'jail.local', line: 28, column: 10, length: 11 },
        },
        { name: 'sns', args: {}, at: { line: 29, column: 10 } },
      ],
    });
  });

  it.each([
    ['bantime = -1', { bantime: PERMANENT }],
    ['bantime =', { bantime: 600 }],
    ['findtime = 0.5h', { findtime: 1800 }],
    ['usedns = RAW', { usedns: 'raw' }],
    ['mode = hard', { filter: { failregex: [{ value: '^h <HOST>$' }] } }],
    ['filter = web', { filter: { name: 'web' } }],
    ['maxlines = 3', { filter: { maxlines: 3 } }],
    ['failregex = mine <HOST>', { filter: { failregex: [{ value: 'mine <HOST>' }] } }],
    ['failregex =', { filter: { failregex: [] } }],
    ['datepattern = ^%%d', { filter: { datepattern: { value: '^%d' } } }],
    ['prefregex = ^p', { filter: { prefregex: { value: '^p' } } }],
    ['action =', { actions: [] }],
    ['logpath = /a head\n  /b', { logpath: [{ value: '/a' }, { value: '/b' }] }],
  ])('reads %s', (option, expected) => {
    expect(sshd(option).jail('sshd')).toMatchObject(expected);
  });

  it('predefines the version and the directory, over [DEFAULT]', () => {
    const { jail } = read(
      '[DEFAULT]\nfail2ban_version = mine\n[web]\nport = %(fail2ban_version)s %(fail2ban_confpath)s\n',
    );
    expect(jail('web')?.port).toMatch(/^\d+\.\d+\.\d+ \/etc\/fail2ban$/);
  });

  it('reads dbpurgeage of fail2ban.conf', () => {
    expect(read('').dbpurgeage).toBe(86_400);
    expect(
      read(
        '',
        {},
        { 'fail2ban.conf': '[Definition]\ndbpurgeage = 1d\n', 'fail2ban.local': '[Definition]\ndbpurgeage = 30d\n' },
      ).dbpurgeage,
    ).toBe(2_592_000);
    expect(read('', {}, { 'fail2ban.local': '[Definition]\ndbpurgeage = long\n' }).problems).toContain(
      'BAD_DURATION fail2ban.local:2:14',
    );
  });

  it('reads an empty directory as a mistake', () => {
    expect(readJails(memoryFiles({}))).toMatchObject({
      jails: [],
      diagnostics: [{ code: 'NO_JAIL_CONF', severity: 'error' }],
    });
  });

  it('reports that nothing is enabled', () => {
    expect(read('').problems).toEqual(['NO_JAIL_ENABLED -']);
  });
});

describe('readJails: what a jail takes from its filter', () => {
  const web = (options: string, files?: Record<string, string>) => read(`[web]\nenabled = true\n${options}`, {}, files);

  it.each([
    [
      'failregex = %(known/failregex)s\n  ^more <HOST>$',
      { failregex: [{ value: '^w <HOST>$' }, { value: '^more <HOST>$' }] },
    ],
    ['ignoreregex = %(known/failregex)s', { ignoreregex: [{ value: '^w <HOST>$' }] }],
    ['datepattern = %(known/datepattern)s', { datepattern: { value: '%Y' } }],
    ['datepattern = ^%(known/datepattern)s-%%m', { datepattern: { value: '^%Y-%m' } }],
    ['ignoreregex =', { failregex: [{ value: '^w <HOST>$' }], ignoreregex: [] }],
  ])('%j', (option, expected) => {
    const { jail, diagnostics } = web(option);
    expect(diagnostics).toEqual([]);
    expect(jail('web')?.filter).toMatchObject(expected);
  });

  it("prefers the filter's value to that of an earlier jail file", () => {
    const { jail } = web('failregex = %(known/failregex)s', { 'jail.d/a.conf': '[web]\nfailregex = lost <HOST>\n' });
    expect(jail('web')?.filter?.failregex.map(({ value }) => value)).toEqual(['^w <HOST>$']);
  });

  it('knows the place inside a filter even of a value with percent signs', () => {
    const { jail } = web('datepattern = x%(known/datepattern)s');
    expect(jail('web')?.filter?.datepattern?.origins?.map(({ at }) => at?.file)).toContain('filter.d/web.conf');
  });

  it('lets what [Init] sets win over the jail, except datepattern, and adds regexes up', () => {
    const files = {
      'filter.d/web.conf':
        '[Definition]\n[Init]\nmaxlines = 5\nusedns = raw\nfailregex = init <HOST>\ndatepattern = init\n',
    };
    const { jail } = web('maxlines = 2\nusedns = no\nfailregex = own <HOST>\ndatepattern = own', files);
    expect(jail('web')).toMatchObject({
      usedns: 'raw',
      filter: {
        maxlines: 5,
        datepattern: { value: 'own' },
        failregex: [{ value: 'init <HOST>' }, { value: 'own <HOST>' }],
      },
    });
  });

  it('takes the usedns of a filter where the jail has none', () => {
    expect(web('', { 'filter.d/web.conf': '[Definition]\nusedns = no\n' }).jail('web')?.usedns).toBe('no');
  });

  it("takes the jail's maxlines where that of the filter is no number", () => {
    const files = { 'filter.d/web.conf': '[Definition]\n[Init]\nmaxlines = x\n' };
    expect(web('maxlines = 4', files).jail('web')?.filter?.maxlines).toBe(4);
  });

  it('hides the options of the jail from the filter, except what fail2ban lets through', () => {
    const text = (value: string) => ({ 'filter.d/web.conf': `[Definition]\nfailregex = ${value} <HOST>\n` });
    expect(web('port = 22', text('%(port)s')).problems).toEqual(['UNKNOWN_INTERPOLATION filter.d/web.conf:2:13']);
    expect(web('', text('%(maxretry)s')).problems).toEqual(['UNKNOWN_INTERPOLATION filter.d/web.conf:2:13']);
    expect(web('', text('%(enabled)s %(backend)s')).jail('web')?.filter?.failregex[0]?.value).toBe('True auto <HOST>');
    expect(web('', text('<port>')).jail('web')?.filter?.failregex[0]?.value).toBe('<port> <HOST>');
  });

  it('lets a later jail refer to what an earlier one knows of its filter', () => {
    const { jail } = read(
      '[web]\nenabled = true\n[z]\nenabled = true\nfilter = sshd\nfailregex = %(web/known/failregex)s\n',
    );
    expect(jail('z')?.filter?.failregex).toMatchObject([{ value: '^w <HOST>$' }]);
  });

  it('reads a jail without a filter but with regexes', () => {
    const { jail, problems } = sshd('filter =\nfailregex = mine <HOST>');
    expect(jail('sshd')?.filter).toMatchObject({ name: 'sshd', failregex: [{ value: 'mine <HOST>' }] });
    expect(problems).toEqual([]);
  });
});
