import { describe, expect, it } from 'vitest';
import { OPTION_NAMES } from '../../../cli/output/jail-option.ts';
import { cloudjail, jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { file, path } = temporaryFolder();
file(
  'config/filter.d/gate.conf',
  '[Definition]\nfailregex = ^gate: <what> <ADDR>$\n            ^<ADDR> at the gate$\n[Init]\nwhat = refused\n',
);
file(
  'config/jail.local',
  `[gate]
enabled = true
logpath = /var/log/gate.log
findtime = 10m
bantime = 1h
ignoreip = 8.8.8.8 8.8.4.0/24
ignoreself = false
action = waf
         dry-run
[closed]
filter = gate
logpath = /var/log/closed.log
`,
);
const get = (...args: readonly string[]) => cloudjail('get', ...args, '--config', path('config'));

describe('cloudjail get JAIL option', () => {
  it.each([
    ['bantime', '3600'],
    ['findtime', '600'],
    ['ignoreself', 'False'],
    ['bantime.increment', 'False'],
    ['bantime.maxtime', 'bantime.maxtime is not set in gate'],
    ['ignoreregex', 'ignoreregex of gate: none'],
    ['failregex', 'failregex of gate:\n|- [0]: ^gate: refused <ADDR>$\n`- [1]: ^<ADDR> at the gate$'],
    ['ignoreip', 'ignoreip of gate:\n|- 8.8.8.8\n`- 8.8.4.0/24'],
    ['actions', 'actions of gate:\n|- waf\n`- dry-run'],
    ['loggroup', 'loggroup of gate:\n`- /cloudjail/var/log/gate.log'],
    ['usedns', 'no'],
  ])('prints %s as it was understood, without asking AWS', async (option, out) => {
    expect(await get('gate', option)).toEqual({ code: 0, out: `${out}\n`, err: '' });
  });

  it('prints log groups by prefix with their asterisk', async () => {
    file('fleet/jail.local', '[sshd]\nenabled = true\nloggroup = /gates/1 /gates/2*\n');
    const out = 'loggroup of sshd:\n|- /gates/1\n`- /gates/2*\n';
    expect(await cloudjail('get', 'sshd', 'loggroup', '--config', path('fleet'))).toEqual({ code: 0, out, err: '' });
  });

  it.each(OPTION_NAMES)('has an answer for %s', async (option) => {
    const { code, out } = await get('gate', option, '--json');
    expect(code).toBe(0);
    const [answer] = jsonLines(out);
    expect(answer).toHaveProperty('value');
    expect(answer).toMatchObject({ jail: 'gate', option });
  });

  it.each([
    [['gate', 'ban-time'], 2, 'did you mean bantime?'],
    [['gate', 'ignorecommand'], 2, 'cloudjail has no use for ignorecommand'],
    [['gate', 'bantime', '600'], 2, 'options are set in jail.local'],
    [['gate', 'bantime', '--with-time'], 2, '--with-time is an option of banip'],
    [['gate', 'banip', ',', ';'], 2, 'one separator'],
    [['gaet', 'bantime'], 1, 'did you mean "gate"? enabled: gate'],
    [['closed', 'bantime'], 1, 'the jail "closed" is not enabled'],
    [['sshd', 'constructor'], 2, 'no jail has "constructor"'],
  ])('%j is answered with what to do', async (args, code, message) => {
    expect(await get(...args)).toMatchObject({ code, out: '', err: expect.stringContaining(message) });
  });
});

describe('cloudjail set', () => {
  it.each([
    [['gate', 'bantime', '1h'], 'change [gate] in jail.local'],
    [['gate', 'addignoreip', '8.8.8.8'], 'change [gate] in jail.local'],
    [['gate', 'unbanpi', '8.8.8.8'], 'did you mean unbanip?'],
    [['gate', 'banip'], 'banip needs an address'],
    [['gate', 'unbanip', '8.8.8.8', '--bantime', '1h'], '--bantime is an option of banip'],
    [['gate', 'banip', '8.8.8.8', '--report-absent'], '--report-absent is an option of unbanip'],
  ])('%j is wrong usage', async (args, message) => {
    const ran = await cloudjail('set', ...args, '--config', path('config'));
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
  });
});

it.each([[[]], [['--all', '8.8.8.8']]])('cloudjail unban %j is wrong usage', async (args) => {
  expect(await cloudjail('unban', ...args)).toMatchObject({ code: 2, err: expect.stringContaining('give --all') });
});
