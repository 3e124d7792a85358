import { describe, expect, it } from 'vitest';
import { diagnosticsOf, problemsOf } from './checked.ts';
import { read } from './jail-files.ts';

describe('options a pipeline without servers cannot honor', () => {
  it('is silent about a stock configuration', () => {
    expect(problemsOf('')).toEqual([]);
  });

  it.each([
    ['ignorecommand = /bin/check <ip>', 'error IGNORECOMMAND 2:17'],
    ['ignorecache = key="<ip>"', 'info NO_EFFECT 2:1'],
    ['usedns = yes', 'info USEDNS 2:1'],
    ['usedns = warn', 'info USEDNS 2:1'],
    ['journalmatch = _COMM=sshd', 'info JOURNALMATCH 2:1'],
    ['skip_if_nologs = true', 'info NO_EFFECT 2:1'],
    ['systemd_if_nologs = false', 'info NO_EFFECT 2:1'],
    ['logencoding = latin-1', 'warning LOGENCODING 2:15'],
    ['backend = systemd', 'info SYSTEMD_BACKEND 2:1'],
  ])('reports it where the operator wrote %s', (option, problem) => {
    expect(problemsOf(`[j]\n${option}\n`)).toEqual([problem]);
    expect(problemsOf(`[DEFAULT]\n${option}\n`)).toEqual([problem]);
  });

  it.each([
    'usedns = no',
    'usedns = raw',
    'ignorecommand =',
    'logencoding = UTF-8',
    'logencoding = ascii',
    'backend = polling',
  ])('reports nothing about %s', (option) => {
    expect(problemsOf(`[j]\n${option}\n`)).toEqual([]);
  });

  it('reports it once for all jails, and never for one that is off', () => {
    expect(problemsOf('[DEFAULT]\nusedns = yes\n[k]\nenabled = true\n[l]\nenabled = true\n')).toEqual([
      'info USEDNS 2:1',
    ]);
    expect(problemsOf('[k]\nusedns = yes\n')).toEqual([]);
  });

  it('gives a reason and what to do instead for each', () => {
    const local = `[j]
ignorecommand = x
ignorecache = x
usedns = yes
journalmatch = x
skip_if_nologs = yes
logencoding = latin-1
backend = systemd
ignoreip = file:x host.example.com
action = abuseipdb
`;
    const diagnostics = diagnosticsOf(local);
    expect(diagnostics).toHaveLength(11);
    for (const { help, message } of diagnostics) {
      expect(help?.length).toBeGreaterThan(10);
      expect(message).not.toMatch(/\.$/);
    }
  });
});

describe('ignoreip', () => {
  it.each([
    ['192.0.2.1 2001:db8::1 ::1 127.0.0.1/8 10.0.0.0/255.0.0.0', []],
    ['localhost', []],
    ['bastion.example.com', ['info IGNOREIP_NAME 2:12']],
    ['bastion.example.com.', ['info IGNOREIP_NAME 2:12']],
    ['office.xn--p1ai', ['info IGNOREIP_NAME 2:12']],
    ['192.0.2.1 file:/etc/allowed', ['error IGNOREIP_FILE 2:22']],
    ['192.0.2.300', ['error BAD_RANGE 2:12']],
    ['192.0.2.0/33', ['error BAD_RANGE 2:12']],
    ['2001:db8::/129', ['error BAD_RANGE 2:12']],
  ])('%s', (value, problems) => {
    expect(problemsOf(`[j]\nignoreip = ${value}\n`)).toEqual(problems);
  });

  it.each([
    ['203.0.113.1-203.0.113.9', ['203.0.113.1', '203.0.113.2/31', '203.0.113.4/30', '203.0.113.8/31']],
    ['2001:db8::-2001:db8::ffff', ['2001:db8::/112']],
  ])('takes %s for its CIDRs', (value, ignoreip) => {
    const { jail, problems } = read(`[sshd]\nenabled = true\nignoreip = ${value}\nbanreserved = ${value}\n`);
    expect(jail('sshd')?.ignoreip.map((word) => word.value)).toEqual(ignoreip);
    expect(jail('sshd')?.banreserved.map((word) => word.value)).toEqual(ignoreip);
    expect(problems).toEqual([]);
  });

  it.each([
    ['203.0.113.9-203.0.113.1', /^write an address, or a range/],
    ['203.0.113.*', /^write 203\.0\.113\.0\/24$/],
    ['10.*.*.*', /^write 10\.0\.0\.0\/8$/],
    ['203.0.113', /^write 203\.0\.113\.0\/24$/],
    ['203.0.113.', /^write 203\.0\.113\.0\/24$/],
    ['fe80/16', /^write fe80::\/16$/],
    ['2001:db8/32', /^write 2001:db8::\/32$/],
    ['203.0.113.9:22', /^write 203\.0\.113\.9$/],
    ['[2001:db8::9]:22', /^write 2001:db8::9$/],
    ['fe80::1%%eth0', /^write fe80::1$/],
    ['"192.0.2.1"', /^write 192\.0\.2\.1$/],
    ['”192.0.2.0/24″', /^write 192\.0\.2\.0\/24$/],
    ['https://example.com', /^write example\.com$/],
    ['https://user@example.com:8443/path', /^write example\.com$/],
    ['bastion', /bastion\.example\.com/],
    ['192.0.2.300', /^write an address, or a range/],
    ['1:2:3', /^write an address, or a range/],
  ])('refuses %s, which spares no address, and shows the spelling', (value, help) => {
    expect(diagnosticsOf(`[j]\nignoreip = ${value}\n`)).toMatchObject([
      { code: 'BAD_RANGE', severity: 'error', help: expect.stringMatching(help), at: { line: 2, column: 12 } },
    ]);
  });

  it('refuses a comment behind the addresses', () => {
    expect(diagnosticsOf('[j]\nignoreip = 192.0.2.1 # office\n')[0]).toMatchObject({
      code: 'BAD_RANGE',
      help: 'an inline comment begins with a semicolon and a blank before it',
      at: { line: 2, column: 22 },
    });
  });

  it('lets words pass where the filter bans ids', () => {
    const files = { 'filter.d/f.conf': '[Definition]\nfailregex = ^<F-ID>\\S+</F-ID> from <HOST>$\n' };
    expect(problemsOf('[j]\nignoreip = some-user session-42\n', files)).toEqual([]);
  });

  it('refuses a banreserved that is no range', () => {
    expect(problemsOf('[j]\nbanreserved = 10.0.0.0/8 ten\n')).toEqual(['error BAD_RANGE 2:26']);
  });
});

describe('actions', () => {
  it.each([
    ['action = waf', []],
    ['action = %(action_)s\n  sendmail-whois[dest=x]', []],
    ['banaction = nftables[type=allports]', []],
    ['action = dry-run', []],
    ['action = %(action_)s\n  abuseipdb', ['warning ACTION_NOT_RUN 3:3']],
    ['action = abuseipdb', ['warning ACTION_NOT_RUN 2:10', 'error NOTHING_BANS 2:10']],
    ['action = sns', ['error NOTHING_BANS 2:10']],
    ['action = dummy', ['error NOTHING_BANS 2:10']],
    ['action =', ['error NOTHING_BANS 2:1']],
    ['banaction = iptabels', ['error UNKNOWN_ACTION 2:13']],
    ['action = waf\n  mine', ['error UNKNOWN_ACTION 3:3']],
    ['action = waf\n  waf', ['warning DUPLICATE_ACTION 3:3']],
    ['action = waf\n  waf[actname=other]\n  waf[name=j-2]', []],
    ['action = sns\nacknowledge = NOTHING_BANS only notices are wanted', ['info NOTHING_BANS 2:10']],
    ['action = iptables-multiport[name=a, port=”5060,5061″, protocol=udp]', ['error TYPOGRAPHIC_QUOTES 2:42']],
    ['action = waf[', ['error BAD_ACTION 2:13']],
    ['filter = f[mode=“hard”]', ['error TYPOGRAPHIC_QUOTES 2:17']],
    ['logpath = ‘/var/log/auth.log’', ['error TYPOGRAPHIC_QUOTES 2:11']],
    ['action = %(nowhere)s', ['error UNKNOWN_INTERPOLATION 2:10']],
  ])('%j', (option, problems) => {
    expect(problemsOf(`[j]\n${option}\n`)).toEqual(problems);
  });

  it('tells a mistyped name from a command of the operator', () => {
    const files = { 'action.d/mine.conf': '[Definition]\nactionban = touch /x\n' };
    expect(diagnosticsOf('[j]\naction = waf\n  mine\n', files)).toMatchObject([
      {
        code: 'ACTION_NOT_RUN',
        message: expect.stringContaining('action.d/mine.conf'),
        help: expect.stringContaining('subscription filter'),
      },
    ]);
    expect(diagnosticsOf('[j]\naction = waf\n  securty-group\n')).toMatchObject([
      { help: 'did you mean "security-group"?' },
    ]);
  });

  it.each([
    ['iptables -I INPUT -s <ip> -j DROP', 'info ACTION_FILE'],
    ['<iptables> -I f2b-<name> 1 -s <ip> -j <blocktype>', 'info ACTION_FILE'],
    ['/usr/sbin/ufw insert 1 deny from <ip> && logger banned <ip>', 'info ACTION_FILE'],
    ['if ! sudo ipset test <set> <ip>; then\n  ipset add <set> <ip>; fi', 'info ACTION_FILE'],
    ['nft add element inet f2b <set> { <ip> }', 'info ACTION_FILE'],
    ['curl -s https://panel.example.com/ban/<ip>', 'warning ACTION_NOT_RUN'],
    ['iptables -I INPUT -s <ip> -j DROP\n  /usr/local/bin/tell-boss <ip>', 'warning ACTION_NOT_RUN'],
    ['echo <ip> >> /etc/banned', 'warning ACTION_NOT_RUN'],
    ['iptables -I INPUT -s <ip> -j ACCEPT', 'warning ACTION_NOT_RUN'],
  ])('reads what an action of the operator runs: %s', (actionban, expected) => {
    const files = { 'action.d/myfw.conf': `[Definition]\nactionban = ${actionban}\n` };
    const found = diagnosticsOf('[j]\nbanaction = myfw\naction = %(banaction)s\n', files);
    const told = found.map(({ severity, code }) => `${severity} ${code}`);
    expect(told).toEqual(expected === 'info ACTION_FILE' ? [expected] : [expected, 'error NOTHING_BANS']);
  });

  it('lets a jail ban nowhere where its operator acknowledges it', () => {
    expect(problemsOf('[j]\naction = abuseipdb\nacknowledge = NOTHING_BANS reports alone\n')).toEqual([
      'warning ACTION_NOT_RUN 2:10',
      'info NOTHING_BANS 2:10',
    ]);
  });

  it('reports when a change to a stock action is not read', () => {
    const files = { 'action.d/iptables-multiport.local': '[Init]\nblocktype = DROP\n' };
    expect(diagnosticsOf('', files)).toMatchObject([{ code: 'ACTION_FILE', severity: 'info' }]);
  });

  it('reports nothing about a copy of the stock action.d', () => {
    expect(problemsOf('', { 'action.d/iptables-multiport.conf': '[Definition]\n' })).toEqual([]);
  });
});
