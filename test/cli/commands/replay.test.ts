import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cloudjail, jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const OPENSSH = fileURLToPath(new URL('../../../../shared/logs/openssh-2k.log', import.meta.url));
const present = existsSync(OPENSSH);
if (!present) console.warn('SKIPPED: replays of openssh-2k.log, which is not in the repository (see Loghub)');

const { file, path } = temporaryFolder();

file(
  'config/jail.local',
  `[DEFAULT]
findtime = 60
bantime = 100
maxretry = 3
ignoreip = 8.8.4.4
[gate]
enabled = true
logpath = /var/log/gate.log
[hall]
filter = gate[what=hall]
logpath = /var/log/hall.log
bantime = -1
`,
);
file(
  'config/filter.d/gate.conf',
  `[Definition]
failregex = ^\\s*<what>: refused <HOST>$
[Init]
what = gate
`,
);
const CONFIG = ['--config', path('config')];

const START = Date.UTC(2025, 5, 1) / 1000;
const line = (second: number, message: string): string =>
  `${new Date((START + second) * 1000).toISOString().slice(0, 19)} ${message}\n`;
const refused = (id: string, ...seconds: readonly number[]): string =>
  seconds.map((second) => line(second, `gate: refused ${id}`)).join('');

describe('cloudjail replay', () => {
  it('reports bans and their ends, in the order of the log', async () => {
    const log = file('one.log', refused('8.8.8.8', 0, 10, 20) + line(30, 'idle') + refused('1.1.1.1', 121, 122, 123));
    const { code, out, err } = await cloudjail('replay', '--json', ...CONFIG, log);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(jsonLines(out)).toEqual([
      { event: 'ban', jail: 'gate', id: '8.8.8.8', time: START + 20, until: START + 120, attempts: 3 },
      { event: 'unban', jail: 'gate', id: '8.8.8.8', time: START + 120 },
      { event: 'ban', jail: 'gate', id: '1.1.1.1', time: START + 123, until: START + 223, attempts: 3 },
      { event: 'unban', jail: 'gate', id: '1.1.1.1', time: START + 223 },
      { event: 'summary', lines: 7, attempts: 6, bans: 2, unbans: 2 },
    ]);
  });

  it('reads a rotated set as one log, packed or not', async () => {
    const logs = [
      file('set.log.2.gz', gzipSync(refused('8.8.8.8', 0))),
      file('set.log.1', refused('8.8.8.8', 10)),
      file('set.log', refused('8.8.8.8', 20)),
    ];
    const events = jsonLines((await cloudjail('replay', '--json', '--found', ...CONFIG, ...logs)).out);
    expect(events.filter(({ event }) => event === 'found')).toEqual(
      logs.map((name, i) => ({
        event: 'found',
        jail: 'gate',
        id: '8.8.8.8',
        time: START + 10 * i,
        line: 1,
        file: name,
      })),
    );
    expect(events.at(-1)).toEqual({ event: 'summary', lines: 3, attempts: 3, bans: 1, unbans: 1 });
  });

  it('shows every failure with its line, ignored ones included, and no ban for those', async () => {
    const log = file('found.log', line(0, 'idle') + refused('8.8.4.4', 1, 2, 3) + refused('2606:4700::1', 4));
    const events = jsonLines((await cloudjail('replay', '--json', '--found', ...CONFIG, log)).out);
    expect(events.slice(0, -1)).toEqual([
      ...[1, 2, 3].map((i) => ({ event: 'found', jail: 'gate', id: '8.8.4.4', time: START + i, line: i + 1 })),
      { event: 'found', jail: 'gate', id: '2606:4700::1', time: START + 4, line: 5 },
    ]);
    expect(events.at(-1)).toMatchObject({ attempts: 4, bans: 0 });
  });

  it('bans an IPv6 /64, a permanent jail for good, and takes options from the command line', async () => {
    const log = file(
      'six.log',
      ['2606:4700::1', '2606:4700::2']
        .map((id, i) => refused(id, i))
        .join('')
        .replaceAll('gate:', 'hall:'),
    );
    const { out } = await cloudjail('replay', '--json', ...CONFIG, '--jail', 'hall', '--set', 'maxretry=2', log);
    expect(jsonLines(out)).toEqual([
      { event: 'ban', jail: 'hall', id: '2606:4700::/64', time: START + 1, attempts: 2 },
      { event: 'summary', lines: 2, attempts: 2, bans: 1, unbans: 0 },
    ]);
  });

  it('plays several jails over one log in the order of its lines', async () => {
    const log = file(
      'both.log',
      [0, 1, 2].map((second) => line(second, 'hall: refused 1.1.1.1') + refused('8.8.8.8', second)).join(''),
    );
    const { out } = await cloudjail('replay', '--json', '--found', ...CONFIG, '--jail', 'gate,hall', log);
    expect(jsonLines(out).map(({ event, jail, line }) => [event, jail, line])).toEqual([
      ['found', 'hall', 1],
      ['found', 'gate', 2],
      ['found', 'hall', 3],
      ['found', 'gate', 4],
      ['found', 'hall', 5],
      ['ban', 'hall', undefined],
      ['found', 'gate', 6],
      ['ban', 'gate', undefined],
      ['unban', 'gate', undefined],
      ['summary', undefined, undefined],
    ]);
  });

  it('explains in words what the numbers leave open', async () => {
    const log = file(
      'words.log',
      refused('8.8.8.8', 0, 1, 2, 3) + refused('8.8.4.4', 4) + refused('10.0.0.7', 5) + refused('host.example', 6),
    );
    const { out } = await cloudjail('replay', ...CONFIG, '--set', 'usedns=warn', log);
    expect(out).toBe(`2025-06-01 00:00:02  Ban    [gate] 8.8.8.8  until 2025-06-01 00:01:42, 3 attempts
2025-06-01 00:01:42  Unban  [gate] 8.8.8.8
7 lines, 6 attempts, 1 bans, 1 unbans
  [gate] 1 attempts while banned
  [gate] 1 attempts ignored: ignoreip 8.8.4.4
  [gate] 1 attempts ignored: private use (10.0.0.0/8)
  [gate] 1 failures of a host known by name only: names are not resolved
`);
  });

  it.each([
    [['--set', 'maxretry'], 'write --set OPTION=VALUE'],
    [['--set', 'maxrety=3'], 'did you mean "maxretry"?'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await cloudjail('replay', ...CONFIG, ...args, file('any.log', refused('8.8.8.8', 0)));
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('shows a jail that is not to be deployed until an error is acknowledged', async () => {
    const log = file('unacknowledged.log', refused('8.8.8.8', 0, 10, 20));
    const set = ['--set', 'ignorecommand = /bin/true', '--set', 'action = dummy'];
    const { code, out, err } = await cloudjail('replay', '--json', ...set, ...CONFIG, log);
    expect(code).toBe(0);
    expect(err).toMatch(/error\[IGNORECOMMAND\][\s\S]*error\[NOTHING_BANS\]/);
    expect(jsonLines(out)).toContainEqual(expect.objectContaining({ event: 'ban', id: '8.8.8.8' }));
  });

  it('refuses a configuration with mistakes, and shows them', async () => {
    file('broken/jail.local', '[gate]\nenabled = true\nfilter = gaet\nlogpath = /var/log/gate.log\n');
    const { code, out, err } = await cloudjail('replay', '--config', path('broken'), file('any.log', ''));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('error[MISSING_FILTER]');
  });

  it('reports that a jail of the journal finds nothing in a file', async () => {
    const log = file('journal.log', refused('8.8.8.8', 0, 1, 2));
    const { code, out, err } = await cloudjail(
      'replay',
      '--json',
      ...CONFIG,
      '--set',
      'filter=gate[logtype=journal]',
      log,
    );
    expect(code).toBe(0);
    expect(jsonLines(out)).toEqual([{ event: 'summary', lines: 3, attempts: 0, bans: 0, unbans: 0 }]);
    expect(err).toContain('[gate] reads lines of a journal');
  });

  it('reports that no jail is enabled', async () => {
    file('idle/jail.local', '[gate]\nenabled = false\n');
    const { code, err } = await cloudjail('replay', '--config', path('idle'), file('any.log', ''));
    expect(code).toBe(2);
    expect(err).toMatch(/no jail is enabled.*Name one with --jail\.\n$/s);
  });

  it('shows what it found before a damaged file ends', async () => {
    const packed = gzipSync(
      refused('8.8.8.8', 0, 1, 2) + 'x'.repeat(400_000).replace(/./g, () => String(Math.random())),
    );
    const log = file('damaged.log.gz', packed.subarray(0, packed.length - 2000));
    const { code, out, err } = await cloudjail('replay', '--json', ...CONFIG, log);
    expect(code).toBe(2);
    expect(jsonLines(out)).toMatchObject([{ event: 'ban', id: '8.8.8.8' }]);
    expect(err).toContain('cannot be read to its end');
  });

  it.skipIf(!present)(
    'makes the bans that npm start makes of the OpenSSH log',
    async () => {
      const log = file('openssh-2k.log', readFileSync(OPENSSH));
      const bansOf = (out: string) => jsonLines(out).filter(({ event }) => event === 'ban');
      const words = ['cli/cloudjail.mjs', 'demo', '--json', '--jail', 'sshd', log];
      const started = await promisify(execFile)(process.execPath, words, { cwd: ROOT });
      const { out } = await cloudjail('replay', '--json', '--jail', 'sshd', log);
      expect(bansOf(out)).toEqual(bansOf(started.stdout));
      expect(bansOf(out)).toHaveLength(14);
      const [ours, theirs] = [jsonLines(out).at(-1), jsonLines(started.stdout).at(-1)];
      expect(ours).toEqual(theirs);
    },
    60_000,
  );
});
