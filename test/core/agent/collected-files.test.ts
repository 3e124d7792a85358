import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { agentConfig } from '../../../core/agent/agent-config.ts';
import { type CollectOptions, collectedFiles } from '../../../core/agent/collected-files.ts';
import { agentEncoding } from '../../../core/agent/encoding.ts';
import { agentGlob, mayMeet, ROTATED } from '../../../core/agent/glob.ts';
import { hostPolicy } from '../../../core/agent/host-policy.ts';
import { readJails } from '../../../core/config/read-jails.ts';
import { AGENT_SCHEMA } from './agent-schema.ts';

const FILTER = '[Definition]\nfailregex = refused <HOST>\n';

function collect(jailLocal: string, options: Partial<CollectOptions> = {}) {
  const texts: Readonly<Record<string, string>> = { 'jail.local': jailLocal, 'filter.d/gate.conf': FILTER };
  const { jails } = readJails({ list: () => [], read: (path) => texts[path] });
  return collectedFiles(jails, { onPremises: false, timestamps: new Map(), ...options });
}

function jail(name: string, options: string): string {
  return `[${name}]\nenabled = true\nfilter = gate\n${options}\n`;
}

const codes = (collection: ReturnType<typeof collect>) => collection.diagnostics.map(({ code }) => code);

describe('the files a server must send', () => {
  it('are each an entry that makes a line an event, whatever the line begins with', () => {
    const { files } = collect(jail('a', 'logpath = /var/log/a.log\ndatepattern = ^%%b %%d %%H:%%M:%%S'));
    expect(files).toEqual([
      {
        file_path: '/var/log/a.log',
        log_group_name: '/cloudjail/var/log/a.log',
        log_stream_name: '{instance_id}',
        multi_line_start_pattern: '^',
        timestamp_format: '%b %d %H:%M:%S',
        timezone: 'Local',
      },
    ]);
  });

  it('are as the agent’s schema has them', () => {
    const { files, diagnostics } = collect(
      jail('a', 'logpath = /var/log/*a.log\n          /var/log/b.log tail\nlogencoding = latin-1') +
        jail('b', 'logpath = /var/log/b.log\nlogtimezone = UTC') +
        jail('c', 'logpath = /var/log/c.log\nloggroup = /own'),
      { timestamps: new Map([['/var/log/c.log', 'iso8601']]), onPremises: true },
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const config = agentConfig(files, { region: 'eu-central-1', runAsUser: 'cwagent' });
    expect(v.safeParse(AGENT_SCHEMA, config)).toMatchObject({ success: true });
    expect(config.agent).toEqual({ region: 'eu-central-1', run_as_user: 'cwagent' });
    expect(files.map(({ file_path }) => file_path)).toEqual(['/var/log/*a.log', '/var/log/b.log', '/var/log/c.log']);
    expect(files[0]).toMatchObject({ publish_multi_logs: true, blacklist: ROTATED, encoding: 'iso-8859-1' });
    expect(files[2]).toMatchObject({ log_group_name: '/own', log_stream_name: '{hostname}', timezone: 'Local' });
  });

  it('write nothing about the agent itself unless asked, so that the file can be appended', () => {
    expect(Object.keys(agentConfig([], {}))).toEqual(['logs']);
  });

  it('have a stream each where they share a log group', () => {
    const { files } = collect(jail('a', 'loggroup = /all\nlogpath = /var/log/a.log\n          /var/log/a_log'));
    expect(files.map(({ log_stream_name }) => log_stream_name)).toEqual([
      '{instance_id}_var_log_a.log',
      '{instance_id}_var_log_a_log',
    ]);
    const same = collect(jail('a', 'loggroup = /all\nlogpath = /var/a b\n          /var/a+b'));
    expect(new Set(same.files.map(({ log_stream_name }) => log_stream_name)).size).toBe(2);
  });

  it('do not include what the bans of other jails feed', () => {
    const texts = { 'jail.local': jail('recidive', 'logpath = /var/log/fail2ban.log').replace('gate', 'recidive') };
    const { jails } = readJails({
      list: () => [],
      read: (path) => ({ ...texts, 'filter.d/recidive.conf': FILTER })[path],
    });
    expect(collectedFiles(jails, { onPremises: false, timestamps: new Map() })).toMatchObject({
      files: [],
      diagnostics: [{ code: 'AGENT_NOTHING' }],
    });
  });
});

describe('what an agent cannot do', () => {
  it.each([
    [
      'one file in two log groups',
      jail('a', 'logpath = /a') + jail('b', 'logpath = /a\nloggroup = /b'),
      'AGENT_FILE_TWICE',
    ],
    [
      'a file that a glob means too',
      jail('a', 'logpath = /var/log/*.log') + jail('b', 'logpath = /var/log/b.log'),
      'AGENT_FILE_TWICE',
    ],
    ['a file in several log groups', jail('a', 'logpath = /a\nloggroup = /b /c'), 'AGENT_LOG_GROUP'],
    ['a relative path', jail('a', 'logpath = log/a'), 'AGENT_PATH'],
    ['an encoding it does not know', jail('a', 'logpath = /a\nlogencoding = cp037'), 'AGENT_ENCODING'],
    ['a jail of the journal without a file', jail('a', 'backend = systemd'), 'AGENT_JOURNAL'],
  ])('%s is refused', (_, config, code) => {
    const refused = collect(config).diagnostics.filter(({ severity }) => severity === 'error');
    expect(refused.map((one) => one.code)).toContain(code);
  });

  it('a file goes to the log group that is named', () => {
    const config = jail('a', 'logpath = /a\nloggroup = /b /c');
    expect(collect(config, { logGroup: '/c' }).files).toMatchObject([{ log_group_name: '/c' }]);
    expect(codes(collect(config, { logGroup: '/d' }))).toContain('AGENT_LOG_GROUP');
  });

  it('warns a journal jail with a file that the file may be missing', () => {
    const { diagnostics, files } = collect(jail('a', 'backend = systemd[journalflags=1]\nlogpath = /a'));
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'AGENT_JOURNAL', severity: 'warning' }));
    expect(files).toHaveLength(1);
  });
});

describe('the time of events', () => {
  it('is when the agent reads them, with a warning, where the server decides the form of the dates', () => {
    const { files, diagnostics } = collect(jail('a', 'logpath = /a'));
    expect(files[0]).not.toHaveProperty('timestamp_format');
    expect(diagnostics).toMatchObject([{ code: 'AGENT_READ_TIME', severity: 'warning' }]);
    expect(diagnostics[0]?.help).toContain('--timestamp /a=syslog');
  });

  it('is in UTC or the server’s zone, the only ones an agent knows', () => {
    const zoned = (zone: string) =>
      collect(jail('a', `logpath = /a\nlogtimezone = ${zone}`), { timestamps: new Map([['/a', 'syslog']]) });
    expect(zoned('UTC').files).toMatchObject([{ timestamp_format: '%b %d %H:%M:%S', timezone: 'UTC' }]);
    expect(zoned('CET').files[0]).not.toHaveProperty('timestamp_format');
    expect(zoned('CET').diagnostics).toMatchObject([{ code: 'AGENT_TIMEZONE', severity: 'warning' }]);
  });

  it('follows a date’s own zone', () => {
    const { files } = collect(jail('a', 'logpath = /a\nlogtimezone = CET\ndatepattern = ^%%Y-%%m-%%d %%H:%%M:%%S %%z'));
    expect(files[0]).toMatchObject({ timestamp_format: '%Y-%m-%d %H:%M:%S %z' });
    expect(files[0]).not.toHaveProperty('timezone');
  });

  it('is not taken from dates that two jails read differently', () => {
    const { files, diagnostics } = collect(
      jail('a', 'logpath = /a\ndatepattern = ^%%b %%d %%H:%%M:%%S') +
        jail('b', 'logpath = /a\ndatepattern = ^%%Y-%%m-%%d %%H:%%M:%%S'),
    );
    expect(files).toHaveLength(1);
    expect(files[0]).not.toHaveProperty('timestamp_format');
    expect(diagnostics).toMatchObject([{ code: 'AGENT_READ_TIME' }]);
  });

  it.each([
    ['/a', '%d/%m/%Y', 'AGENT_TIMESTAMP'],
    ['/a', '%Y-%m-%d %H:%M:%S', 'AGENT_TIMESTAMP'],
    ['/b', 'syslog', 'AGENT_TIMESTAMP_PATH'],
  ])('refuses --timestamp %s=%s', (path, form, code) => {
    const { diagnostics } = collect(jail('a', 'logpath = /a\ndatepattern = ^%%b %%d %%H:%%M:%%S'), {
      timestamps: new Map([[path, form]]),
    });
    expect(diagnostics).toContainEqual(expect.objectContaining({ code, severity: 'error' }));
  });
});

describe('globs', () => {
  it('mean in Go what they mean in Python', () => {
    expect(agentGlob('/var/log/**/[!a]?.log')).toBe('/var/log/*/[^a]?.log');
  });

  it.each([
    ['/var/log/*.log', '/var/log/a.log', true],
    ['/var/log/*.log', '/var/log/a/b.log', false],
    ['/var/log/a[!b].log', '/var/log/ac.log', true],
    ['/var/log/a[!b].log', '/var/log/ab.log', false],
    ['/var/log/a.log', '/var/log/axlog', false],
    ['/a?c', '/abc', true],
    ['/a', '/a', true],
  ])('%s and %s may mean one file: %s', (one, other, expected) => {
    expect([mayMeet(one, other), mayMeet(other, one)]).toEqual([expected, expected]);
  });

  it('leave out what rotation has put away', () => {
    const isRotated = new RegExp(ROTATED);
    expect(['a.log.1', 'a.log-20251121', 'a.log.old'].every((name) => isRotated.test(name))).toBe(true);
    expect(['a.log', 'access_80.log', 'a-2.log'].some((name) => isRotated.test(name))).toBe(false);
  });
});

describe('encodings', () => {
  it.each([
    ['auto', undefined],
    ['UTF-8', undefined],
    ['ascii', undefined],
    ['latin_1', 'iso-8859-1'],
    ['iso8859-15', 'iso-8859-15'],
    ['cp1252', 'windows-1252'],
    ['koi8-r', 'koi8-r'],
    ['utf-16', 'utf-16le'],
    ['shift-jis', 'shift_jis'],
  ])('%s is the agent’s %s', (logencoding, name) => {
    const encoding = agentEncoding(logencoding);
    expect(encoding).toEqual(name === undefined ? { kind: 'utf-8' } : { kind: 'named', name });
    // The agent's names are the WHATWG's, as the platform's are.
    if (name !== undefined) expect(() => new TextDecoder(name)).not.toThrow();
  });
});

describe('the policy of a server', () => {
  it('lets it write into these log groups and do nothing else', () => {
    const { files } = collect(jail('a', 'logpath = /a\n          /b') + jail('b', 'logpath = /c\nloggroup = /b'));
    expect(hostPolicy(files, 'us-gov-west-1').Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: ['/b', '/cloudjail/a', '/cloudjail/b'].map(
          (name) => `arn:aws-us-gov:logs:us-gov-west-1:*:log-group:${name}:*`,
        ),
      },
    ]);
    expect(hostPolicy(files, undefined).Statement[0].Resource[0]).toBe('arn:aws:logs:*:*:log-group:/b:*');
  });
});
