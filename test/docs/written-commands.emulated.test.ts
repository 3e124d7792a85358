import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../aws/system-clock.ts';
import { COMMAND_LIST, loadCommand } from '../../cli/command-list.ts';
import { terminalOn } from '../../cli/terminal.ts';
import { cloudjail } from '../cli/captured-terminal.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { type WrittenCommand, writtenCommands, writtenScripts } from './written-commands.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMANDS = writtenCommands();
const { file, path } = temporaryFolder();
const AUTH_LOG = readFileSync(`${ROOT}/examples/sshd/auth.log`);
file('auth.log', AUTH_LOG);
file('auth.log.gz', gzipSync(AUTH_LOG));
file('access.log', '198.51.100.7 - - [21/Nov/2026:22:00:00 +0000] "GET / HTTP/1.1" 200 1\n');

/** A pattern for the reader and not a command: `status [JAIL]`, `cloudjail …`. */
function isPattern({ words }: WrittenCommand): boolean {
  return (
    words[0] === 'COMMAND' ||
    words.some((word) => /[…[\]<>]/.test(word) && !/^sshd\[mode=|<(?:HOST|ip|time|F-USER)>/.test(word))
  );
}

/** It asks no AWS, and its input is at hand. */
function runsHere({ words: [name = '', ...words], piped }: WrittenCommand): boolean {
  const here = ['demo', 'replay', 'regex', 'check', 'dump', 'agent-config', 'cost'];
  // To inspect every jail takes minutes.
  const asksAws = words.some((word) => ['--aws', '--loggroup', '--all'].includes(word));
  return here.includes(name) && !asksAws && !piped && !words.some((word) => /^[A-Z]{2,}$/.test(word));
}

/** The word, with files of the reader's replaced by files that are there. */
function atHand(word: string, before: string | undefined): string {
  if (before === '--output') return path('written.json');
  if (word === '/etc/fail2ban') return `${ROOT}/examples/config`;
  const [, name, packed] = /^(?:\/var\/log\/)?(auth|access)\.log(?:\.\d)?(\.gz)?$/.exec(word) ?? [];
  return name === undefined ? word : path(`${name}.log${name === 'auth' ? (packed ?? '') : ''}`);
}

const unique = (commands: readonly WrittenCommand[]): readonly (readonly [string, WrittenCommand])[] => [
  ...new Map(commands.map((one) => [one.words.join(' '), [one.text, one] as const])).values(),
];

async function parsed([name = '', ...words]: readonly string[]): Promise<void> {
  const listed = COMMAND_LIST.find((one) => one.name === name);
  if (!listed) throw new Error(`there is no command ${name}`);
  const nowhere = { write() {}, writeError() {}, congestion: () => undefined, columns: undefined, colored: false };
  const command = await loadCommand(listed, terminalOn({ ...nowhere, clock: systemClock }));
  command.exitOverride().configureOutput({ writeErr() {}, writeOut() {} });
  command.action(() => undefined);
  await command.parseAsync(words, { from: 'user' });
}

describe('commands in README and docs', () => {
  it('are many', () => {
    expect(COMMANDS.length).toBeGreaterThan(100);
    expect(new Set(COMMANDS.map(({ page }) => page)).size).toBeGreaterThan(4);
  });

  it.each(unique(COMMANDS.filter((one) => !isPattern(one) && one.words.length > 0)))(
    'are understood by the parser: %s',
    async (_, { words }) => {
      const [name = ''] = words;
      // The words about all commands: --help, help NAME.
      if (name.startsWith('-') || name === 'help') expect((await cloudjail(...words)).code).toBe(0);
      else if (words.length > 1) await expect(parsed(words)).resolves.toBeUndefined();
      else expect(COMMAND_LIST.map((one) => one.name)).toContain(name);
    },
  );

  it.each(unique(COMMANDS.filter((one) => !isPattern(one) && runsHere(one) && one.words.length > 1)))(
    'run as written: %s',
    async (_, { words }) => {
      const ran = await cloudjail(...words.map((word, index) => atHand(word, words[index - 1])));
      expect(ran, ran.err).toMatchObject({ code: 0 });
    },
    60_000,
  );

  it('name scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...writtenScripts()]));
    expect(writtenScripts().length).toBeGreaterThan(4);
  });

  it('the lines of npm start are what it prints', async () => {
    const { out } = await cloudjail('demo');
    const readme = readFileSync(`${ROOT}/README.md`, 'utf8');
    const [, sample = ''] = /^```\n(Playing .*?)^```$/ms.exec(readme) ?? [];
    const lines = sample.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    expect(out.split('\n')).toEqual(expect.arrayContaining(lines));
  }, 60_000);

  it('README is read in ten minutes', () => {
    const [before = ''] = readFileSync(`${ROOT}/README.md`, 'utf8').split('\n## Links');
    expect(before.split(/\s+/).length).toBeLessThan(900);
  });
});
