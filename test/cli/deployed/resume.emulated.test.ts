import { expect, it, vi } from 'vitest';
import { subscriptionEvent } from '../../../cli/demo/deliveries.ts';
import { jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { emulatedStack } from './emulated-stack.ts';

const { file, path } = temporaryFolder();
file('config/filter.d/gate.conf', '[Definition]\nfailregex = ^gate: refused <ADDR>$\ndatepattern = {NONE}\n');
file(
  'config/jail.local',
  `[gate]
enabled = true
logpath = /var/log/gate.log
maxretry = 2
findtime = 600
maxbans = 3
`,
);
const stack = emulatedStack(path('config'));
/**
 * The beginning of a minute some minutes ago: what trips then has tripped in another minute than
 * now.
 */
const THEN = (Math.floor(Date.now() / 60_000) - 3) * 60;

/** Failures of these addresses reach the matcher at `now`. */
async function attack(now: number, ...addresses: readonly string[]): Promise<void> {
  const events = addresses.map((address, i) => ({
    id: `${now}-${i}`,
    timestampMs: now * 1000,
    message: `gate: refused ${address}`,
  }));
  const batch = { logGroup: '/cloudjail/var/log/gate.log', logStream: 'host', events };
  await stack().aws.runMatcher(subscriptionEvent(batch), now);
}

it('a jail whose breaker tripped bans no one until it is resumed, by one of two operators', async () => {
  const { run, enforced } = stack();
  expect(await run('resume', 'gate')).toEqual({ code: 0, out: 'gate bans: its breaker has not tripped\n', err: '' });
  const many = Array.from({ length: 4 }, (_, i) => `8.8.8.${i}`);
  await attack(THEN, ...many, ...many);
  expect(await enforced()).toHaveLength(4);
  await attack(THEN + 60, '8.8.4.4', '8.8.4.4');
  expect(await enforced()).toHaveLength(4);
  const since = new Date(THEN * 1000).toISOString().slice(0, 19).replace('T', ' ');
  expect((await run('status')).out).toContain('Breaker tripped:\tgate\n');
  expect((await run('status', 'gate')).out).toContain(`Breaker:\ttripped ${since}; cloudjail resume gate\n`);

  const two = await Promise.all([run('resume', 'gate'), run('resume', 'gate')]);
  expect(two.map(({ code, err }) => [code, err])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  const resumed = two.filter(({ out }) => out === `gate bans again; its breaker had tripped ${since} UTC\n`);
  expect(resumed).toHaveLength(1);
  expect((await run('status', 'gate')).out).toContain('Breaker:\tnot tripped\n');

  await attack(THEN + 120, '8.8.4.4');
  expect(await enforced()).toContain('8.8.4.4/32');
});

it('reports that it may trip again within its minute', async () => {
  const { run, breakers } = stack();
  const now = Math.floor(Date.now() / 1000);
  vi.useFakeTimers({ now: now * 1000, toFake: ['Date'] });
  try {
    await breakers.trip('gate', now);
    const { code, out, err } = await run('resume', 'gate', '--json');
    expect({ code, lines: jsonLines(out) }).toEqual({
      code: 0,
      lines: [{ jail: 'gate', resumed: true, trippedAt: now }],
    });
    expect(err).toBe('the minute in which it tripped is not over: the next ban within it trips it again\n');
  } finally {
    vi.useRealTimers();
  }
});

it('knows the jail, and a former one whose breaker is all that is left', async () => {
  const { run, breakers } = stack();
  expect(await run('resume', 'gaet')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('did you mean "gate"?'),
  });
  await breakers.trip('former', THEN);
  expect((await run('resume', 'former')).out).toMatch(/^former bans again; /);
});
