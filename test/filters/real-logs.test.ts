import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileJails } from '../../core/compile/compile-jails.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { askFail2ban } from '../conformance/python-filter/ask-fail2ban.ts';
import { bansOf, failuresOf } from './bans-of-log.ts';

const OPENSSH = fileURLToPath(new URL('../../../shared/logs/openssh-2k.log', import.meta.url));
const APACHE = fileURLToPath(new URL('../../../shared/logs/apache-error-2k.log', import.meta.url));
const present = existsSync(OPENSSH) && existsSync(APACHE);
const installed = existsSync('/etc/fail2ban/filter.d/sshd.conf');
if (!present) console.warn(`SKIPPED: shipped filters on real logs: there is no ${OPENSSH} (loghub's OpenSSH_2k.log)`);
if (!installed) console.warn('SKIPPED: the sshd filter beside the stock one: fail2ban is not installed');

it.runIf(process.env['CI'] === 'true')('has fail2ban at hand where it must run', () => {
  expect(installed).toBe(true);
});

/** 2016-12-12, two days after the log ends. */
const AFTER_THE_LOG = 1_481_500_000;

function shippedJail(name: string, set: Readonly<Record<string, string>> = {}): CompiledJail {
  const { compiled, diagnostics } = compileJails(configDirectory(), { only: [name], set });
  expect(diagnostics).toEqual([]);
  const [jail] = compiled.jails;
  if (jail === undefined) throw new Error(`${name} was not compiled`);
  return jail;
}

const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);

describe.skipIf(!present)('the sshd jail on the log of a real server', () => {
  it.each(['normal', 'aggressive'])('in mode %s bans fourteen times at the shipped defaults', (mode) => {
    const jail = shippedJail('sshd', { mode });
    const bans = bansOf(jail, failuresOf(jail, linesOf(OPENSSH), AFTER_THE_LOG));
    expect(bans.map((ban) => ban.slice(9)).sort()).toEqual([
      ...['103.207.39.16', '103.207.39.212', '103.99.0.122', '103.99.0.122', '112.95.230.3', '119.4.203.64'],
      ...['123.235.32.19', '183.62.140.253', '183.62.140.253', '185.190.58.151', '187.141.143.180'],
      ...['195.154.37.122', '5.188.10.180', '60.2.12.12'],
    ]);
  });

  /**
   * The stock filter follows a connection from line to line and so counts "Disconnecting: Too many
   * authentication failures", which names no address; ours takes each line alone, and counts
   * "message repeated N times" once.
   */
  it.skipIf(!installed).each(['normal', 'aggressive'])(
    'in mode %s counts what the stock filter counts, but for five lines',
    (mode) => {
      const lines = linesOf(OPENSSH);
      const [stock = []] = askFail2ban([{ filter: 'sshd', options: { mode }, now: AFTER_THE_LOG, lines }]);
      const ours = new Map(
        failuresOf(shippedJail('sshd', { mode }), lines, AFTER_THE_LOG).map(({ eventId, id }) => [Number(eventId), id]),
      );
      const different = lines.filter((_, index) => stock[index]?.[0]?.[0] !== ours.get(index));
      const kinds = different.map(
        (line) => /Too many authentication failures|message repeated/.exec(line)?.[0] ?? line,
      );
      expect(kinds.sort()).toEqual([
        ...Array<string>(3).fill('Too many authentication failures'),
        ...Array<string>(2).fill('message repeated'),
      ]);
    },
  );
});

describe.skipIf(!present)('the Apache jails on the log of a real server', () => {
  it.each(['apache-auth', 'apache-botsearch', 'apache-noscript', 'apache-overflows'])(
    '%s finds nothing to hold against its visitors',
    (name) => {
      expect(failuresOf(shippedJail(name), linesOf(APACHE), AFTER_THE_LOG)).toEqual([]);
    },
  );
});
