import { expect, it, vi } from 'vitest';
import { subscriptionEvent } from '../../../cli/demo/deliveries.ts';
import type { StoredEvent } from '../../../core/ports/log-reader.ts';
import { jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { emulatedStack } from './emulated-stack.ts';

const { file, path } = temporaryFolder();
file('config/filter.d/gate.conf', '[Definition]\nfailregex = ^gate: refused <ADDR>$\ndatepattern = {NONE}\n');
file(
  'config/jail.local',
  `[DEFAULT]
maxretry = 2
bantime = 1h
[gate]
enabled = true
logpath = /var/log/gate.log
findtime = 10m
[slow-gate]
enabled = true
filter = gate
logpath = /var/log/gate.log
findtime = 1h
`,
);
const stack = emulatedStack(path('config'));
const GATE = '/cloudjail/var/log/gate.log';
const NOW = Math.floor(Date.now() / 1000);
const HOUR = 3600;

function refused(address: string, ...times: readonly number[]): readonly StoredEvent[] {
  return times.map((time) => ({
    id: `${address} ${time}`,
    timestamp: time * 1000,
    message: `gate: refused ${address}`,
    logStream: 'host',
  }));
}

/** While the command waits the stack goes on: a minute of its own for each of ours. */
async function whileRunning<T>(command: Promise<T>, pause = 200): Promise<T> {
  let running = true;
  const done = command.finally(() => {
    running = false;
  });
  for (let now = Date.now() / 1000; running; now += 60) {
    await stack().aws.runBackfiller(now);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return await done;
}

it('reports that a stack so new has not begun', async () => {
  expect(await stack().run('backfill')).toMatchObject({
    code: 1,
    err: expect.stringContaining('the backfiller of the stack "cloudjail" has not run yet'),
  });
});

it('a jail that is new to a log group gets its existing events, as far back as its findtime', async () => {
  const { aws, run, bans } = stack();
  aws.logs.put(GATE, [
    ...refused('8.8.4.1', NOW - 300, NOW - 299),
    ...refused('8.8.4.2', NOW - 1800, NOW - 1799),
    ...refused('8.8.4.3', NOW - 2 * HOUR, NOW - 2 * HOUR + 1),
  ]);
  await aws.runBackfiller(NOW);
  const banned = async (id: string) => (await bans.ofId(id)).map(({ jail, state }) => `${jail} ${state}`).sort();
  expect(await banned('8.8.4.1')).toEqual(['gate active', 'slow-gate active']);
  expect(await banned('8.8.4.2')).toEqual(['slow-gate active']);
  expect(await banned('8.8.4.3')).toEqual([]);

  const { code, out } = await run('backfill', '--json');
  expect(code).toBe(0);
  expect(jsonLines(out)).toMatchObject([
    {
      kind: 'catch-up',
      logGroup: GATE,
      jails: ['gate'],
      state: 'reading',
      events: 2,
      failures: 2,
      bans: 1,
      from: NOW - 600,
    },
    { kind: 'catch-up', logGroup: GATE, jails: ['slow-gate'], state: 'reading', events: 4, failures: 4, bans: 2 },
  ]);
});

it('follows the log group until its subscription must be there, and then no more', async () => {
  const { aws, run, bans } = stack();
  aws.logs.put(GATE, refused('8.8.4.4', NOW + 100, NOW + 101));
  await aws.runBackfiller(NOW + 180);
  expect((await bans.ofId('8.8.4.4')).map(({ jail }) => jail).sort()).toEqual(['gate', 'slow-gate']);
  await aws.runBackfiller(NOW + 960);
  expect(jsonLines((await run('backfill', '--json')).out)).toMatchObject([
    { jails: ['slow-gate'], state: 'done', bans: 3 },
    { jails: ['gate'], state: 'done', bans: 2 },
  ]);
  expect((await run('backfill')).out).toMatch(
    /gate\.log {2}gate {2}.* UTC {2}new jail\n {2}done: 4 events, 4 failures, 2 bans\n$/,
  );
});

it('reads back what is asked for, to the end, and counts nothing twice that was delivered', async () => {
  const { aws, run, bans } = stack();
  const delivered = refused('8.8.5.1', NOW - 2400);
  aws.logs.put(GATE, [
    ...delivered,
    ...refused('8.8.5.2', NOW - 2500, NOW - 2499),
    ...refused('8.8.5.3', NOW - 5400, NOW - 5399),
  ]);
  const events = delivered.map(({ id, timestamp, message }) => ({ id, timestampMs: timestamp, message }));
  await aws.runMatcher(subscriptionEvent({ logGroup: GATE, logStream: 'host', events }), NOW - 2399);
  const { code, out, err } = await whileRunning(run('backfill', GATE, '--since', '2h', '--jail', 'gate'));
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/^done: \d+ events, \d+ failures, 2 bans, 1 that would be over already\n$/),
  });
  expect(err).toMatch(/^\/cloudjail\/var\/log\/gate\.log {2}gate {2}20.* to 20.* UTC\n$/);
  expect((await bans.ofId('8.8.5.2')).map(({ jail, state }) => `${jail} ${state}`)).toEqual(['gate active']);
  expect((await bans.ofId('8.8.5.3')).map(({ jail, state }) => `${jail} ${state}`)).toEqual(['gate lifted']);
  expect(await bans.ofId('8.8.5.1')).toEqual([]);
});

it('shows on a screen how far it is', async () => {
  const { out } = await whileRunning(stack().runOnScreen('backfill', GATE));
  expect(out).toMatch(/[█░]{20}/);
  expect(out).toMatch(/done: \d+ events/);
});

it('goes on by itself after Ctrl-C, until it is cancelled', async () => {
  const { run, aws } = stack();
  const command = run('backfill', GATE, '--since', '3h', '--json');
  await vi.waitFor(async () => expect((await run('backfill')).out).toContain('waiting for the next run'), 5000);
  process.emit('SIGINT');
  expect(await command).toEqual({
    code: 1,
    out: '',
    err: 'interrupted: the stack goes on by itself; cloudjail backfill shows how far it is\n',
  });
  const [open] = jsonLines((await run('backfill', '--status', '--json')).out);
  expect(open).toMatchObject({ state: 'waiting', kind: 'request', jails: ['gate', 'slow-gate'] });

  const cancelled = await run('backfill', '--cancel', GATE, '--json');
  expect(jsonLines(cancelled.out)).toMatchObject([{ id: open?.['id'], state: 'cancelled', reason: 'by hand' }]);
  await aws.runBackfiller(Date.now() / 1000 + 60);
  expect(jsonLines((await run('backfill', '--json')).out)[0]).toMatchObject({ state: 'cancelled', events: 0 });
  expect(await run('backfill', '--cancel', GATE)).toMatchObject({
    code: 1,
    err: expect.stringContaining(`${GATE} is not being read back`),
  });
});

it('fails for a log group that is not there', async () => {
  const { run, aws } = stack();
  const gone = vi.spyOn(aws.logs, 'page').mockResolvedValue('no-such-group');
  const { code, out } = await whileRunning(run('backfill', GATE));
  gone.mockRestore();
  expect({ code, out }).toEqual({
    code: 1,
    out: expect.stringMatching(/^failed \(there is no such log group\): 0 events, 0 failures, 0 bans, up to .* UTC\n$/),
  });
});

it('reports what prevents progress, and tries again', async () => {
  const { run, aws } = stack();
  const refusing = vi
    .spyOn(aws.logs, 'page')
    .mockRejectedValueOnce(Object.assign(new Error('no permission'), { name: 'AccessDeniedException' }));
  const { code, out, err } = await whileRunning(run('backfill', GATE), 1500);
  refusing.mockRestore();
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^done: /) });
  expect(err).toMatch(/AccessDeniedException: no permission; tried again from .* UTC on\n$/);
});

it.each([
  [['/cloudjail/var/log/gaet.log'], 1, `did you mean ${GATE}?`],
  [
    [GATE, '--jail', 'sshd'],
    1,
    '"sshd" does not read /cloudjail/var/log/gate.log\n  help: these jails do: gate, slow-gate',
  ],
  [[GATE, '--status'], 2, '--status goes without a log group'],
  [[GATE, '--cancel', GATE], 2, '--cancel goes without a log group'],
  [['--since', '2h'], 2, 'name the log group'],
  [['not a name'], 2, 'no log group can have the name "not a name"'],
  [[GATE, '--since', 'yesterday'], 2, '--since yesterday'],
])('refuses %j', async (args, code, message) => {
  expect(await stack().run('backfill', ...args)).toMatchObject({
    code,
    out: '',
    err: expect.stringContaining(message),
  });
});
