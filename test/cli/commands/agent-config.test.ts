import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { AGENT_SCHEMA } from '../../core/agent/agent-schema.ts';
import { cloudjail } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { file, path } = temporaryFolder();
file('config/jail.local', '[sshd]\nenabled = true\n');
file('every/jail.local', '[DEFAULT]\nenabled = true\n');
const CONFIG = ['--config', path('config')];
const AUTH = '/var/log/auth.log';

describe('cloudjail agent-config', () => {
  it('prints the agent’s file, and warns that dates are not read', async () => {
    const { code, out, err } = await cloudjail('agent-config', ...CONFIG);
    expect(code).toBe(0);
    expect(JSON.parse(out).logs.logs_collected.files.collect_list).toMatchObject([{ file_path: AUTH }]);
    expect(err).toContain('AGENT_READ_TIME');
  });

  it('reports nothing when it knows what dates look like', async () => {
    const { out, err } = await cloudjail('agent-config', ...CONFIG, '--timestamp', `${AUTH}=iso8601`, '--on-premises');
    expect(err).toBe('');
    expect(JSON.parse(out).logs.logs_collected.files.collect_list).toEqual([
      {
        file_path: AUTH,
        log_group_name: `/cloudjail${AUTH}`,
        log_stream_name: '{hostname}',
        multi_line_start_pattern: '^',
        timestamp_format: '%Y-%m-%dT%H:%M:%S',
        timezone: 'Local',
      },
    ]);
  });

  it('covers every jail that is shipped', async () => {
    const { code, out, err } = await cloudjail('agent-config', '--config', path('every'));
    expect(`${code}${err}`).not.toContain('error[');
    expect(code).toBe(0);
    expect(v.safeParse(AGENT_SCHEMA, JSON.parse(out))).toMatchObject({ success: true });
  });

  it('writes a file, and the policy', async () => {
    const ran = await cloudjail(
      'agent-config',
      ...CONFIG,
      '--iam-policy',
      '--region',
      'eu-central-1',
      '--output',
      path('p.json'),
    );
    expect(ran).toMatchObject({ code: 0, out: '' });
    expect(JSON.parse(readFileSync(path('p.json'), 'utf8')).Statement[0].Resource).toEqual([
      `arn:aws:logs:eu-central-1:*:log-group:/cloudjail${AUTH}:*`,
    ]);
  });

  it.each([
    [['--timestamp', 'syslog'], 2, 'write FILE=FORM'],
    [['--region', 'Frankfurt'], 2, 'not a Region'],
    [['--output', '/nowhere/x.json'], 2, '/nowhere/x.json'],
    [['--jail', 'sshdd'], 1, 'did you mean "sshd"'],
    [['--timestamp', '/var/log/secure=syslog'], 1, 'AGENT_TIMESTAMP_PATH'],
  ])('%j is answered with code %d', async (args, code, said) => {
    const ran = await cloudjail('agent-config', ...CONFIG, ...args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(said);
  });
});
