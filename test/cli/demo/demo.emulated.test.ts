import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../cli/output/run-event.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SAMPLE = 'examples/sshd/auth.log';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudjail-start-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const [program = '', ...words]: readonly string[] = scripts.start.split(' ');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `npm start -- …args` runs. */
function start(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const executable = program === 'node' ? process.execPath : join(ROOT, 'node_modules/.bin', program);
    execFile(executable, [...words, ...args], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const eventsOf = (ended: Ended): RunEvent[] =>
  ended.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent);

describe('npm start', { timeout: 90_000 }, () => {
  it('plays the sample log: bans made, listed, lifted', async () => {
    const ended = await start('--json');
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    const events = eventsOf(ended);
    const bans = events.filter((event) => event.event === 'ban');
    const unbans = events.filter((event) => event.event === 'unban');
    const ipsets = events.filter((event) => event.event === 'ipset');
    expect(bans.length).toBeGreaterThan(2);
    expect(unbans).toHaveLength(bans.length);
    expect(ipsets.map((set) => set.family)).toEqual(['IPV4', 'IPV6', 'IPV4', 'IPV6']);
    expect(ipsets.slice(0, 2).flatMap((set) => set.addresses)).not.toEqual([]);
    expect(ipsets.slice(2).flatMap((set) => set.addresses)).toEqual([]);
    const lines = readFileSync(join(ROOT, SAMPLE), 'utf8').trimEnd().split('\n').length;
    expect(events.at(-1)).toMatchObject({ event: 'summary', lines, bans: bans.length, unbans: unbans.length });
    for (const ban of bans) {
      const unban = unbans.find((event) => event.id === ban.id && event.time >= ban.time);
      expect(unban && unban.time - (ban.until ?? 0)).toBeGreaterThan(0);
      expect(unban && unban.time - (ban.until ?? 0)).toBeLessThanOrEqual(60);
    }
  });

  it('prints the same as text for people, without color or bar when it is no terminal', async () => {
    const ended = await start();
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/Ban .*\[sshd\].* until .*5 attempts/);
    expect(ended.stdout).toMatch(/Unban .*\[sshd\]/);
    expect(ended.stdout).toMatch(/WAF IP set IPV4: \d+\n {4}/);
    expect(ended.stdout).toMatch(/\d+ lines, \d+ attempts, \d+ bans, \d+ unbans\n$/);
    expect(ended.stdout).not.toMatch(/\x1b|\r/);
  });

  it('plays a jail for a target that the stack lacks, and reports that it would not be deployed', async () => {
    const config = mkdtempSync(join(folder, 'config-'));
    writeFileSync(
      join(config, 'jail.local'),
      '[sshd]\nenabled = true\naction = network-acl\nbanreserved = 192.0.2.0/24\n',
    );
    const ended = await start('--json', '--config', config);
    expect(ended.stderr).toMatch(/^warning\[TARGET_NOT_CONFIGURED\]: jail sshd: action network-acl: /);
    expect(ended.stderr).toContain('3 | action = network-acl\n');
    expect(eventsOf(ended).filter(({ event }) => event === 'ban').length).toBeGreaterThan(0);
    expect(ended.code).toBe(0);
  });

  it('reads gzip as it reads text', async () => {
    const zipped = file('auth.log.gz', gzipSync(readFileSync(join(ROOT, SAMPLE))));
    const [plain, gzip] = [await start('--json'), await start(zipped, '--json')];
    expect(gzip.code).toBe(0);
    expect(gzip.stdout).toBe(plain.stdout);
  });

  it('reports that an empty file is empty', async () => {
    const ended = await start(file('empty.log', ''), '--json');
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('is empty') });
    expect(eventsOf(ended).at(-1)).toEqual({ event: 'summary', lines: 0, attempts: 0, bans: 0, unbans: 0 });
  });

  it.each([
    ['a missing file', () => ['/no/such.log'], 2, '/no/such.log: no such file'],
    ['a directory', () => [folder], 2, 'is a directory'],
    ['a binary file', () => [file('core', new Uint8Array([127, 69, 76, 70, 0, 1, 2]))], 2, 'a binary file'],
    ['two logs', () => ['a.log', 'b.log'], 2, 'too many arguments'],
    ['an unknown option', () => ['--jial', 'sshd'], 2, '--jial'],
    ['an unknown jail', () => ['--jail', 'sshhd'], 2, 'did you mean "sshd"?'],
    ['a missing configuration', () => ['--config', '/no/such'], 2, '/no/such: no such directory'],
    [
      'a broken gzip file',
      () => [file('cut.gz', gzipSync(readFileSync(join(ROOT, SAMPLE))).subarray(0, 500))],
      2,
      'cannot be read',
    ],
  ] as const)('%s gets a clear answer', async (_, args, code, message) => {
    const ended = await start(...args());
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toMatch(/\n {4}at /);
    expect(ended.code).toBe(code);
  });
});
