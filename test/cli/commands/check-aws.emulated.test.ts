import { afterEach, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../../../local/emulators/service-error.ts';
import { cloudjail, jsonLines } from '../captured-terminal.ts';
import { emulatedLogs } from '../deployed/emulated-logs.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A pattern that is derived wrongly, where a test wants one. */
const derived = vi.hoisted(() => ({ pattern: undefined as string | undefined }));
vi.mock('../../../core/literals/subscription-pattern.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../../core/literals/subscription-pattern.ts')>();
  const subscriptionPattern: typeof original.subscriptionPattern = (matches) =>
    derived.pattern ?? original.subscriptionPattern(matches);
  return { ...original, subscriptionPattern };
});

const { file, path } = temporaryFolder();
file(
  'config/jail.local',
  `[gate]
enabled = true
logpath = /var/log/gate.log
[anything]
enabled = true
loggroup = /anything
`,
);
file('config/filter.d/gate.conf', '[Definition]\nfailregex = ^\\s*gate: (?:refused|turned away) <HOST>$\n');
file('config/filter.d/anything.conf', '[Definition]\nfailregex = ^\\s*\\w* <HOST>$\n');
const CONFIG = ['--config', path('config')];
const GATE = '/cloudjail/var/log/gate.log';

const check = (...args: readonly string[]) => cloudjail('check', '--aws', ...CONFIG, ...args);

describe.each(['word', 'substring'] as const)('cloudjail check --aws, with terms read as a %s', (terms) => {
  const logs = emulatedLogs({ terms });

  afterEach(() => {
    derived.pattern = undefined;
    logs().faults.clear();
    logs().calls.clear();
  });

  it('proves the pattern of each log group', async () => {
    const { code, out, err } = await check();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/\/anything {2}\[anything\]\n {4}every event gets through: no words are in all/);
    expect(out).toMatch(
      /\/cloudjail\/var\/log\/gate\.log {2}\[gate\]\n {4}\?".*"\n {4}proven: \d+ lines that match get through/,
    );
    expect(out).toMatch(/Patterns of log groups: 2\. Lines proven: \d+, lost: 0\.\n$/);
    expect(
      logs()
        .calls.find()
        .every(({ operation }) => operation === 'TestMetricFilter'),
    ).toBe(true);
  });

  it('reports the lines that a pattern keeps out, and exits 1', async () => {
    derived.pattern = '"refused"';
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(out).toMatch(/LOST:\n {6}Nov 22 10:15:30 gate: turned away \S+\n {8}\[gate\] failregex \^/);
    const { out: json } = await check('--json');
    const [, gate] = jsonLines(json).filter((line) => 'logGroup' in line);
    expect(gate).toMatchObject({ logGroup: GATE, jails: ['gate'], pattern: '"refused"', proven: expect.any(Number) });
    expect(gate?.['lost']).toContainEqual({
      line: expect.stringContaining('turned away'),
      jail: 'gate',
      from: { failregex: '^\\s*gate: (?:refused|turned away) <HOST>$' },
    });
    expect(jsonLines(json).at(-1)).toMatchObject({ summary: { patterns: { logGroups: 2, lost: expect.any(Number) } } });
  });

  it("tries the user's own lines, 50 a call", async () => {
    const lines = Array.from(
      { length: 120 },
      (_, index) => `Nov 22 10:15:30 gate: refused 198.51.100.${index}\nidle\n`,
    );
    const log = file('gate.log', lines.join(''));
    const before = Number(/proven: (\d+)/.exec((await check()).out)?.[1]);
    logs().calls.clear();
    const { out } = await check('--sample', log);
    expect(out).toContain(`proven: ${before + 120} lines`);
    const sizes = logs()
      .calls.find()
      .map(({ input }) => (input['logEventMessages'] as readonly string[]).length);
    expect(sizes.length).toBe(Math.ceil((before + 120) / 50));
    expect(Math.max(...sizes)).toBe(50);
  });

  it('reports a pattern that CloudWatch refuses', async () => {
    derived.pattern = '?"a" "b"';
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(out).toContain('CloudWatch refuses this pattern: Invalid filter pattern');
    expect(out).toContain('Refused: 1.');
  });

  it('names the permission that is missing', async () => {
    const error = new ServiceError('AccessDeniedException', 'not authorized to perform: logs:TestMetricFilter');
    logs().faults.inject({ fault: { kind: 'error', error } });
    const { code, err } = await check();
    expect(code).toBe(1);
    expect(err).toMatch(/logs:TestMetricFilter\n {2}help: ask for the permission/);
  });

  it('calls AWS neither when the configuration has a mistake nor without the option', async () => {
    file(
      'wrong/jail.local',
      '[gate]\nenabled = true\nlogpath = /var/log/gate.log\nfailregex = ^(gate <HOST>$\nfilter =\n',
    );
    const { code } = await cloudjail('check', '--aws', '--config', path('wrong'));
    expect(code).toBe(1);
    expect((await cloudjail('check', ...CONFIG)).code).toBe(0);
    expect(await cloudjail('check', ...CONFIG, '--sample', 'x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--sample goes with --aws'),
    });
    expect(await check('--sample', path('none.log'))).toMatchObject({ code: 2 });
    expect(logs().calls.counts().size).toBe(0);
  });

  it('stops at Ctrl-C', async () => {
    logs().faults.inject({ fault: { kind: 'time-out' } });
    const running = check();
    while (logs().calls.counts().size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    process.emit('SIGINT');
    expect(await running).toMatchObject({ code: 1, err: 'interrupted: 1 of 2 log groups were tried\n' });
  });
});
