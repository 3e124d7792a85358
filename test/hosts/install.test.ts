import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BAD, BlocklistHost, INSTALL, UPDATE } from './blocklist-host.ts';
import { labImpossible, missingPrograms } from './network-lab.ts';

const impossible = labImpossible();
if (impossible) console.warn(`SKIPPED: hosts/install.sh in network namespaces: ${impossible.why}`);
const noIpset = missingPrograms('ipset', 'iptables', 'ip6tables');
if (noIpset.length > 0) console.warn(`SKIPPED: hosts/install.sh --format ipset: not installed: ${noIpset.join(', ')}`);
const hasAwsCli = missingPrograms('aws').length === 0;
if (!hasAwsCli) console.warn('SKIPPED: hosts/install.sh --bucket: the AWS CLI is not installed');

it.runIf(process.env['CI'] === 'true')('CI has the programs that the suites on hosts need', () => {
  expect(impossible?.missing === 'programs' ? impossible.why : '').toBe('');
  expect(noIpset).toEqual([]);
});

describe.skipIf(impossible)('install.sh on a server', { timeout: 120_000 }, () => {
  let host: BlocklistHost;
  beforeAll(async () => {
    host = await BlocklistHost.open();
  });
  afterAll(() => host?.lab.close());
  beforeEach(() => host.reset());

  const install = async (...options: string[]) => {
    const finished = await host.install('--url', await host.url(), ...options);
    expect(finished).toMatchObject({ status: 0 });
    return finished;
  };
  const update = async () => expect(await host.update()).toMatchObject({ status: 0 });
  const whoConnects = async () => {
    const both = async (who: 'bad' | 'good') => [await host.connect(who), await host.connect(who, 'ipv6')];
    return (await Promise.all([both('bad'), both('good')])).flat();
  };
  const BAD_KEPT_OUT = ['timed out', 'timed out', 'connected', 'connected'];
  const ALL_CONNECT = Array(4).fill('connected');

  it('a banned peer cannot connect, an unbanned one can; after the unban both can', async () => {
    expect(await whoConnects()).toEqual(ALL_CONNECT);
    await host.ban(BAD.ipv4, BAD.ipv6);
    await install();
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
    await host.ban();
    await update();
    expect(await whoConnects()).toEqual(ALL_CONNECT);
    await host.ban('198.51.100.0/24', '198.51.100.64/26', BAD.ipv4, '2001:db8:bad::66', BAD.ipv6);
    await update();
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
  });

  it('fetches and loads nothing while the list is the same', async () => {
    await host.ban(BAD.ipv4);
    await install();
    const counters = () => host.shell('nft -n list chain inet cloudjail prerouting');
    await host.connect('bad');
    const before = await counters();
    expect(before).toMatch(/counter packets [1-9]/);
    await host.ask({ kind: 'requests' });
    expect(await host.update()).toEqual({ status: 0, stdout: '', stderr: '' });
    // Asked once and answered 304; a load would have begun counting anew.
    expect((await host.ask({ kind: 'requests' })).requests).toBe(1);
    expect(await counters()).toBe(before);
  });

  const list = (...entries: string[]) =>
    `# cloudjail blocklist: ${entries.length} entries, revision 99\n${entries.map((entry) => `${entry}\n`).join('')}`;
  it('keeps the old list when it is offered another that is broken, and takes the next good one', async () => {
    await host.ban(BAD.ipv4, BAD.ipv6);
    await install();
    for (const [text, reason] of [
      ['<html>Service Unavailable</html>\n', 'does not begin as a cloudjail blocklist'],
      ['', 'it is empty'],
      [list('9.9.9.1', '9.9.9.2', '9.9.9.3').replace('9.9.9.3\n', ''), 'has 2 entries and says 3'],
      [list('9.9.9.1', '9.9.9.255').slice(0, -2), 'its last line is cut off'],
      [list('9.9.9.1', '}; flush ruleset; #'), 'line 3 is no address'],
      [list('example.com'), 'line 2 is no address'],
      [list('9.9.9.999'), 'the firewall refused the list'],
      [list('0.0.0.0/0'), 'line 2 bans too much'],
      [list('::/1', '8000::/1'), 'line 2 bans too much'],
    ] as const) {
      await host.put(text);
      const { status, stderr } = await host.update();
      expect([text, status, stderr]).toEqual([text, 1, expect.stringContaining(reason)]);
      expect(stderr).toMatch(/; the list in force stays: 2 entries, revision \d+\n$/);
      expect(await host.connect('bad')).toBe('timed out');
    }
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
    await host.ban();
    await update();
    expect(await whoConnects()).toEqual(ALL_CONNECT);
  });

  it('keeps the last good list when no server answers, and puts it back when the firewall lost it', async () => {
    await host.ban(BAD.ipv4, BAD.ipv6);
    await install();
    const settings = '/etc/cloudjail/blocklist.conf';
    await host.shell(`sed -i "s|^URL=.*|URL='http://127.0.0.1:1/banned.txt?X-Amz-Signature=secret'|" ${settings}
      nft flush ruleset`);
    expect(await host.connect('bad')).toBe('connected');
    const { status, stderr } = await host.update();
    expect(status).toBe(1);
    expect(stderr).toContain('could not fetch http://127.0.0.1:1/banned.txt: curl:');
    expect(stderr).not.toContain('secret');
    expect(stderr).toContain('the list in force stays: 2 entries');
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
  });

  it('drops no one who is never to be banned, and reports which line of that file it cannot read', async () => {
    await host.ban('198.51.100.0/24', BAD.ipv6);
    await install();
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
    await host.shell(`printf '%s\\n' '198.51.100.66 # the office' '2001:DB8:BAD::66/48' >>/etc/cloudjail/never-banned`);
    await update();
    expect(await whoConnects()).toEqual(ALL_CONNECT);
    await host.shell('echo office.example >>/etc/cloudjail/never-banned');
    await host.ban('198.51.100.66', '203.0.113.0/24');
    const { status, stderr } = await host.update();
    expect([status, stderr]).toEqual([1, expect.stringContaining('never-banned: office.example is no address')]);
    expect(await whoConnects()).toEqual(ALL_CONNECT);
  });

  it('loads what is published as banned.nft, which hosts may load themselves', async () => {
    await host.ban('198.51.100.0/24', BAD.ipv4, BAD.ipv6, '9.9.9.9');
    await host.shell(`curl -sf '${await host.url('banned.nft')}' -o /run/banned.nft && nft -f /run/banned.nft`);
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
    await host.shell('mkdir /etc/cloudjail && : >/etc/cloudjail/never-banned');
    await install();
    await host.shell('cmp /run/banned.nft /var/lib/cloudjail/loaded');
  });

  it('installed twice is installed once, with the latest settings', async () => {
    await host.ban(BAD.ipv4, BAD.ipv6);
    const files =
      'cd / && find etc/cloudjail etc/systemd/system/cloudjail* usr/local/sbin/cloudjail* var/lib/cloudjail -type f -printf "%m %p\\n" | sort';
    await install();
    await host.shell('echo 192.0.2.1 >>/etc/cloudjail/never-banned');
    const first = await host.shell(files);
    await install('--interval', '30');
    expect(await host.shell(files)).toBe(first);
    expect(first).toContain('600 etc/cloudjail/blocklist.conf\n');
    expect(await host.shell('cat /etc/cloudjail/never-banned')).toMatch(/169\.254\.0\.0\/16[\s\S]*192\.0\.2\.1\n$/);
    expect(await host.shell('cat /etc/systemd/system/cloudjail-blocklist.timer')).toContain('OnUnitActiveSec=30\n');
    expect(await host.shell('cat /run/systemctl.log')).toContain(
      'daemon-reload\nenable --quiet cloudjail-blocklist.timer\nrestart cloudjail-blocklist.timer\nstart cloudjail-blocklist.service\n',
    );
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
  });

  it('fetches anew when its URL changes', async () => {
    await host.ban(BAD.ipv4);
    await install();
    await host.shell(`printf '# cloudjail blocklist: 0 entries, revision 1\\n' >/run/list.txt`);
    expect(await host.install('--url', 'file:///run/list.txt')).toMatchObject({ status: 0 });
    expect(await host.connect('bad')).toBe('connected');
    await update();
  });

  it('uninstalled, it leaves nothing but never-banned, and the tables of others', async () => {
    await host.shell('nft add table inet mine');
    const files = 'find /etc /var/lib /usr/local/sbin -newer /run/before -type f | grep -v /etc/cloudjail';
    await host.shell('touch /run/before; sleep 0.1');
    await host.ban(BAD.ipv4);
    await install();
    expect(await host.install('--uninstall')).toMatchObject({ status: 0, stderr: '' });
    expect(await host.shell('nft list tables')).toBe('table inet mine\n');
    expect(await host.shell(`ls -A /etc/cloudjail; ${files} || true`)).toBe('never-banned\n');
    expect(await host.shell('tail -n 3 /run/systemctl.log')).toBe(
      'disable --quiet --now cloudjail-blocklist.timer\nstop cloudjail-blocklist.service\ndaemon-reload\n',
    );
    expect(await host.connect('bad')).toBe('connected');
    expect(await host.install('--uninstall')).toMatchObject({ status: 0, stderr: '' });
  });

  it('without systemd it prints the lines for cron', async () => {
    await host.shell('rm -r /run/systemd');
    await host.ban(BAD.ipv4, BAD.ipv6);
    expect((await install('--interval', '300')).stdout).toContain(`*/5 * * * * ${UPDATE} 2>&1 | logger`);
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
    expect(await host.shell('ls /etc/systemd/system | grep cloudjail || true')).toBe('');
  });

  it.skipIf(noIpset.length > 0)('does the same with ipset and iptables, for hosts that have no nftables', async () => {
    await host.ban(BAD.ipv4, BAD.ipv6);
    await install();
    await install('--format', 'ipset');
    expect(await host.shell('nft list tables')).not.toContain('cloudjail');
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
    expect(await host.update()).toEqual({ status: 0, stdout: '', stderr: '' });
    await host.shell('iptables -t raw -F PREROUTING');
    await update();
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
    await host.shell(
      'echo 198.51.100.0/28 >>/etc/cloudjail/never-banned; echo 198.51.100.66 >>/etc/cloudjail/never-banned',
    );
    await host.ban('198.51.100.0/24', BAD.ipv4);
    await update();
    expect(await whoConnects()).toEqual(ALL_CONNECT);
    // What is published for hosts that have their own rules fits the same sets.
    await host.shell(`curl -sf '${await host.url('banned.ipset')}' | ipset restore`);
    expect(await host.shell('ipset list cloudjail4')).toContain('198.51.100.66');
    await host.put(list('1.2.3.0/33'));
    expect(await host.update()).toMatchObject({ status: 1, stderr: expect.stringContaining('the firewall refused') });
    expect(await host.install('--uninstall')).toMatchObject({ status: 0, stderr: '' });
    expect(await host.shell('ipset list -n; iptables-save -t raw | grep cloudjail || true')).toBe('');
  });

  it.skipIf(!hasAwsCli)('fetches from the bucket with the AWS CLI', async () => {
    await host.ban(BAD.ipv4, BAD.ipv6);
    const { endpoint } = await host.ask({ kind: 'requests' });
    const env = ['AWS_ACCESS_KEY_ID=local', 'AWS_SECRET_ACCESS_KEY=local', `AWS_ENDPOINT_URL=${endpoint}`];
    const bucket = ['--bucket', 'lists', '--prefix', 'fleet/', '--region', 'us-east-1'];
    const run = (...command: string[]) => host.lab.server.run('env', 'PYTHONWARNINGS=ignore', ...env, ...command);
    await host.shell('rm -r /run/systemd');
    expect(await run('sh', INSTALL, ...bucket)).toMatchObject({ status: 0 });
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
    expect(await run(UPDATE)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await run('sh', INSTALL, ...bucket, '--prefix', 'none/')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/could not fetch s3:\/\/lists\/none\/banned\.txt: .*Not Found.*stays: 2 entries/s),
    });
    expect(await whoConnects()).toEqual(BAD_KEPT_OUT);
  });

  it('changes the list in one step: fifty reloads let nothing of the banned through and stop nothing of the others', async () => {
    await host.ban(BAD.ipv4);
    await install();
    await host.ask({ kind: 'requests' });
    // Long lists take long to load: what is open meanwhile, packets find.
    const many = Array.from({ length: 1_000 }, (_, i) => `11.0.${i >> 7}.${(i & 127) * 2}`);
    const endBad = await host.storm('bad', 20, 16);
    const endGood = await host.storm('good', 900, 2);
    for (let i = 0; i < 50; i++) {
      const changing = [`9.9.${i}.0/24`, '198.51.100.0/26', i % 2 ? BAD.ipv4 : '198.51.100.64/28'];
      await host.put(list(...changing, ...many).replace('revision 99', `revision ${i}`));
      expect((await host.update()).stderr).toContain(`revision ${i}: loaded`);
    }
    const [bad, good] = [await endBad(), await endGood()];
    const { datagrams } = await host.ask({ kind: 'requests' });
    expect(bad.connected).toBe(0);
    expect(good).toMatchObject({ refused: 0, timedOut: 0 });
    expect(datagrams['::ffff:198.51.100.66']).toBeUndefined();
    // It was a storm: several of each kind a reload, even on a machine with much else to do.
    expect(Math.min(bad.timedOut, good.connected, bad.datagrams, datagrams['::ffff:203.0.113.5'] ?? 0)).toBeGreaterThan(
      100,
    );
  });
});

it('refuses to run as anyone but root, and options that make no sense', () => {
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const run = (...options: string[]) =>
    spawnSync('sh', ['-s', '--', ...options], {
      ...asNobody,
      cwd: '/',
      input: readFileSync(INSTALL),
      encoding: 'utf8',
    });
  expect(run('--bucket', 'lists')).toMatchObject({ status: 1, stderr: 'install.sh: must be run as root: try sudo\n' });
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--uninstall') });
  for (const [options, reason] of [
    [[], 'say where the list is'],
    [['--bucket'], '--bucket needs a value'],
    [['--bucket', "x'; id; '"], 'no name of a bucket'],
    [['--bucket', 'lists', '--prefix', '$(id)'], '--prefix'],
    [['--bucket', 'lists', '--url', 'https://x/'], 'one of them'],
    [['--url', 'http://lists.example/banned.txt'], 'https://'],
    [['--url', "https://x/'"], 'encode'],
    [['--bucket', 'lists', '--interval', '5'], '10 to 3600'],
    [['--bucket', 'lists', '--format', 'nginx'], 'nftables or ipset'],
    [['--frobnicate'], 'is no option'],
  ] as const) {
    expect(run(...options)).toMatchObject({ status: 2, stderr: expect.stringContaining(reason) });
  }
});
