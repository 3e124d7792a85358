import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vmWatch } from '../../../aws/vm-watch.ts';
import { backtracking } from '../../../cli/check/backtracking.ts';
import { findForgery } from '../../../core/forgery/forgery.ts';
import { isStockFailregex } from '../../../core/forgery/stock-failregexes.ts';
import { configDirectory } from '../../../filters/config-directory.ts';
import { inspectedJails } from './one-jail.ts';

const STOCK = '/etc/fail2ban';
const installed = statSync(`${STOCK}/filter.d/sshd.conf`, { throwIfNoEntry: false }) !== undefined;
if (!installed) {
  if (process.env['CI'] === 'true') throw new Error('fail2ban must be installed: its filters are checked');
  console.warn('SKIPPED: the check of the filters that fail2ban ships, which is not installed');
}

const watch = vmWatch();
const SOUND = { verdict: async () => ({ kind: 'sound' as const }) };

/** The jails of fail2ban 1.0.2 of which some failregex is forgeable for sure. */
const FORGEABLE: Readonly<Record<'eaten' | 'chosen', readonly string[]>> = {
  eaten: [],
  chosen: ['asterisk', 'pam-generic', 'pure-ftpd', 'sshd'],
};
/** Those with a repetition of a repetition that blows up. */
const EXPONENTIAL = ['apache-modsecurity', 'courier-auth', 'dovecot', 'domino-smtp', 'exim', 'grafana'];

describe.skipIf(!installed)('the filters that fail2ban ships', () => {
  const jails = installed ? inspectedJails(configDirectory(STOCK)) : [];
  const forgeries = jails.flatMap((jail) =>
    jail.failregex.flatMap((regex) => {
      const forgery = findForgery(jail, regex);
      return forgery ? [{ jail: jail.name, failregex: regex.text.value, ...forgery }] : [];
    }),
  );

  it('are all looked at', () => {
    expect(jails.length).toBeGreaterThan(85);
  });

  it.each(['eaten', 'chosen'] as const)('are forgeable in known jails only: %s', (kind) => {
    const found = forgeries.filter((forgery) => forgery.kind === kind).map(({ jail }) => jail);
    expect([...new Set(found)].sort()).toEqual(FORGEABLE[kind]);
  });

  it('deploy all the same, for they are known', () => {
    const sure = forgeries.filter(({ kind }) => kind === 'chosen' || kind === 'eaten');
    expect(sure.filter(({ failregex }) => !isStockFailregex(failregex))).toEqual([]);
    expect(sure.length).toBeGreaterThan(2);
  });

  it('ban the victim in fail2ban itself, too', () => {
    const sure = forgeries.filter(({ kind }) => kind === 'chosen');
    expect(sure.length).toBeGreaterThan(2);
    for (const { jail, line, victim } of sure) {
      const filter = `${STOCK}/filter.d/${jail}.conf`;
      const found = execFileSync('fail2ban-regex', ['-o', 'id', line, filter], { stdio: ['ignore', 'pipe', 'ignore'] });
      expect(found.toString().trim()).toBe(victim);
    }
  });

  it('blow up on a repetition of a repetition in known jails only', async () => {
    const found = new Set<string>();
    for (const jail of jails) {
      const { prefregex, failregex, ignoreregex } = jail;
      for (const regex of [...(prefregex ? [prefregex] : []), ...failregex, ...ignoreregex]) {
        const finding = await backtracking(jail, regex, SOUND, watch);
        if (finding?.code === 'EXPONENTIAL_BACKTRACKING') found.add(jail.name);
      }
    }
    expect([...found].sort()).toEqual([...EXPONENTIAL].sort());
  }, 120_000);
});
