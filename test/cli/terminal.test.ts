import { describe, expect, it } from 'vitest';
import { textScreen } from '../../cli/output/text-screen.ts';
import { processTerminal, terminalOn } from '../../cli/terminal.ts';
import { virtualClock } from '../../local/virtual-clock.ts';
import { cloudjailOnScreen } from './captured-terminal.ts';

const BAN = { event: 'ban', jail: 'sshd', id: '192.0.2.1', time: 0, attempts: 5 } as const;

function shown(colored: boolean): string {
  let out = '';
  const write = (text: string): void => {
    out += text;
  };
  const rest = { writeError: write, congestion: () => undefined, columns: colored ? 80 : undefined };
  textScreen(terminalOn({ write, ...rest, colored, clock: virtualClock(0) })).show(BAN);
  return out;
}

describe('the text screen', () => {
  it('colors words where the terminal has colors, and nothing where it has none', () => {
    const plain = '1970-01-01 00:00:00  Ban    [sshd] 192.0.2.1  for good, 5 attempts\n';
    expect(shown(false)).toBe(plain);
    expect(shown(true)).toBe(plain.replace('Ban  ', '\x1b[31mBan  \x1b[39m'));
  });
});

type Stream = Parameters<typeof processTerminal>[0]['stdout'];

/** A screen with as many colors as Node finds in the environment of the process. */
function terminalOf(isTTY: boolean, hasColors: () => boolean) {
  const stdout = { isTTY, columns: 100, hasColors, write: () => true } as unknown as Stream;
  return processTerminal({ stdout, stderr: stdout }, virtualClock(0));
}

describe('the terminal of a process', () => {
  it.each([
    ['a screen with colors', true, () => true, { columns: 100, colored: true }],
    ['a screen without (NO_COLOR, TERM=dumb)', true, () => false, { columns: 100, colored: false }],
    ['a file or a pipe', false, () => true, { columns: undefined, colored: false }],
  ])('knows %s', (_, isTTY, hasColors, expected) => {
    expect(terminalOf(isTTY, hasColors)).toMatchObject(expected);
  });
});

it('the demo moves from its first moment on a screen', async () => {
  const { code, out } = await cloudjailOnScreen('demo');
  expect(code).toBe(0);
  expect(out).toMatch(/^Playing .* …\n\r\x1b\[KStarting the functions \./);
  expect(out).toContain('\r\x1b[KSynthesizing the stack ..');
  expect(out).toMatch(/[█░]{24} +\d+%/);
}, 60_000);
