import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

const LAUNCHER = fileURLToPath(new URL('../../../cli/cloudjail.mjs', import.meta.url));
const { file, path } = temporaryFolder();
const LOG = Array.from(
  { length: 4 },
  (_, i) => `Dec 10 07:00:0${i} srv sshd[${i}]: Failed password for root from 8.8.8.8 port 22 ssh2\n`,
).join('');

beforeAll(() => {
  file('auth.log', LOG);
  file('auth.log.gz', gzipSync(LOG));
  file('empty.log', '');
  file('auth.log.xz', Uint8Array.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2, 3]));
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line for bash, in which `cloudjail` is the command and `|` a real pipe. */
function bash(line: string): Promise<Ended> {
  const script = `cloudjail() { "$NODE" "$LAUNCHER" "$@"; }; ${line}`;
  const options = { cwd: path('.'), env: { ...process.env, NODE: process.execPath, LAUNCHER } };
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], options, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const REPLAY = 'cloudjail replay --json --jail sshd --set maxretry=4';
const SUMMARY = '{"event":"summary","lines":4,"attempts":4,"bans":1,"unbans":1}\n';

describe('a log through a pipe', () => {
  it.each([
    ['a pipe', `cat auth.log | ${REPLAY} -`],
    ['/dev/stdin', `cat auth.log | ${REPLAY} /dev/stdin`],
    ['a file as standard input', `${REPLAY} - < auth.log`],
    ['process substitution', `${REPLAY} <(cat auth.log)`],
    ['gzip through a pipe', `cat auth.log.gz | ${REPLAY} -`],
    ['gzip in pieces', `(head -c 1 auth.log.gz; sleep 0.2; tail -c +2 auth.log.gz) | ${REPLAY} -`],
    ['two logs', `head -n 2 auth.log | ${REPLAY} - <(tail -n 2 auth.log)`],
  ])('is replayed: %s', async (_, line) => {
    const ended = await bash(line);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.endsWith(SUMMARY)).toBe(true);
  });

  it.each([
    ['a pipe', 'cat auth.log | cloudjail regex - sshd -o ip'],
    ['/dev/stdin', 'cat auth.log.gz | cloudjail regex /dev/stdin sshd -o ip'],
    ['process substitution', 'cloudjail regex <(cat auth.log) sshd -o ip'],
  ])('is tested: %s', async (_, line) => {
    expect(await bash(line)).toEqual({ code: 0, stdout: '8.8.8.8\n'.repeat(4), stderr: '' });
  });

  it('is played', async () => {
    const { code, stdout } = await bash('cat auth.log.gz | cloudjail demo - --json --jail sshd --set maxretry=4');
    expect(code).toBe(0);
    expect(stdout.endsWith(SUMMARY)).toBe(true);
  });

  it('may be empty', async () => {
    const { code, stdout } = await bash(`${REPLAY} - < empty.log`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: SUMMARY.replace(/\d+/g, '0') });
  });

  it('may never end: a command that fails does not wait for it', async () => {
    const ended = await bash('cloudjail replay <(cat auth.log; exec sleep 30 2>&-) --jail shsd; echo ended');
    expect(ended).toMatchObject({
      code: 0,
      stdout: 'ended\n',
      stderr: expect.stringContaining('did you mean "sshd"?'),
    });
  });

  it.each([
    ['the same twice', `cat auth.log | ${REPLAY} - -`, 'standard input can be read once only'],
    ['a damaged one', `head -c 60 auth.log.gz | ${REPLAY} -`, 'standard input: cannot be read to its end'],
    ['a binary', `printf 'a\\0bcdefgh' | ${REPLAY} -`, 'standard input: a binary file'],
    ['another compression', `cat auth.log.xz | ${REPLAY} -`, 'xz -dc FILE | cloudjail'],
    ['a descriptor that npx has closed', `${REPLAY} /dev/fd/77`, '/dev/fd/77: no such file; npx does not hand'],
  ])('is refused in words: %s', async (_, line, message) => {
    const ended = await bash(line);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
  });
});
