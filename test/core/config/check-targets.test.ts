import { describe, expect, it } from 'vitest';
import { FIREWALL_TARGETS, type FirewallTarget } from '../../../core/config/actions.ts';
import { checkTargets } from '../../../core/config/check-targets.ts';

const AT = { file: 'jail.local', line: 7, column: 10, length: 3 };
const jail = (...names: readonly string[]) => ({
  name: 'sshd',
  actions: names.map((name) => ({ name, args: {}, at: AT })),
});
const told = (actions: readonly string[], configured: readonly FirewallTarget[]) =>
  checkTargets(jail(...actions), configured);

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
    'says nothing of %j',
    (actions) => {
      expect(told(actions, [])).toEqual([]);
    },
  );
});
