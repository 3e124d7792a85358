import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocklist } from '../../core/enforce/blocklist/blocklist.ts';
import { renderBlocklist } from '../../core/enforce/blocklist/formats.ts';
import { missingPrograms, withSbin } from './network-lab.ts';

const LIST = blocklist(
  ['9.9.9.9', '198.51.0.0/22', '198.51.1.0/24', '2001:db8::/64', '2001:db8:1::7', '44.0.0.0/6'],
  1,
);
const BANNED = ['9.9.9.9', '198.51.3.255', '198.51.1.1', '2001:db8::5', '2001:db8:1::7', '47.255.255.255'];
const FREE = ['9.9.9.8', '198.51.4.0', '2001:db8:0:1::', '2001:db8:1::8', '48.0.0.0'];

/** The programs that read the lists judge them. */
const absent = missingPrograms('nginx', 'tcpdmatch', 'shellcheck');
if (absent.length > 0) console.warn(`SKIPPED: published lists read by: ${absent.join(', ')} (not installed)`);

it.runIf(process.env['CI'] === 'true')('CI has the programs that read the published lists', () => {
  expect(absent).toEqual([]);
});

describe('published lists', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cloudjail-lists-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.skipIf(absent.includes('tcpdmatch'))('hosts.deny: TCP wrappers deny who is banned and grant the others', () => {
    writeFileSync(join(folder, 'hosts.deny'), renderBlocklist('hosts.deny', LIST));
    writeFileSync(join(folder, 'hosts.allow'), '');
    writeFileSync(join(folder, 'inetd.conf'), 'ssh stream tcp nowait root /usr/sbin/tcpd sshd\n');
    const denies = (address: string): boolean => {
      const options = { cwd: folder, encoding: 'utf8', env: withSbin() } as const;
      return execFileSync('tcpdmatch', ['-d', '-i', 'inetd.conf', 'sshd', address], options).includes('denied');
    };
    expect(BANNED.filter((address) => !denies(address))).toEqual([]);
    expect(FREE.filter(denies)).toEqual([]);
  });

  it.skipIf(absent.includes('nginx'))('nginx-deny.conf: nginx takes it without a warning', () => {
    writeFileSync(join(folder, 'nginx-deny.conf'), renderBlocklist('nginx', LIST));
    const config = `pid ${folder}/pid; error_log ${folder}/log; events {}
      http { access_log off; server { listen unix:${folder}/socket; include ${folder}/nginx-deny.conf; } }`;
    writeFileSync(join(folder, 'nginx.conf'), config);
    const options = { encoding: 'utf8', env: withSbin() } as const;
    const { status, stderr } = spawnSync('nginx', ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')], options);
    expect([status, stderr.split('\n').filter((line) => /warn|emerg/.test(line) && !line.includes('"user"'))]).toEqual([
      0,
      [],
    ]);
  });
});

it.skipIf(absent.includes('shellcheck'))('shellcheck finds nothing in what hosts run', () => {
  const scripts = ['hosts/install.sh', 'hosts/cloudjail-blocklist'];
  expect(spawnSync('shellcheck', scripts, { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') }).stdout).toBe(
    '',
  );
});
