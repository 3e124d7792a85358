import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { COMMAND_LIST } from '../../cli/command-list.ts';
import { cloudjail } from './captured-terminal.ts';

const ROOT = new URL('../../', import.meta.url);
const NAMES = readdirSync(new URL('cli/commands', ROOT)).map((file) => file.replace(/\.ts$/, ''));

it('the help names every command', async () => {
  const { code, out } = await cloudjail('--help');
  expect(code).toBe(0);
  for (const name of NAMES) expect(out).toMatch(new RegExp(`^  ${name} .* {2}\\S`, 'm'));
});

it.each(NAMES)('cloudjail %s has help of its own, by either way', async (name) => {
  const { code, out, err } = await cloudjail(name, '--help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(new RegExp(`^Usage: cloudjail ${name} `));
  expect((await cloudjail('help', name)).out).toBe(out);
});

it.each(['--version', '-V'])('%s prints the version', async (option) => {
  const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  expect(await cloudjail(option)).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([['--help'], ['help'], ['--version'], ['stauts'], []].map((args) => [args.join(' '), args] as const))(
  'no command is loaded for "%s"',
  async (_, args) => {
    const loads = COMMAND_LIST.map((listed) => vi.spyOn(listed, 'load'));
    await cloudjail(...args);
    for (const load of loads) expect(load).not.toHaveBeenCalled();
  },
);

it('a mistyped command is guessed', async () => {
  expect(await cloudjail('stauts')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean status?') });
});
