import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actionTarget } from '../../../core/config/actions.ts';

describe('actionTarget', () => {
  it.each([
    ...['waf', 'network-acl', 'security-group', 'prefix-list', 'blocklist', 'sns', 'dry-run'].map((name) => [
      name,
      name,
    ]),
    ...['iptables', 'iptables-multiport', 'iptables-ipset-proto6-allports', 'nftables', 'nftables-allports', 'ufw'].map(
      (name) => [name, 'stack'],
    ),
    ...['firewallcmd-rich-rules', 'ipfw', 'bsd-ipfw', 'pf', 'npf', 'hostsdeny', 'shorewall-ipset-proto6', 'route'].map(
      (name) => [name, 'stack'],
    ),
    ...['ipset', 'csf', 'csf-ip-deny', 'cloudflare-token', 'mikrotik'].map((name) => [name, 'stack']),
    ...['mail', 'mail-whois-lines', 'sendmail', 'sendmail-whois-ipjailmatches', 'smtp.py', 'apprise'].map((name) => [
      name,
      'sns',
    ]),
    ...['abuseipdb', 'blocklist_de', 'complain', 'my-script', 'wafer', 'pffft', 'mailer'].map((name) => [
      name,
      'unsupported',
    ]),
    ['dummy', 'none'],
  ])('%s: %s', (name, target) => {
    expect(actionTarget(name)).toBe(target);
  });

  it.skipIf(!existsSync('/etc/fail2ban/action.d'))('knows every stock action that bans', () => {
    const names = readdirSync('/etc/fail2ban/action.d').map((file) => file.replace(/\.conf$/, ''));
    const unsupported = names.filter((name) => actionTarget(name) === 'unsupported');
    expect(unsupported.sort()).toEqual([
      ...['abuseipdb', 'blocklist_de', 'complain', 'dshield', 'helpers-common', 'ipthreat', 'mynetwatchman'],
      ...['nginx-block-map', 'nsupdate', 'xarf-login-attack'],
    ]);
  });
});
