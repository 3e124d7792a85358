import { describe, expect, it } from 'vitest';
import { diagnosticsOf, problemsOf } from './checked.ts';
import { read } from './jail-files.ts';

const COMMAND = 'ignorecommand = /bin/check <ip>\n';

describe('acknowledge', () => {
  it('is asked for by an error that its operator may acknowledge', () => {
    expect(diagnosticsOf(`[j]\n${COMMAND}`)).toMatchObject([
      { code: 'IGNORECOMMAND', severity: 'error', help: expect.stringContaining('acknowledge = IGNORECOMMAND') },
    ]);
  });

  it('makes that error an info that shows the reason', () => {
    expect(diagnosticsOf(`[j]\n${COMMAND}acknowledge = IGNORECOMMAND crawlers are welcome to be banned\n`)).toEqual([
      {
        code: 'IGNORECOMMAND',
        severity: 'info',
        message: expect.stringMatching(/\(acknowledged: crawlers are welcome to be banned\)$/),
        at: { file: 'jail.local', line: 2, column: 17, length: 15 },
      },
    ]);
  });

  it('is one line a code, and holds for all jails in [DEFAULT]', () => {
    const lines = 'acknowledge = forgeable_address the log is ours\n  IGNORECOMMAND known\n';
    expect(problemsOf(`[DEFAULT]\n${lines}[j]\n${COMMAND}`)).toEqual(['info IGNORECOMMAND 5:17']);
  });

  it('reaches the jail', () => {
    const { jail } = read('[sshd]\nenabled = true\nacknowledge = FORGEABLE_ADDRESS the log is ours\n');
    expect(jail('sshd')?.acknowledged).toEqual([
      {
        code: 'FORGEABLE_ADDRESS',
        reason: 'the log is ours',
        at: { file: 'jail.local', line: 3, column: 15, length: 17 },
      },
    ]);
  });

  it.each([
    ['FORGABLE_ADDRESS x', 'acknowledge: there is no code "FORGABLE_ADDRESS"', 'did you mean FORGEABLE_ADDRESS?'],
    ['BAD_RANGE x', "acknowledge: BAD_RANGE can't be acknowledged", expect.stringContaining('the codes are')],
    ['IGNORECOMMAND', 'acknowledge: IGNORECOMMAND has no reason', expect.stringContaining('why')],
  ])('refuses %s', (value, message, help) => {
    expect(diagnosticsOf(`[j]\nacknowledge = ${value}\n`)).toMatchObject([
      { code: 'ACKNOWLEDGE', severity: 'error', message, help, at: { line: 2, column: 15 } },
    ]);
  });
});
