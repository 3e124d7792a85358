import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileDirectory } from '../../infra/compile-directory.ts';
import { ConfigurationError } from '../../infra/settings/configuration-error.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cloudjail-config-'));
  mkdirSync(join(directory, 'filter.d'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(directory, path), text);
}

describe('compileDirectory', () => {
  it('guards sshd with the filters we ship when there is no directory', () => {
    const { jails, remarks } = compileDirectory(undefined, ['waf', 'network-acl']);
    expect(jails.jails.map(({ name }) => name)).toEqual(['sshd']);
    expect(remarks).toEqual([]);
  });

  it('compiles the jails a directory enables', () => {
    write('jail.local', '[sshd]\nenabled = true\nmaxretry = 3\n');
    expect(compileDirectory(directory, ['blocklist']).jails.jails).toMatchObject([{ name: 'sshd', maxretry: 3 }]);
  });

  it('passes on what is worth knowing, with its source line', () => {
    write('jail.local', '[sshd]\nenabled = true\nusedns = banana\n');
    const { remarks } = compileDirectory(directory, ['security-group']);
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toContain('3 | usedns = banana\n');
  });

  it('refuses a directory with an error, and reports every one', () => {
    write('jail.local', '[one]\nenabled = true\nlogpath = /x\n\n[two]\nenabled = true\nlogpath = /y\n');
    write('filter.d/one.conf', '[Definition]\nfailregex = ^(denied <HOST>$\n');
    write('filter.d/two.conf', '[Definition]\nfailregex = ^nobody$\n');
    const subject = () => compileDirectory(directory, ['waf']);
    expect(subject).toThrow(ConfigurationError);
    expect(subject).toThrow(/--> filter.d\/one.conf:2:[\s\S]*--> filter.d\/two.conf:2:/);
  });

  it('refuses a failregex that is proven to ban another address, until the jail acknowledges it', () => {
    const jail = '[one]\nenabled = true\nport = http\nlogpath = /x\n';
    write('jail.local', jail);
    write('filter.d/one.conf', '[Definition]\nfailregex = denied .*<HOST>:\\d+$\n');
    expect(() => compileDirectory(directory, ['blocklist'])).toThrow(
      /^error\[FORGEABLE_ADDRESS\]: [\s\S]*--> filter.d\/one.conf:2:[\s\S]*between '\.\*' and <HOST>/m,
    );
    write('jail.local', `${jail}acknowledge = FORGEABLE_ADDRESS the log is ours\n`);
    const { jails, remarks } = compileDirectory(directory, ['blocklist']);
    expect(jails.jails).toHaveLength(1);
    expect(remarks.filter((remark) => remark.startsWith('info[FORGEABLE_ADDRESS]'))).toHaveLength(1);
  });

  it('refuses a jail for a target that is not configured, where the action is written', () => {
    write('jail.local', '[sshd]\nenabled = true\naction = waf\n         network-acl\n');
    expect(() => compileDirectory(directory, ['waf'])).toThrow(
      /^error\[TARGET_NOT_CONFIGURED\]: jail sshd: action network-acl: the stack has no network-acl[\s\S]*--> jail.local:4:10[\s\S]*"networkAcls": /m,
    );
    expect(compileDirectory(directory, ['waf', 'network-acl']).remarks).toEqual([]);
  });

  it('refuses a jail whose service no target of the stack can guard, and names both ways out', () => {
    write('jail.local', '[sshd]\nenabled = true\n');
    const subject = () => compileDirectory(directory, ['waf']);
    expect(subject).toThrow(/^error\[TARGET_CANNOT_STOP\]: jail sshd guards port ssh \(tcp\), and WAF sees HTTP alone/);
    expect(subject).toThrow(/"blocklist": false out[\s\S]*"networkAcls": /);
  });

  it('refuses a directory that is none', () => {
    expect(() => compileDirectory('no/such/place', ['waf'])).toThrow(
      new ConfigurationError('configDirectory: no/such/place: no such directory'),
    );
  });
});
