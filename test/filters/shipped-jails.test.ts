import { describe, expect, it } from 'vitest';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { actionTarget } from '../../core/config/actions.ts';
import type { ConfigFiles } from '../../core/config/config-files.ts';
import { readJails } from '../../core/config/read-jails.ts';
import { configDirectory } from '../../filters/config-directory.ts';

const shipped = configDirectory();

/** The shipped configuration with a jail.local of an operator's over it. */
function withJailLocal(text: string): ConfigFiles {
  return {
    read: (path) => (path === 'jail.local' ? text : shipped.read(path)),
    list: (folder) => shipped.list(folder),
  };
}

describe('the shipped jails', () => {
  const names = readJails(shipped).jails.map(({ name }) => name);

  it('are all off', () => {
    expect(readJails(shipped).jails.filter(({ enabled }) => enabled)).toEqual([]);
  });

  it('compile without a word of complaint, each of them', () => {
    const { compiled, diagnostics } = compileJails(shipped, { only: names });
    expect(diagnostics).toEqual([]);
    expect(compiled.jails.map(({ name }) => name)).toEqual(names);
  });

  it('ban by the targets of the stack', () => {
    const { compiled } = compileJails(shipped, { only: names });
    const targets = compiled.jails.flatMap(({ actions }) => actions.map(({ name }) => actionTarget(name)));
    expect(new Set(targets)).toEqual(new Set(['stack']));
  });

  it('are a whole configuration with two lines', () => {
    const { compiled, diagnostics } = compileJails(withJailLocal('[sshd]\nenabled = true\n'));
    expect(diagnostics).toEqual([]);
    expect(compiled.jails).toMatchObject([
      { name: 'sshd', loggroups: ['/cloudjail/var/log/auth.log'], maxretry: 5, findtime: 600, bantime: 600 },
    ]);
  });

  it.each(['normal', 'ddos', 'extra', 'aggressive'])('read sshd in mode %s', (mode) => {
    const { diagnostics } = compileJails(shipped, { only: ['sshd'], set: { mode } });
    expect(diagnostics).toEqual([]);
  });
});

describe('a jail.local written for fail2ban', () => {
  it('finds the names it refers to', () => {
    const { compiled, diagnostics } = compileJails(
      withJailLocal(
        `[DEFAULT]
destemail = ops@example.com
sender    = fail2ban@example.com
mta       = sendmail
banaction = iptables-multiport
banaction_allports = iptables-allports
action    = %(action_mwl)s

[sshd]
enabled  = true
port     = 2222
filter   = sshd[mode=aggressive, publickey=any]
logpath  = %(sshd_log)s
backend  = %(sshd_backend)s

[postfix-sasl]
enabled  = true
action   = %(action_mw)s

[recidive]
enabled  = true
banaction = %(banaction_allports)s

[my-app]
enabled  = true
port     = http,https
filter   =
failregex = ^<HOST> denied$
logpath  = %(syslog_daemon)s
`.replace('%(known/nothing)s', ''),
      ),
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const actions = new Map(compiled.jails.map((jail) => [jail.name, jail.actions.map(({ name }) => name)]));
    expect(Object.fromEntries(actions)).toEqual({
      sshd: ['iptables-multiport', 'sendmail-whois-lines'],
      'postfix-sasl': ['iptables-multiport', 'sendmail-whois'],
      recidive: ['iptables-allports', 'sendmail-whois-lines'],
      'my-app': ['iptables-multiport', 'sendmail-whois-lines'],
    });
  });

  it('may take its paths from the Red Hat family', () => {
    const { compiled } = compileJails(
      withJailLocal('[INCLUDES]\nbefore = paths-fedora.conf\n[sshd]\nenabled = true\n[dovecot]\nenabled = true\n'),
    );
    expect(compiled.jails.map(({ loggroups }) => loggroups)).toEqual([
      ['/cloudjail/var/log/secure'],
      ['/cloudjail/var/log/maillog'],
    ]);
  });
});
