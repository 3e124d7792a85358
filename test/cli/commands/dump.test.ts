import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { pythonLiteral } from '../../../cli/output/python-literal.ts';
import { cloudjail, jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { file, path } = temporaryFolder();
file(
  'config/jail.local',
  `[gate]
enabled = true
filter = gate[what="it's"]
logpath = /var/log/gate.log
ignoreip = 8.8.8.8 8.8.4.0/24
findtime = 10m
bantime = 1h
bantime.increment = true
action = waf[scope=REGIONAL]
[hall]
filter = gate
`,
);
file(
  'config/filter.d/gate.conf',
  '[Definition]\nfailregex = ^\\s*<what>: refused <HOST>$\n            ^\\s*"<what>" <HOST>$\n',
);
const CONFIG = ['--config', path('config')];

describe('cloudjail dump', () => {
  it('prints the commands of the enabled jails, in the form of fail2ban-client -d', async () => {
    const { code, out } = await cloudjail('dump', ...CONFIG);
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toBe("['add', 'gate', 'auto']");
    expect(lines).toContain(
      `['multi-set', 'gate', 'addfailregex', ["^\\\\s*it's: refused <HOST>$", '^\\\\s*"it\\'s" <HOST>$']]`,
    );
    expect(lines).toContain("['set', 'gate', 'findtime', 600]");
    expect(lines).toContain("['set', 'gate', 'bantime.increment', True]");
    expect(lines).toContain("['set', 'gate', 'addignoreip', '8.8.8.8', '8.8.4.0/24']");
    expect(lines).toContain("['set', 'gate', 'addloggroup', '/cloudjail/var/log/gate.log']");
    expect(lines).toContain("['set', 'gate', 'addaction', 'waf']");
    expect(lines.at(-2)).toBe("['start', 'gate']");
    expect(out).not.toContain('hall');
  });

  it('prints a jail a line with its options', async () => {
    const { out } = await cloudjail('dump', '--json', ...CONFIG, '--jail', 'gate,hall');
    expect(jsonLines(out)).toMatchObject([
      {
        name: 'gate',
        findtime: 600,
        bantime: 3600,
        ignoreip: ['8.8.8.8', '8.8.4.0/24'],
        loggroup: ['/cloudjail/var/log/gate.log'],
        filter: { name: 'gate', failregex: ["^\\s*it's: refused <HOST>$", '^\\s*"it\'s" <HOST>$'] },
        action: [{ name: 'waf', args: { scope: 'REGIONAL' } }],
      },
      { name: 'hall', enabled: true },
    ]);
  });

  it('prints what can be read of a configuration with mistakes, and exits 1', async () => {
    file('broken/jail.local', '[gate]\nenabled = true\nfilter = gaet\nlogpath = /x\nmaxretry = 7\n');
    const { code, out, err } = await cloudjail('dump', '--config', path('broken'));
    expect(code).toBe(1);
    expect(out).toContain("['set', 'gate', 'maxretry', 7]");
    expect(err).toContain('error[MISSING_FILTER]');
  });
});

const python = spawnSync('python3', ['--version']).status === 0;
if (!python) console.warn('SKIPPED: how Python writes texts, for want of python3');
it.runIf(process.env['CI'] === 'true')('has Python at hand where it must run', () => expect(python).toBe(true));

it.skipIf(!python)('writes texts as Python does', () => {
  const texts = [
    "it's",
    'say "hi"',
    `both ' and "`,
    'back\\slash',
    'new\nline\ttab\rreturn',
    '\u0000\u001f\u007f\u00a0',
    'é日',
  ];
  const program = 'import json, sys\nprint(repr(json.load(sys.stdin)))';
  const theirs = execFileSync('python3', ['-c', program], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  });
  expect(`${pythonLiteral(texts)}\n`).toBe(theirs);
});
