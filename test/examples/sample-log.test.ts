import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { contains, parseCidr } from '../../core/net/address.ts';
import { exemptions } from '../../core/protect/never-banned.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { askFail2ban } from '../conformance/python-filter/ask-fail2ban.ts';
import { bansOf, failuresOf } from '../filters/bans-of-log.ts';

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const lines = readFileSync(root('examples/sshd/auth.log'), 'utf8').trimEnd().split('\n');
const AFTER_THE_LOG = Date.parse('2026-11-22T00:00:00Z') / 1000;

const installed = existsSync('/etc/fail2ban/filter.d/sshd.conf');
if (!installed) console.warn('SKIPPED: the sample log as fail2ban reads it: fail2ban is not installed');

it.runIf(process.env['CI'] === 'true')('has fail2ban at hand where it must run', () => {
  expect(installed).toBe(true);
});

function sampleJail(set: Readonly<Record<string, string>> = {}): CompiledJail {
  const { compiled } = compileJails(configDirectory(root('examples/config')), { only: ['sshd'], set });
  const [jail] = compiled.jails;
  if (jail === undefined) throw new Error('the sample configuration has no sshd jail');
  return jail;
}

describe('the sample log', () => {
  it('names addresses of the documentation ranges only', () => {
    const documentation = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'].map(parseCidr);
    const strangers = lines
      .flatMap((line) => line.match(/\b\d+\.\d+\.\d+\.\d+\b|\b(?:[\da-f]+:){2,}[\da-f:]+/g) ?? [])
      .filter((text) => !/^\d\d:\d\d:\d\d$/.test(text))
      .filter((text) => {
        const address = parseCidr(text);
        return address && !documentation.some((range) => range && contains(range, address));
      });
    expect(strangers).toEqual([]);
  });

  it('leads to the bans its README lists', () => {
    const jail = sampleJail();
    const bans = bansOf(jail, failuresOf(jail, lines, AFTER_THE_LOG));
    expect(bans).toEqual([
      '22:10:32 198.51.100.23',
      '22:15:26 192.0.2.44',
      '22:19:50 198.51.100.150',
      '22:27:32 2001:db8:bad::/64',
      '22:32:17 198.51.100.150',
      '22:34:39 203.0.113.99',
      '22:40:26 192.0.2.44',
      '22:48:51 198.51.100.150',
      '22:54:30 2001:db8:bad::/64',
      '22:57:55 198.51.100.77',
      '23:08:34 198.51.100.77',
    ]);
    const table = readFileSync(root('examples/sshd/README.md'), 'utf8').split('\n');
    for (const ban of bans) {
      const [time = '', id = ''] = ban.split(' ');
      const row = table.find((line) => line.split('|')[1]?.trim() === id.replace('::/64', '::5'));
      expect(row, id).toContain(time);
    }
  });

  it('bans the scanner in mode aggressive', () => {
    const jail = sampleJail({ mode: 'aggressive' });
    const bans = bansOf(jail, failuresOf(jail, lines, AFTER_THE_LOG));
    expect(bans.some((ban) => ban.endsWith(' 192.0.2.200'))).toBe(true);
  });

  it('has no one banned who works there, even if ignoreip did not name them', () => {
    const jail = { ...sampleJail(), ignoreip: [] };
    const failures = failuresOf(jail, lines, AFTER_THE_LOG);
    const exempt = exemptions(sampleJail());
    const own = new Set(failures.map(({ id }) => id).filter((id) => exempt(id) !== undefined));
    expect([...own].sort()).toEqual(['192.0.2.10', '192.0.2.13', '2001:db8:5::12']);
    expect(bansOf(jail, failures)).toEqual(bansOf(sampleJail(), failures));
  });

  it.skipIf(!installed)('is read by the stock filter alike, forged names apart', () => {
    const job = { filter: 'sshd', options: {}, now: AFTER_THE_LOG, lines };
    const [stock = []] = askFail2ban([job]);
    const ours = new Map(
      failuresOf(sampleJail(), lines, AFTER_THE_LOG).map(({ eventId, id }) => [Number(eventId), id]),
    );
    const different = lines.filter((_, index) => stock[index]?.[0]?.[0] !== ours.get(index));
    expect(different.filter((line) => !line.includes('203.0.113.99'))).toEqual([]);
    expect(different).toHaveLength(5);
  });
});
