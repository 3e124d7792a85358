import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../../../local/emulators/service-error.ts';
import { cloudjail, cloudjailOnScreen, jsonLines } from '../captured-terminal.ts';
import { emulatedLogs } from '../deployed/emulated-logs.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const { file, path } = temporaryFolder();
file(
  'config/jail.local',
  `[DEFAULT]
findtime = 60
bantime = 100
maxretry = 3
[gate]
enabled = true
logpath = /var/log/gate.log
[hall]
filter = gate[what=hall]
enabled = true
loggroup = /hall
[attic]
filter = gate[what=attic]
loggroup = /attic
`,
);
file('config/filter.d/gate.conf', '[Definition]\nfailregex = ^\\s*<what>: refused <HOST>$\n[Init]\nwhat = gate\n');
const CONFIG = ['--config', path('config')];
const GATE = '/cloudjail/var/log/gate.log';
const HOUR = 3_600_000;

const logs = emulatedLogs();
/** An hour ago, at a whole second. */
let start = 0;

beforeEach(() => {
  start = Math.floor((Date.now() - HOUR) / 1000);
});

afterEach(() => {
  logs().faults.clear();
  logs().calls.clear();
  for (const { name } of logs().groups.list('us-east-1')) logs().groups.remove(name);
});

/** Lines of refusals, each at its second after the start, dated off by so many seconds. */
function refuse(
  group: string,
  id: string,
  seconds: readonly number[],
  { what = 'gate', stream = 'web-1', off = 0 } = {},
) {
  const events = seconds.map((second) => {
    const date = new Date((start + second + off) * 1000).toISOString().slice(0, 19);
    return { timestamp: (start + second) * 1000, message: `${date} ${what}: refused ${id}` };
  });
  logs().groups.put(group, stream, events);
}

const replay = (...args: readonly string[]) => cloudjail('replay', ...CONFIG, ...args);

async function bans(...args: readonly string[]) {
  const { code, out, err } = await replay('--json', ...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return jsonLines(out).filter(({ event }) => event === 'ban');
}

/** A command that must fail: its message, which is never a stack trace. */
async function failing(...args: readonly string[]): Promise<string> {
  const { code, err } = await replay(...args);
  expect(code).toBe(1);
  expect(err).not.toMatch(/\n\s+at /);
  return err;
}

describe('cloudjail replay --loggroup', () => {
  it('reports bans and their ends, as for files', async () => {
    refuse(GATE, '8.8.8.8', [0, 10, 20]);
    logs().groups.put(GATE, 'web-2', [{ timestamp: (start + 30) * 1000, message: 'idle' }]);
    refuse(GATE, '1.1.1.1', [121, 122, 123], { stream: 'web-2' });
    const { code, out, err } = await replay('--json', '--loggroup', GATE);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(jsonLines(out)).toEqual([
      { event: 'ban', jail: 'gate', id: '8.8.8.8', time: start + 20, until: start + 120, attempts: 3 },
      { event: 'unban', jail: 'gate', id: '8.8.8.8', time: start + 120 },
      { event: 'ban', jail: 'gate', id: '1.1.1.1', time: start + 123, until: start + 223, attempts: 3 },
      { event: 'unban', jail: 'gate', id: '1.1.1.1', time: start + 223 },
      { event: 'summary', lines: 7, attempts: 6, bans: 2, unbans: 2 },
    ]);
  });

  it('takes the date in the line within a minute of the event, and otherwise the event', async () => {
    refuse(GATE, '8.8.8.8', [0, 10, 20], { off: -7 });
    refuse(GATE, '1.1.1.1', [0, 10, 20], { off: -7200 });
    expect(await bans('--loggroup', GATE)).toMatchObject([
      { id: '8.8.8.8', time: start + 13 },
      { id: '1.1.1.1', time: start + 20 },
    ]);
  });

  it('reads the span it is set to', async () => {
    refuse(GATE, '8.8.8.8', [-3000, -2990, -2980]);
    refuse(GATE, '1.1.1.1', [0, 10, 20]);
    expect(await bans('--loggroup', GATE, '--since', '90m')).toMatchObject([{ id: '1.1.1.1' }]);
    expect(await bans('--loggroup', GATE, '--since', '1d', '--until', '90m')).toMatchObject([{ id: '8.8.8.8' }]);
    const at = new Date((start + 5) * 1000).toISOString();
    expect(await bans('--loggroup', GATE, '--since', at)).toEqual([]);
  });

  it('lets each enabled jail play the groups it reads, and one that is named all of them', async () => {
    refuse(GATE, '8.8.8.8', [0, 10, 20]);
    refuse('/hall', '8.8.4.4', [1, 11, 21], { what: 'hall' });
    refuse('/hall', '9.9.9.9', [2, 12, 22]);
    refuse('/hall', '1.1.1.1', [3, 13, 23], { what: 'attic' });
    expect(await bans('--loggroup', GATE, '--loggroup', '/hall')).toMatchObject([
      { jail: 'gate', id: '8.8.8.8' },
      { jail: 'hall', id: '8.8.4.4' },
    ]);
    expect(await bans('--loggroup', '/hall', '--jail', 'gate')).toMatchObject([{ jail: 'gate', id: '9.9.9.9' }]);
    expect(await bans('--loggroup', '/hall', '--jail', 'attic', '--set', 'maxretry=2')).toMatchObject([
      { jail: 'attic', id: '1.1.1.1', time: start + 13 },
    ]);
  });

  it('shows with --found where', async () => {
    refuse(GATE, '8.8.8.8', [0]);
    const { out } = await replay('--loggroup', GATE, '--found');
    expect(out).toMatch(/Found {2}\[gate\] 8\.8\.8\.8 {2}web-1 of \/cloudjail\/var\/log\/gate\.log\n/);
  });

  it('reads on through pages, and past throttling', async () => {
    const idle = Array.from({ length: 12_000 }, (_, index) => ({ timestamp: start * 1000 + index, message: 'idle' }));
    logs().groups.put(GATE, 'web-1', idle);
    refuse(GATE, '8.8.8.8', [0, 10, 20]);
    logs().faults.inject({ operation: 'FilterLogEvents', from: 2, fault: { kind: 'throttle' } });
    const { out } = await replay('--json', '--loggroup', GATE);
    expect(jsonLines(out).at(-1)).toMatchObject({ lines: 12_003, bans: 1 });
    expect(logs().calls.count('logs', 'FilterLogEvents').failed).toEqual({ ThrottlingException: 1 });
  });

  it('shows on a screen how much of the time has passed', async () => {
    refuse(GATE, '8.8.8.8', [0, 10, 20]);
    const { out } = await cloudjailOnScreen('replay', ...CONFIG, '--loggroup', GATE, '--since', '2h');
    expect(out).toMatch(/█+░+ +50% .* 3 lines {2}3 attempts {2}1 bans/);
    expect(out.split('\n').at(-2)).toContain('3 lines, 3 attempts, 1 bans, 1 unbans');
  });
});

describe('what can go wrong', () => {
  it.each([
    [['--loggroup', GATE, 'auth.log'], '--loggroup takes the place of log files'],
    [[], 'Name log files to play, or a log group with --loggroup'],
    [['auth.log', '--since', '1d'], '--since goes with --loggroup'],
    [['auth.log', '--region', 'eu-west-1'], '--region goes with --loggroup'],
    [['--loggroup', GATE, '--since', 'soon'], '--since soon'],
    [['--loggroup', '/halls'], 'No enabled jail reads the log group "/halls". Did you mean "/hall"?'],
    [['--loggroup', '/var/log/gate.log'], `Did you mean "${GATE}"?`],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await replay(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
    expect(logs().calls.counts().size).toBe(0);
  });

  it('reports that there is no such log group, and which there are', async () => {
    logs().groups.create('/attics');
    expect(await failing('--loggroup', '/attic', '--jail', 'gate')).toMatch(
      /there is no log group "\/attic" in us-east-1\n {2}help: did you mean "\/attics"\? --region/,
    );
    expect(await failing('--loggroup', GATE)).toContain('a jail reads it, but its agent makes it with the first line');
    const denied = new ServiceError('AccessDeniedException', 'not authorized to perform: logs:DescribeLogGroups');
    logs().faults.inject({ operation: 'DescribeLogGroups', fault: { kind: 'error', error: denied } });
    expect(await failing('--loggroup', '/attic', '--jail', 'gate')).toContain('there is no log group "/attic"');
  });

  it('reports that the log group was deleted while it was read, after what was found until then', async () => {
    start -= 10 * 3600;
    refuse(GATE, '8.8.8.8', [0, 10, 20]);
    refuse(GATE, '1.1.1.1', [30_000]);
    const run = async (): Promise<void> => logs().groups.remove(GATE);
    logs().faults.inject({ operation: 'FilterLogEvents', from: 4, fault: { kind: 'meanwhile', run } });
    const { code, out, err } = await replay('--json', '--loggroup', GATE);
    expect(code).toBe(1);
    expect(jsonLines(out)).toMatchObject([{ event: 'ban', id: '8.8.8.8' }]);
    expect(err).toContain(`the log group "${GATE}" was deleted while it was read\n  help: `);
  });

  it('names the permission that is missing', async () => {
    const message = `User: arn:aws:iam::1:user/ann is not authorized to perform: logs:FilterLogEvents on resource: ${GATE}`;
    const error = new ServiceError('AccessDeniedException', message);
    logs().faults.inject({ fault: { kind: 'error', error } });
    const said = await failing('--loggroup', GATE);
    expect(said).toContain(message);
    expect(said).toContain('help: ask for the permission');
  });

  it('reports that there are no credentials, no Region', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv('AWS_CONFIG_FILE', path('none'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path('none'));
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    expect(await failing('--loggroup', GATE)).toContain('there are no AWS credentials\n  help: sign in');
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    expect(await failing('--loggroup', GATE)).toContain('no Region is set');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv('AWS_REGION', 'us-east-1');
  });

  it('stops at Ctrl-C with what was found until then', async () => {
    start -= 10 * 3600;
    refuse(GATE, '8.8.8.8', [0, 10, 20]);
    logs().faults.inject({ operation: 'FilterLogEvents', from: 4, fault: { kind: 'time-out' } });
    const listeners = process.listenerCount('SIGINT');
    const running = replay('--json', '--loggroup', GATE);
    while (logs().calls.count('logs', 'FilterLogEvents').calls < 4)
      await new Promise((resolve) => setTimeout(resolve, 10));
    process.emit('SIGINT');
    const { code, out, err } = await running;
    expect(code).toBe(1);
    expect(jsonLines(out)).toMatchObject([{ event: 'ban', id: '8.8.8.8' }]);
    expect(err).toMatch(/^interrupted: the log was played up to \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n$/);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });
});
