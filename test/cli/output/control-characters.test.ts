import { describe, expect, it } from 'vitest';
import { cloudjail, cloudjailOnScreen } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Clears the screen, rings, sets the window's title (C1), turns the direction of writing. */
const STEERING = '\x1b[2J\x07\x9b2J\u202e';
const ESCAPED = '\\u001b[2J\\u0007\\u009b2J\\u202e';

const { file, path } = temporaryFolder();
file('config/filter.d/gate.conf', '[Definition]\nfailregex = ^\\s*gate: refused <F-ID>.+</F-ID>$\n');
file('config/jail.local', '[gate]\nenabled = true\nlogpath = /var/log/gate.log\nmaxretry = 1\nusedns = raw\n');
const log = file(
  'gate.log',
  `2025-12-10T07:00:00Z gate: refused ${STEERING}\n2025-12-10T07:00:01Z gate: other ${STEERING}\n`,
);
const CONFIG = ['--config', path('config')];

/** What may stand in text that is not drawn by the command itself. */
const PLAIN = /^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]*$/;

describe('control characters of a log', () => {
  it.each([
    ['replay', ['replay', '--found', ...CONFIG, log]],
    ['replay --json', ['replay', '--found', '--json', ...CONFIG, log]],
    ['regex', ['regex', log, 'gate', ...CONFIG, '-v', '--print-all-matched']],
    ['regex --out', ['regex', log, 'gate', ...CONFIG, '--out', '<msg> <ip>']],
    ['regex --json', ['regex', log, 'gate', ...CONFIG, '--json']],
    ['a line as the argument', ['regex', `gate: refused ${STEERING}`, '^gate: refused <HOST>$']],
  ])('are shown as escapes by %s', async (_, args) => {
    const { out, err } = await cloudjail(...args);
    expect(out + err).toMatch(PLAIN);
    expect(out + err).toContain(ESCAPED);
  });

  it('are the same text for programs', async () => {
    const { out } = await cloudjail('regex', log, 'gate', ...CONFIG, '--json');
    expect(JSON.parse(out.split('\n')[0] ?? '').matches[0].id).toBe(STEERING);
  });

  it('are shown as escapes among what a screen draws itself', async () => {
    const { out } = await cloudjailOnScreen('replay', '--found', ...CONFIG, log);
    expect(out).toContain(`[gate] ${ESCAPED}`);
    expect(out.replaceAll('\r\x1b[K', '')).toMatch(PLAIN);
  });
});
