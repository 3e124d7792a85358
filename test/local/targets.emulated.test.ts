import { AuthorizeSecurityGroupIngressCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { deliveries, type FileDelivery, subscriptionEvent } from '../../cli/demo/deliveries.ts';
import { run } from '../../cli/demo/run.ts';
import { openLogFile, readLines } from '../../cli/input/read-lines.ts';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { FIREWALL_TARGETS, type FirewallTarget } from '../../core/config/actions.ts';
import { createDateDetector } from '../../core/dates/detector/date-detector.ts';
import { contains, formatWithPrefix, parseCidr } from '../../core/net/address.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { synthesize } from '../../local/synthesize.ts';
import { type StackTemplate, targetsOf } from '../../local/template.ts';
import { banStoreContents } from '../support/ban-store-contents.ts';
import { plainJail } from '../support/plain-jail.ts';

const ACL = 'acl-0123456789abcdef0';
const GROUP = 'sg-0123456789abcdef0';
const LISTS = { ipv4: 'pl-0123456789abcdef0', ipv6: 'pl-0123456789abcdef1' };
const SETTINGS = {
  networkAcls: { ids: [ACL], firstRule: 10, byPort: true },
  securityGroups: { mode: 'revoke', ids: [GROUP] },
  prefixLists: LISTS,
  blocklist: { formats: ['nginx'] },
};
const NOW = 1_000_000_020;

let template: StackTemplate;
let aws: EmbeddedAws;
let told: TelemetryEvent[];
const attemptsBefore = process.env['AWS_MAX_ATTEMPTS'];

beforeAll(async () => {
  template = await synthesize({ settings: SETTINGS });
  // Where a service is down, waiting for the SDK to try again would only make the test slow.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
});
afterAll(() => {
  if (attemptsBefore === undefined) delete process.env['AWS_MAX_ATTEMPTS'];
  else process.env['AWS_MAX_ATTEMPTS'] = attemptsBefore;
});
beforeEach(() => {
  told = [];
});
afterEach(() => aws.close());

async function start(jails: readonly CompiledJail[], of: StackTemplate = template): Promise<void> {
  aws = await startEmbeddedAws(of, { format: 1, jails });
  aws.listen((event) => told.push(event));
}

const jailFor = (name: string, ...actions: readonly string[]) =>
  plainJail({ name, loggroups: [`/${name}`], actions: actions.map((action) => ({ name: action, args: {} })) });

/** A ban in a jail. */
async function ban(jail: string, ip: string, now = NOW): Promise<void> {
  const events = [1, 2, 3].map((n) => ({ id: `${jail}${ip}${n}`, timestampMs: now * 1000, message: `no ${ip}` }));
  await aws.runMatcher(subscriptionEvent({ logGroup: `/${jail}`, logStream: 'host', events }), now);
}

/** Rules for SSH, as an operator would add them to the security group. */
async function letIn(...sources: readonly string[]): Promise<void> {
  const client = new EC2Client({});
  const IpPermissions = sources.map((source) => ({
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    ...(source.includes(':') ? { Ipv6Ranges: [{ CidrIpv6: source }] } : { IpRanges: [{ CidrIp: source }] }),
  }));
  await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: GROUP, IpPermissions }));
  client.destroy();
}

/**
 * What each target keeps out. A security group's bans are those of `sources` that it lets in no
 * more.
 */
async function held(sources: readonly string[] = []): Promise<Record<FirewallTarget, readonly string[]>> {
  const { ec2, s3 } = aws;
  const acl = ec2?.networkAcls.get(ACL).entries.filter((entry) => !entry.egress && entry.ruleNumber < 100) ?? [];
  const letIn = ec2?.securityGroups
    .get(GROUP)
    .rules.map(({ source }) => (source.kind === 'cidr' ? source.block.cidr : ''));
  const lists = Object.values(LISTS).flatMap((id) => ec2?.prefixLists.get(id).entries ?? []);
  const plain = s3?.objects.get('cloudjail-blocklistbucket', 'blocklist/banned.txt')?.body.toString() ?? '';
  return {
    waf: ranges((await aws.ipSets()).flatMap(({ addresses }) => addresses)),
    'network-acl': ranges(acl.map(({ block }) => block.cidr)),
    'security-group': ranges(sources.filter((source) => !letIn?.includes(source))),
    'prefix-list': ranges(lists.map(({ cidr }) => cidr)),
    blocklist: ranges(plain.split('\n').filter((line) => line !== '' && !line.startsWith('#'))),
  };
}

function ranges(texts: readonly string[]): readonly string[] {
  return texts.map((text) => formatWithPrefix(parseCidr(text) ?? { family: 6, network: 0n, prefix: 0 })).sort();
}

const inAll = (...ids: readonly string[]) =>
  Object.fromEntries(FIREWALL_TARGETS.map((target) => [target, ranges(ids)]));

it('bans of the sample log appear in every target within their batch, and go at their end', async () => {
  const sources = ['198.51.100.23', '192.0.2.44', '198.51.100.150', '203.0.113.99', '198.51.100.77'].map(
    (ip) => `${ip}/32`,
  );
  sources.push('2001:db8:bad::/64');
  const { compiled } = compileJails(configDirectory('examples/config'), { set: { loggroup: '/log' } });
  const jails = compiled.jails.flatMap((jail) =>
    FIREWALL_TARGETS.map((target) => ({ ...jail, name: target, actions: [{ name: target, args: {} }] })),
  );
  await start(jails);
  await letIn(...sources);
  const seen = { states: 0, most: 0 };
  let changes = 0;
  const compare = async (): Promise<void> => {
    const news = told.filter(({ kind }) => kind === 'ban-made' || kind === 'ban-lifted').length;
    if (news === changes) return;
    changes = news;
    const records = await banStoreContents(aws.dynamoDb.endpoint);
    const active = [...new Set(records.filter(({ state }) => state === 'active').map(({ id }) => id))];
    expect(await held(sources)).toEqual(inAll(...active));
    seen.states += 1;
    seen.most = Math.max(seen.most, active.length);
  };
  const screen = { show: () => undefined, progress: () => undefined, close: () => undefined };
  const summary = await run(aws, watched(await sampleLog(jails[0]), compare), 1, screen);
  await compare();
  expect(summary.bans).toBe(11 * FIREWALL_TARGETS.length);
  expect(summary.unbans).toBe(summary.bans);
  expect(await held(sources)).toEqual(inAll());
  expect(aws.ec2?.securityGroups.get(GROUP).rules).toHaveLength(sources.length);
  expect(seen.states).toBeGreaterThan(10);
  expect(seen.most).toBeGreaterThan(1);
  // SSH is what the sample's jail watches, so that is what the entries denied.
  const created = aws.ec2?.calls.find({ operation: 'CreateNetworkAclEntry' }) ?? [];
  expect(created.length).toBeGreaterThan(5);
  expect(new Set(created.map(({ input }) => JSON.stringify([input['Protocol'], input['PortRange']])))).toEqual(
    new Set([JSON.stringify(['6', { From: '22', To: '22' }])]),
  );
});

async function sampleLog(jail: CompiledJail | undefined): Promise<readonly FileDelivery[]> {
  const dates = jail?.match.dates;
  const lines = readLines(await openLogFile('examples/sshd/auth.log'));
  const source = { logGroup: '/log', logStream: 'host' };
  const feed: FileDelivery[] = [];
  for await (const one of deliveries(lines, source, dates && createDateDetector(dates), Date.now() / 1000))
    feed.push(one);
  return feed;
}

async function* watched(feed: readonly FileDelivery[], look: () => Promise<void>) {
  for (const delivery of feed) {
    yield delivery;
    await look();
  }
}

it('a jail reaches the targets it names and no other; a dry run none, a stock action all', async () => {
  await start([
    jailFor('two', 'network-acl', 'blocklist'),
    jailFor('list', 'prefix-list'),
    jailFor('stock', 'iptables-multiport'),
    jailFor('dry', 'dry-run'),
    jailFor('dry-acl', 'network-acl', 'dry-run'),
  ]);
  await letIn('9.0.0.1/32', '9.0.0.3/32');
  for (const [n, jail] of ['two', 'list', 'stock', 'dry', 'dry-acl'].entries()) await ban(jail, `9.0.0.${n + 1}`);
  const expected = {
    waf: ['9.0.0.3/32'],
    'network-acl': ['9.0.0.1/32', '9.0.0.3/32'],
    'security-group': ['9.0.0.3/32'],
    'prefix-list': ['9.0.0.2/32', '9.0.0.3/32'],
    blocklist: ['9.0.0.1/32', '9.0.0.3/32'],
  };
  await aws.enforceChanges(NOW);
  expect(await held(['9.0.0.1/32', '9.0.0.3/32'])).toEqual(expected);
  expect(aws.s3?.objects.get('cloudjail-blocklistbucket', 'blocklist/nginx-deny.conf')?.body.toString()).toContain(
    'deny 9.0.0.1;',
  );
  await aws.reconcile(NOW + 60);
  expect(await held(['9.0.0.1/32', '9.0.0.3/32'])).toEqual(expected);
  await aws.runExpirer(NOW + 180);
  await aws.enforceChanges(NOW + 180);
  expect(await held(['9.0.0.1/32', '9.0.0.3/32'])).toEqual(inAll());
});

it.each([
  ['network-acl', 'ec2', 'CreateNetworkAclEntry'],
  ['security-group', 'ec2', 'RevokeSecurityGroupIngress'],
  ['prefix-list', 'ec2', 'ModifyManagedPrefixList'],
  ['blocklist', 's3', 'PutObject'],
  ['waf', 'wafv2', 'UpdateIPSet'],
] as const)(
  '%s fails, the others hold the ban all the same, and it is repaired afterwards',
  async (target, service, operation) => {
    await start([jailFor('stock', 'iptables-multiport')]);
    await letIn('9.0.0.1/32');
    aws.faults.inject({ service, operation, fault: { kind: 'internal-error' }, times: Number.POSITIVE_INFINITY });
    await ban('stock', '9.0.0.1');
    await expect(aws.enforceChanges(NOW)).rejects.toThrow();
    expect(await held(['9.0.0.1/32'])).toEqual({ ...inAll('9.0.0.1'), [target]: [] });
    expect(told.filter(({ kind }) => kind === 'target-failed')).toContainEqual(expect.objectContaining({ target }));
    await expect(aws.reconcile(NOW + 60)).rejects.toThrow();
    aws.faults.clear();
    await aws.reconcile(NOW + 120);
    expect(await held(['9.0.0.1/32'])).toEqual(inAll('9.0.0.1'));
  },
);

it('all of EC2 down holds up neither WAF nor the blocklist, and the other way round', async () => {
  await start([jailFor('stock', 'iptables-multiport')]);
  await letIn('9.0.0.1/32', '9.0.0.2/32');
  const sources = ['9.0.0.1/32', '9.0.0.2/32'];
  aws.faults.inject({ service: 'ec2', fault: { kind: 'crash-before-write' }, times: Number.POSITIVE_INFINITY });
  await ban('stock', '9.0.0.1');
  await expect(aws.enforceChanges(NOW)).rejects.toThrow();
  const first = { ...inAll(), waf: ['9.0.0.1/32'], blocklist: ['9.0.0.1/32'] };
  expect(await held(sources)).toEqual(first);
  aws.faults.clear();
  for (const service of ['wafv2', 's3']) {
    aws.faults.inject({
      service,
      writes: true,
      fault: { kind: 'crash-before-write' },
      times: Number.POSITIVE_INFINITY,
    });
  }
  await ban('stock', '9.0.0.2', NOW + 5);
  await expect(aws.enforceChanges(NOW + 5)).rejects.toThrow();
  expect(await held(sources)).toEqual({ ...inAll(...sources), waf: first.waf, blocklist: first.blocklist });
  aws.faults.clear();
  await aws.enforceChanges(NOW + 10);
  expect(await held(sources)).toEqual(inAll(...sources));
});

it('a security group is carved: everybody is let in but the banned, and bans that grow leave out who is spared', async () => {
  const carve = { mode: 'carve', prefixLists: { ipv4: LISTS.ipv4 }, widen: { ipv4: 24 } };
  const carved = await synthesize({ settings: { securityGroups: carve } });
  const jail = { ...jailFor('group', 'security-group'), ignoreip: ['9.7.0.2'] };
  const own = {
    names: { lookUp: async () => ({ addresses: [], failure: undefined }) },
    own: { read: async () => ['9.8.0.2'] },
  };
  aws = await startEmbeddedAws(carved, { format: 1, jails: [jail] }, own);
  const entries = () => aws.ec2?.prefixLists.get(LISTS.ipv4).entries.flatMap(({ cidr }) => parseCidr(cidr) ?? []) ?? [];
  const letsIn = (ip: string) => {
    const address = parseCidr(ip);
    return address !== undefined && entries().some((entry) => contains(entry, address));
  };
  await aws.reconcile(NOW);
  expect(entries().map(formatWithPrefix)).toEqual(['0.0.0.0/0']);
  await ban('group', '9.0.0.1');
  await aws.enforceChanges(NOW);
  expect([letsIn('9.0.0.1'), letsIn('9.0.0.2'), letsIn('8.255.255.255')]).toEqual([false, true, true]);
  // More than the list has room for one by one.
  const nets = Array.from({ length: 100 }, (_, n) => `9.${n}.0`);
  for (const net of nets) await ban('group', `${net}.1`);
  await aws.enforceChanges(NOW);
  expect(nets.filter((net) => !letsIn(`${net}.2`)).length).toBeGreaterThan(50);
  expect([letsIn('9.7.0.2'), letsIn('9.8.0.2')]).toEqual([true, true]);
  await aws.runExpirer(NOW + 180);
  await aws.enforceChanges(NOW + 180);
  expect(entries().map(formatWithPrefix)).toEqual(['0.0.0.0/0']);
});

it.each([
  ['unban', ['lifted', 'active'], ['9.0.0.2/32']],
  ['reban', ['active', 'active'], ['9.0.0.1/32', '9.0.0.2/32']],
] as const)('an entry taken out by hand: %s', async (onManualRemoval, states, entries) => {
  const jail = { ...jailFor('list', 'prefix-list', 'blocklist'), bantime: 3600 };
  await start([jail], await synthesize({ settings: { ...SETTINGS, onManualRemoval } }));
  await ban('list', '9.0.0.1');
  await ban('list', '9.0.0.2');
  await aws.enforceChanges(NOW);
  await aws.reconcile(NOW + 300);
  aws.ec2?.prefixLists.edit(LISTS.ipv4, [{ cidr: '9.0.0.2/32' }]);
  for (const minute of [6, 7]) {
    await aws.reconcile(NOW + minute * 60);
    await aws.enforceChanges(NOW + minute * 60);
  }
  expect((await banStoreContents(aws.dynamoDb.endpoint)).map((one) => one.state)).toEqual(states);
  expect(await held()).toMatchObject({ 'prefix-list': entries, blocklist: entries });
});

it('a stack without WAF has no IP sets and no function for them', async () => {
  const without = await synthesize({ settings: { waf: false, networkAcls: { ids: [ACL] } } });
  expect(targetsOf(without)).toEqual(['network-acl']);
  await start([jailFor('stock', 'iptables-multiport')], without);
  await ban('stock', '9.0.0.1');
  await aws.enforceChanges(NOW);
  const denied = aws.ec2?.networkAcls.get(ACL).entries.filter(({ ruleNumber }) => ruleNumber < 100);
  expect(denied?.map(({ block }) => block.cidr)).toEqual(['9.0.0.1/32']);
  expect(aws.wafv2.calls.find({})).toEqual([]);
  expect(aws.s3).toBeUndefined();
});

it('only what is configured is started: the sample needs neither EC2 nor S3', async () => {
  await start([jailFor('stock', 'iptables-multiport')], await synthesize());
  expect([aws.ec2, aws.s3]).toEqual([undefined, undefined]);
});
