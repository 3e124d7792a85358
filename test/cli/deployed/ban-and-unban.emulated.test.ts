import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { emulatedStack } from './emulated-stack.ts';

const { file, path } = temporaryFolder();
file('config/filter.d/gate.conf', '[Definition]\nfailregex = ^gate: refused <ADDR>$\n');
file(
  'config/jail.local',
  `[DEFAULT]
filter = gate
bantime = 600
ignoreip = 9.9.9.0/24
[gate]
enabled = true
logpath = /var/log/gate.log
[single]
enabled = true
logpath = /var/log/single.log
ipv6prefix = 128
[rehearsal]
enabled = true
logpath = /var/log/rehearsal.log
action = dry-run
[closed]
enabled = false
logpath = /var/log/closed.log
`,
);
const stack = emulatedStack(path('config'));
const QUIET = { code: 0, err: '' };

afterEach(async () => {
  stack().aws.faults.clear();
  await stack().run('unban', '--all');
  expect(await stack().enforced()).toEqual([]);
});

describe('set JAIL banip', () => {
  it('bans an address until the jail would let it go; unbanip takes it back', async () => {
    const { run, enforced, bans } = stack();
    const before = Math.floor(Date.now() / 1000);
    expect(await run('set', 'gate', 'banip', '8.8.8.1')).toEqual({ ...QUIET, out: '1\n' });
    expect(await enforced()).toEqual(['8.8.8.1/32']);
    const record = await bans.read({ id: '8.8.8.1', jail: 'gate' });
    expect(record).toMatchObject({ state: 'active', origin: 'manual', bantime: 600 });
    expect(record?.bannedAt).toBeGreaterThanOrEqual(before);
    expect(await run('set', 'gate', 'unbanip', '8.8.8.1')).toEqual({ ...QUIET, out: '1\n' });
    expect(await enforced()).toEqual([]);
  });

  it('prints the number of those that were not banned yet, and reports for the others until when they are', async () => {
    const { run } = stack();
    await run('set', 'gate', 'banip', '8.8.8.1', '--bantime', '1h');
    const again = await run('set', 'gate', 'banip', '8.8.8.1', '8.8.8.2', '8.8.8.2/32', '8.8.8.3');
    expect(again).toMatchObject({ code: 0, out: '2\n' });
    expect(again.err).toMatch(/^8\.8\.8\.1 is banned already, until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n$/);
    const longer = await run('set', 'gate', 'banip', '8.8.8.1', '--bantime', '-1');
    expect(longer).toEqual({ code: 0, out: '0\n', err: '8.8.8.1 was banned already; it is banned for good now\n' });
  });

  it('takes ranges, and an IPv6 address for what the jail bans of it', async () => {
    const { run, enforced } = stack();
    const { out, err } = await run('set', 'gate', 'banip', '8.8.4.77/24', '2600::5', '2600:1::5/128');
    expect(out).toBe('3\n');
    expect(err).toBe('2600::5 counts as 2600::/64 in gate, so that is banned; write 2600::5/128 for it alone\n');
    expect(await enforced()).toEqual(['8.8.4.0/24', '2600:1::5/128', '2600::/64']);
    const single = await run('set', 'single', 'banip', '2600:2::5');
    expect(single).toEqual({ ...QUIET, out: '1\n' });
    expect(await enforced()).toContain('2600:2::5/128');
  });

  it('bans who is on ignoreip or in a private range all the same, and reports it', async () => {
    const { run, enforced } = stack();
    const { code, out, err } = await run('set', 'gate', 'banip', '9.9.9.9', '10.1.2.3');
    expect({ code, out }).toEqual({ code: 0, out: '2\n' });
    expect(err).toContain('9.9.9.9 is protected from logs (ignoreip 9.9.9.0/24), not from a ban by hand');
    expect(err).toContain('10.1.2.3 is protected from logs (private use (10.0.0.0/8))');
    expect(await enforced()).toEqual(['10.1.2.3/32', '9.9.9.9/32']);
  });

  it('reports that a dry run bans no one', async () => {
    const { run, enforced } = stack();
    const { out, err } = await run('set', 'rehearsal', 'banip', '8.8.8.1');
    expect([out, err]).toEqual(['1\n', 'rehearsal is a dry run (action = dry-run): its bans reach no firewall\n']);
    expect(await enforced()).toEqual([]);
  });

  it('prints an object a ban', async () => {
    const { out } = await stack().run('set', 'gate', 'banip', '8.8.8.1', '--bantime=-1', '--json');
    expect(jsonLines(out)).toEqual([
      { ip: '8.8.8.1', id: '8.8.8.1', jail: 'gate', outcome: 'banned', bannedAt: expect.any(Number), bantime: -1 },
    ]);
  });

  it.each([
    [
      ['gate', 'banip', '8.8.8.8', '300.1.1.1', 'host.example'],
      2,
      '"300.1.1.1" is neither an address nor a range\n"host',
    ],
    [['gate', 'banip', '8.8.8.8', '8.0.0.0/8'], 2, '8.0.0.0/8 is wider than /16'],
    [['gate', 'banip', '8.8.8.8', '--bantime', '0'], 2, '--bantime 0'],
    [['gate', 'banip', '8.8.8.8', '--bantime', '5 minits'], 2, '--bantime 5 minits: '],
    [['gate', 'banip', '8.8.8.8', '--bantime', '9000y'], 2, 'write -1'],
    [
      ['gaet', 'banip', '8.8.8.8'],
      1,
      'there is no jail "gaet"\n  help: did you mean "gate"? enabled: gate, rehearsal, single',
    ],
    [['closed', 'banip', '8.8.8.8'], 1, 'the jail "closed" is not enabled'],
  ])('%j bans no one', async (args, code, message) => {
    const ran = await stack().run('set', ...args);
    expect(ran).toMatchObject({ code, out: '', err: expect.stringContaining(message) });
    expect(await stack().bans.ofId('8.8.8.8')).toEqual([]);
  });

  it('reports how far it came when AWS fails in the middle', async () => {
    const { run, aws } = stack();
    const addresses = Array.from({ length: 40 }, (_, i) => `8.8.8.${i}`);
    const throttled = {
      operation: 'PutItem',
      from: 30,
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'throttle' },
    } as const;
    // The SDK tries again for seconds; its final error is the same.
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    aws.faults.inject(throttled);
    const broken = await run('set', 'gate', 'banip', ...addresses);
    expect(broken).toMatchObject({ code: 1, out: '' });
    expect(broken.err).toMatch(/^29 addresses were banned before this:\nAWS takes no more requests for now/);
    aws.faults.clear();
    vi.stubEnv('AWS_MAX_ATTEMPTS', undefined);
    expect((await run('set', 'gate', 'banip', ...addresses)).out).toBe('11\n');
  });
});

describe('unbanip and unban', () => {
  it('lift the range that an address counts as, and report which range still holds it', async () => {
    const { run, enforced } = stack();
    await run('set', 'gate', 'banip', '2600::5', '8.8.4.0/24', '8.8.4.4');
    expect(await run('set', 'gate', 'unbanip', '2600::9')).toEqual({ ...QUIET, out: '1\n' });
    const { code, out, err } = await run('unban', '8.8.4.4');
    expect({ code, out }).toEqual({ code: 0, out: '1\n' });
    expect(err).toMatch(
      /^8\.8\.4\.4 is still banned with 8\.8\.4\.0\/24 in gate, until .*: cloudjail set gate unbanip 8\.8\.4\.0\/24\n$/,
    );
    expect(await enforced()).toEqual(['8.8.4.0/24']);
  });

  it('lift everything inside a range, in one jail or in all', async () => {
    const { run, enforced } = stack();
    await run('set', 'gate', 'banip', '8.8.4.1', '8.8.4.2', '8.8.5.1');
    await run('set', 'single', 'banip', '8.8.4.1');
    expect((await run('set', 'gate', 'unbanip', '8.8.4.0/24')).out).toBe('2\n');
    expect(await enforced()).toEqual(['8.8.4.1/32', '8.8.5.1/32']);
    expect(await run('unban', '8.8.0.0/16')).toEqual({ ...QUIET, out: '2\n' });
    expect(await enforced()).toEqual([]);
  });

  it('lift one address and leave its neighbors, though the jail counts them as one', async () => {
    const { run, enforced } = stack();
    await run('set', 'gate', 'banip', '2600::5/128', '2600::6/128');
    expect((await run('unban', '2600::5')).out).toBe('1\n');
    expect(await enforced()).toEqual(['2600::6/128']);
  });

  it('report who was not banned, and fail for it when asked to', async () => {
    const { run } = stack();
    await run('set', 'gate', 'banip', '8.8.8.1');
    expect(await run('set', 'gate', 'unbanip', '8.8.8.1', '8.8.8.1', '8.8.8.2', 'who?')).toEqual({
      code: 0,
      out: '1\n',
      err: '8.8.8.2 is not banned\nwho? is no address, and nothing of that name is banned\n',
    });
    const absent = await run('set', 'gate', 'unbanip', '--report-absent', '8.8.8.1');
    expect(absent).toEqual({ code: 1, out: '0\n', err: '8.8.8.1 is not banned\n' });
    expect((await run('set', 'gaet', 'unbanip', '8.8.8.1')).err).toContain('did you mean "gate"?');
  });

  it('lift every ban, on a screen with a line of progress', async () => {
    const { run, runOnScreen, enforced } = stack();
    const addresses = Array.from({ length: 60 }, (_, i) => `8.8.8.${i}`);
    await run('set', 'gate', 'banip', ...addresses);
    await run('set', 'single', 'banip', '8.8.8.1', '2600::1');
    const { code, out, err } = await runOnScreen('unban', '--all');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('\rUnbanned 62 of 62'.replace('\r', '\r\x1b[K'));
    expect(out).toMatch(/\r\x1b\[K62\n$/);
    expect(await enforced()).toEqual([]);
    expect(await run('unban', '--all', '--json')).toEqual({ ...QUIET, out: '' });
  });

  it('print an object a ban', async () => {
    const { run } = stack();
    await run('set', 'gate', 'banip', '8.8.8.1');
    const { out } = await run('unban', '8.8.8.1', '--json');
    expect(jsonLines(out)).toEqual([{ id: '8.8.8.1', jail: 'gate', outcome: 'unbanned' }]);
  });
});

describe('two operators at once', () => {
  // In one second: a ban made a second later ends a second later, which prolongs the first.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('make one ban of it and lift it once, in any order', async () => {
    const { run, enforced, bans } = stack();
    const addresses = Array.from({ length: 20 }, (_, i) => `8.8.9.${i}`);
    const both = async (...args: readonly string[]) => {
      const ran = await Promise.all([run(...args), run(...args)]);
      expect(ran.map(({ code }) => code)).toEqual([0, 0]);
      return ran.reduce((sum, { out }) => sum + Number(out), 0);
    };
    expect(await both('set', 'gate', 'banip', ...addresses)).toBe(20);
    expect(await enforced()).toHaveLength(20);
    expect(await both('set', 'gate', 'unbanip', ...addresses)).toBe(20);
    expect(await enforced()).toEqual([]);
    expect(await bans.read({ id: '8.8.9.0', jail: 'gate' })).toMatchObject({ version: 2, state: 'lifted' });
  });

  it('one bans while the other unbans: the table decides, and the firewall follows it', async () => {
    const { run, enforced, bans } = stack();
    const addresses = Array.from({ length: 10 }, (_, i) => `8.8.8.${i}`);
    await Promise.all([run('set', 'gate', 'banip', ...addresses), run('unban', '8.8.8.0/24')]);
    const records = await Promise.all(addresses.map((id) => bans.read({ id, jail: 'gate' })));
    const active = records.filter((record) => record?.state === 'active').map((record) => `${record?.id}/32`);
    expect(await enforced()).toEqual(active);
  });
});
