import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { authLog } from '../../bench/auth-log.ts';
import { cloudjail } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const LAUNCHER = fileURLToPath(new URL('../../../cli/cloudjail.mjs', import.meta.url));
const { file } = temporaryFolder();

/** Large enough for a thread of its own: more than 16 MiB. */
const LINES = 180_000;
const text = `${Array.from(authLog(LINES, 10), (line) => line.text).join('\n')}\n`;
const ARGUMENTS = ['replay', '--json', '--found', '--jail', 'sshd', '--jail', 'recidive'];

/** The real process, which runs from the bundle and may start threads. */
async function byProcess(log: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const run = promisify(execFile)(process.execPath, [LAUNCHER, ...ARGUMENTS, log], { maxBuffer: 2 ** 28 });
  return await run.catch((error: { readonly stdout: string; readonly stderr: string }) => error);
}

describe('a log scanned by a thread of its own', () => {
  it('comes to what it comes to in one thread, line for line', async () => {
    const log = file('auth.log', text);
    const here = await cloudjail(...ARGUMENTS, log);
    const apart = await byProcess(log);
    expect(here.out.split('\n').length).toBeGreaterThan(LINES / 10);
    expect(apart).toEqual({ stdout: here.out, stderr: here.err });
  });

  it('reports a file that breaks off, with what came before', async () => {
    // Stored, not compressed: the file itself must be large.
    const whole = gzipSync(text, { level: 0 });
    const log = file('auth.log.gz', whole.subarray(0, whole.length - 1000));
    const here = await cloudjail(...ARGUMENTS, log);
    const apart = await byProcess(log);
    expect(here.err).toContain('cannot be read to its end');
    expect(apart).toMatchObject({ stdout: here.out, stderr: here.err, code: 2 });
  });
});
