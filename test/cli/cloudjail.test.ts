import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cloudjail } from './captured-terminal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const LAUNCHER = fileURLToPath(new URL('../../cli/cloudjail.mjs', import.meta.url));
const { file, path } = temporaryFolder();

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real process. `hangUp`: the reader of its output goes away after the first piece. */
function run(args: readonly string[], hangUp = false): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args], { cwd: path('.') });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => {
      stdout += data;
      if (hangUp) child.stdout.destroy();
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const LOG = Array.from(
  { length: 6 },
  (_, i) => `Dec 10 07:00:0${i} srv sshd[${i}]: Failed password for root from 198.18.255.${i % 2} port 22 ssh2\n`,
).join('');

describe('an exit code', () => {
  it.each([
    ['help that was asked for', ['--help'], 0],
    ["a command's help", ['replay', '--help'], 0],
    ['a missing command', [], 2],
    ['an unknown command', ['reply'], 2],
    ['an unknown option', ['replay', '--jial', 'sshd', 'x.log'], 2],
    ['a missing argument', ['regex', 'x.log'], 2],
    ['a missing log', ['replay', '--jail', 'sshd', 'missing.log'], 2],
    ['a missing configuration', ['check', '--config', 'missing'], 2],
    ['a jail that does not exist', ['check', '--jail', 'shsd'], 1],
  ])('is right for %s, with a message', async (_, args, expected) => {
    const { code, out, err } = await cloudjail(...args);
    expect(code).toBe(expected);
    if (code === 0) expect(out).toMatch(/^Usage: cloudjail/);
    else expect(out + err).not.toBe('');
  });
});

describe('the process', () => {
  it('exits with the code, and without a stack trace', async () => {
    const ended = await run(['replay', '--jail', 'sshd', 'missing.log']);
    expect(ended).toEqual({ code: 2, stdout: '', stderr: 'missing.log: no such file\n' });
  });

  it('works from any folder', async () => {
    const log = file('auth.log', LOG);
    const ended = await run([
      'replay',
      '--json',
      '--jail',
      'sshd',
      '--set',
      'maxretry=2',
      '--set',
      'banreserved=198.18.0.0/15',
      log,
    ]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/"event":"summary","lines":6,"attempts":6,"bans":2,"unbans":2\}\n$/);
  });

  it('stops quietly when its reader has gone', async () => {
    const log = file('long.log', LOG.repeat(20_000));
    const ended = await run(['replay', '--json', '--found', '--jail', 'sshd', log], true);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });
});
