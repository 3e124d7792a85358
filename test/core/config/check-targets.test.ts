import { describe, expect, it } from 'vitest';
import { FIREWALL_TARGETS, type FirewallTarget } from '../../../core/config/actions.ts';
import { checkTargets, onlyBlocklist } from '../../../core/config/check-targets.ts';

const AT = { file: 'jail.local', line: 7, column: 10, length: 3 };
const jail = (...names: readonly string[]) => ({
  name: 'sshd',
  actions: names.map((name) => ({ name, args: {}, at: AT })),
  acknowledged: [],
});
const web = (...names: readonly string[]) => ({ ...jail(...names), port: 'http,https', protocol: 'tcp' });
const told = (actions: readonly string[], configured: readonly FirewallTarget[]) =>
  checkTargets(web(...actions), configured);

describe('checkTargets', () => {
  it.each(FIREWALL_TARGETS)('refuses %s in a stack without, and names jail, place and setting', (target) => {
    const others = FIREWALL_TARGETS.filter((one) => one !== target);
    const [error, ...more] = told([target], others);
    expect(more).toEqual([]);
    expect(error).toMatchObject({ code: 'TARGET_NOT_CONFIGURED', severity: 'error', at: AT });
    expect(error?.message).toBe(
      `jail sshd: action ${target}: the stack has no ${target}, so its bans would be enforced nowhere`,
    );
    expect(error?.help).toContain('context.cloudjail of cdk.json');
    expect(told([target], [target])).toEqual([]);
  });

  it('refuses each of several, beside one that is there', () => {
    expect(told(['waf', 'prefix-list', 'blocklist'], ['waf']).map(({ message }) => message)).toEqual([
      expect.stringContaining('action prefix-list'),
      expect.stringContaining('action blocklist'),
    ]);
  });

  it("takes fail2ban's firewalls for whatever the stack has, and refuses them where it has nothing", () => {
    expect(told(['iptables-multiport'], ['prefix-list'])).toEqual([]);
    expect(told(['iptables-multiport'], [])).toMatchObject([
      { code: 'TARGET_NOT_CONFIGURED', message: expect.stringContaining('the targets of the stack, which has none') },
    ]);
  });

  it.each([[['dry-run']], [['network-acl', 'dry-run']], [['sns']], [['sendmail', 'dummy']], [[]]])(
    'reports nothing about %j',
    (actions) => {
      expect(told(actions, [])).toEqual([]);
    },
  );
});

describe('a service that the targets can not guard', () => {
  const guarding = (port: string, protocol = 'tcp') => ({ ...jail('iptables-multiport'), port, protocol });
  const codes = (port: string, protocol: string, ...configured: FirewallTarget[]) =>
    checkTargets(guarding(port, protocol), configured).map(({ code, severity }) => `${severity} ${code}`);

  it.each([
    ['ssh', 'tcp'],
    ['imap,imaps,pop3,pop3s,submission,sieve', 'tcp'],
    ['5060,5061', 'udp'],
    ['2222', 'tcp'],
    ['mysql', 'tcp'],
  ])('is an error on WAF alone: %s/%s', (port, protocol) => {
    expect(codes(port, protocol, 'waf')).toEqual(['error TARGET_CANNOT_STOP']);
    for (const other of FIREWALL_TARGETS.slice(1)) expect(codes(port, protocol, 'waf', other)).toEqual([]);
  });

  it.each(['http,https', '80', '8080:8081', 'http,https,8443'])('is none of these on WAF: %s', (port) => {
    expect(codes(port, 'tcp', 'waf')).toEqual([]);
  });

  it.each([
    ['0:65535', 'tcp'],
    ['all', 'all'],
    ['http,https,smtp', 'tcp'],
    ['http,https', 'tcp,udp'],
  ])('draws a warning where WAF can stop a part: %s/%s', (port, protocol) => {
    const expected = protocol === 'tcp,udp' ? [] : ['warning TARGET_STOPS_PART'];
    expect(codes(port, protocol, 'waf')).toEqual(expected);
  });

  it('names both ways out, where the action is written', () => {
    const [error] = checkTargets(guarding('ssh'), ['waf']);
    expect(error?.help).toMatch(/"blocklist": false out.*"networkAcls": .*port = http,https/);
    expect(error?.at).toEqual(AT);
  });

  it('is left to an operator who acknowledges it', () => {
    const acknowledged = [{ code: 'TARGET_CANNOT_STOP', reason: 'a rule of our own stops it' } as const];
    expect(checkTargets({ ...guarding('ssh'), acknowledged }, ['waf'])).toMatchObject([
      { severity: 'info', message: expect.stringContaining('acknowledged: a rule of our own stops it') },
    ]);
  });

  it('draws one remark for all jails that nothing but the block list enforces', () => {
    const jails = ['sshd', 'dovecot'].map((name) => ({ ...guarding('ssh'), name }));
    expect(onlyBlocklist(jails, ['waf', 'blocklist']).map(({ message }) => message)).toEqual([
      'jails sshd, dovecot: only servers that load the block list enforce their bans',
    ]);
    expect(onlyBlocklist([...jails, guarding('http,https')], ['waf', 'blocklist', 'network-acl'])).toEqual([]);
  });
});
