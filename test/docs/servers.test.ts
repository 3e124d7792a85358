import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatMistake, NAMED_FORMATS } from '../../core/agent/timestamp-format.ts';
import { cloudjail, jsonLines } from '../cli/captured-terminal.ts';
import { dateForAgent } from '../core/agent/agent-schema.ts';

const PAGE = readFileSync(new URL('../../docs/servers.md', import.meta.url), 'utf8');

/** Commands of the page that are cloudjail's, without comments. */
const COMMANDS = [...PAGE.matchAll(/npx cloudjail ([^`|\n#]+)/g)].map(([, command = '']) => command.trim());

describe('the page on servers', () => {
  it('names only commands and options that there are', async () => {
    const named = COMMANDS.filter((command) => !command.includes('…'));
    expect(named.length).toBeGreaterThan(8);
    for (const command of named) {
      const [name = '', ...words] = command.split(/\s+/);
      const { code, out } = await cloudjail(name, '--help');
      expect({ command, code }).toEqual({ command, code: 0 });
      for (const option of words.filter((word) => word.startsWith('--'))) expect(out, command).toContain(option);
    }
  });

  it('has formats that fit the lines beside them', () => {
    const rows = [...PAGE.matchAll(/^\| `([^`…]+)…[^|]*\| `--timestamp "?[^=]+=([^`"]+)"?` \|$/gm)];
    expect(rows.length).toBe(4);
    for (const [, line = '', form = ''] of rows) {
      const format = NAMED_FORMATS[form] ?? form;
      expect(formatMistake(format)).toBeUndefined();
      const date = dateForAgent(line, format);
      expect(date?.length, form).toBeGreaterThan(14);
      expect(line.startsWith(date ?? '?')).toBe(true);
    }
  });

  it('makes the server log what the jail counts', async () => {
    const message = /--id=4242 "([^"]+)"/.exec(PAGE)?.[1]?.replace('ADDRESS', '8.8.4.4');
    const { out } = await cloudjail('regex', `Nov 21 21:45:36 web-1 sshd[4242]: ${message}`, 'sshd', '--json');
    expect(jsonLines(out).some((line) => JSON.stringify(line).includes('8.8.4.4'))).toBe(true);
  });
});

const JOURNALD = '/lib/systemd/systemd-journald';
const possible =
  existsSync(JOURNALD) &&
  spawnSync('unshare', ['-m', '--propagation', 'private', 'mount', '-t', 'tmpfs', 'tmpfs', '/run']).status === 0;
if (!possible)
  console.warn('skipped: the journal on the page on servers, which wants systemd-journald and the right to mount');

describe.skipIf(!possible)('the journal on the page on servers', { timeout: 30_000 }, () => {
  it('becomes lines that the jail reads, each once, and none that a line break made up', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloudjail-journal-'));
    try {
      const loop = /ExecStart=\/bin\/sh -c '(.+)'$/m.exec(PAGE)?.[1] ?? '';
      const inFolder = loop
        .replaceAll('/var/lib/auth-log/', `${folder}/`)
        .replaceAll('/var/log/auth.log', `${folder}/auth.log`)
        .replace('journalctl ', 'journalctl --directory=/run/log/journal ')
        .replace('sleep 1', 'sleep 0.2');
      expect(inFolder).toContain(`${folder}/auth.log`);
      writeFileSync(join(folder, 'loop.sh'), inFolder);
      writeFileSync(join(folder, 'lab.sh'), lab(folder));
      const ran = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', join(folder, 'lab.sh')], {
        encoding: 'utf8',
      });
      expect(ran.stderr).toBe('');
      const lines = readFileSync(join(folder, 'auth.log'), 'utf8').split('\n').slice(0, -1);
      expect(lines).toHaveLength(4);
      for (const line of lines) {
        expect(line.startsWith(dateForAgent(line, NAMED_FORMATS['iso8601'] ?? '') ?? '?')).toBe(true);
      }
      const { out } = await cloudjail('regex', join(folder, 'auth.log'), 'sshd', '--json');
      const matched = ['20.0.0.1', '20.0.0.2', '20.0.0.3', '20.0.0.66'].filter((address) =>
        out.includes(`"${address}"`),
      );
      expect(matched).toEqual(['20.0.0.1', '20.0.0.2', '20.0.0.3']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/**
 * A journal of its own, and what is logged into it before the loop starts, while it runs, while it
 * is stopped, and after.
 */
function lab(folder: string): string {
  const say = (text: string): string => `printf '<86>Nov 21 21:45:36 sshd[77]: ${text}' | socket`;
  const failed = (address: string): string => `Failed password for root from ${address} port 4242 ssh2`;
  return `
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal
${JOURNALD} >/dev/null 2>&1 & journald=$!
socket() { python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect("/run/systemd/journal/dev-log")
s.send(sys.stdin.buffer.read())'; }
until [ -S /run/systemd/journal/dev-log ]; do sleep 0.1; done
${say(failed('20.0.0.1'))}; sleep 0.3
sh ${folder}/loop.sh & loop=$!
sleep 0.5; ${say(failed('20.0.0.2'))}; sleep 0.6
kill $loop; wait $loop 2>/dev/null
${say(failed('20.0.0.3'))}; ${say(`hello\\n web-1 sshd[1]: ${failed('20.0.0.66')}`)}; sleep 0.3
sh ${folder}/loop.sh & loop=$!
sleep 0.8; kill $loop $journald; wait 2>/dev/null
`;
}
