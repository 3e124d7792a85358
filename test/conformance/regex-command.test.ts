import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudjail } from '../cli/captured-terminal.ts';
import { corpusInstalled, FAIL2BAN_CONFIG } from './sample-corpus.ts';

const SAMPLES = '/usr/lib/python3/dist-packages/fail2ban/tests/files/logs';
const OPENSSH = fileURLToPath(new URL('../../../shared/logs/openssh-2k.log', import.meta.url));
const installed = corpusInstalled() && spawnSync('fail2ban-regex', ['-V']).status === 0;
if (!installed) console.warn('SKIPPED test/conformance/regex-command.test.ts: fail2ban is not installed');

/**
 * Filters with sessions, with lines that count as ignored, with several lines a match, with each
 * kind of date.
 */
const FILTERS = [
  'sshd',
  'sshd[mode=aggressive]',
  'postfix[mode=aggressive]',
  'dovecot',
  'asterisk',
  'exim',
  'apache-auth',
  'apache-noscript',
  'nginx-botsearch',
  'mongodb-auth',
  'guacamole',
  'named-refused',
  'recidive',
  'qmail',
  'sendmail-auth',
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudjail-regex-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Every number of a report, with what it is the number of; date templates in any order, for
 * fail2ban shows them as it has come to try them.
 */
function numbers(report: string): { readonly numbers: readonly string[]; readonly dates: readonly string[] } {
  const lines = report.split('\n');
  return {
    numbers: lines.flatMap(
      (line) => /^(?:Prefregex|Failregex|Ignoreregex|Lines): .*|^\|\s+\d+\) \[\d+\]/.exec(line) ?? [],
    ),
    dates: lines.filter((line) => /^\|\s+\[\d+\] /.test(line)).sort(),
  };
}

/** fail2ban waits for the rest of a line without a newline. */
function withNewline(log: string): string {
  const path = join(folder, `${Math.random()}.log`);
  writeFileSync(path, `${readFileSync(log, 'utf8').replace(/\n$/, '')}\n`);
  return path;
}

async function compare(log: string, filter: string, ...options: readonly string[]): Promise<void> {
  const args = ['--raw', ...options, '--config', FAIL2BAN_CONFIG, withNewline(log), filter];
  const env = { ...process.env, TZ: 'UTC' };
  const [theirs, ours] = await Promise.all([
    promisify(execFile)('fail2ban-regex', args, { env }),
    cloudjail('regex', ...args),
  ]);
  expect(ours.code).toBe(0);
  expect(numbers(ours.out)).toEqual(numbers(theirs.stdout));
  expect(numbers(ours.out).numbers.length).toBeGreaterThan(3);
}

it.runIf(process.env['CI'] === 'true')('has fail2ban at hand where it must run', () => expect(installed).toBe(true));

describe.skipIf(!installed)('the numbers of fail2ban-regex', () => {
  it.each(['sshd', 'postfix[mode=aggressive]', 'dovecot', 'exim'])(
    'has the numbers of fail2ban-regex that stops at the first match: %s',
    async (filter) => {
      await compare(join(SAMPLES, filter.replace(/\[.*/, '')), filter, '--no-check-all');
    },
  );

  it.each(FILTERS)('are ours on the samples of %s', async (filter) => {
    await compare(join(SAMPLES, filter.replace(/\[.*/, '')), filter);
  });

  it.skipIf(!existsSync(OPENSSH))('are ours on a real OpenSSH log', async () => {
    await compare(OPENSSH, 'sshd');
    await compare(OPENSSH, 'sshd[mode=aggressive]');
  });

  it('are ours for a failregex and an ignoreregex of the command line', async () => {
    const log = withNewline(join(SAMPLES, 'sshd'));
    const args = ['--raw', log, 'Failed \\S+ for .* from <HOST>', 'invalid user'];
    const env = { ...process.env, TZ: 'UTC' };
    const [theirs, ours] = await Promise.all([
      promisify(execFile)('fail2ban-regex', args, { env }),
      cloudjail('regex', ...args),
    ]);
    expect(numbers(ours.out)).toEqual(numbers(theirs.stdout));
  });
});
