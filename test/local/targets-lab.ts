import { AuthorizeSecurityGroupIngressCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { deliveries, type FileDelivery, subscriptionEvent } from '../../cli/demo/deliveries.ts';
import { openLogFile } from '../../cli/input/log-file.ts';
import { readLines } from '../../cli/input/read-lines.ts';
import { FIREWALL_TARGETS, type FirewallTarget } from '../../core/config/actions.ts';
import { createDateDetector } from '../../core/dates/detector/date-detector.ts';
import { formatWithPrefix, parseCidr } from '../../core/net/address.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import type { Sources } from '../../lambdas/lookout/wire.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { synthesize } from '../../local/synthesize.ts';
import type { StackTemplate } from '../../local/template.ts';
import { plainJail } from '../support/plain-jail.ts';

export const ACL = 'acl-0123456789abcdef0';
export const GROUP = 'sg-0123456789abcdef0';
export const LISTS = { ipv4: 'pl-0123456789abcdef0', ipv6: 'pl-0123456789abcdef1' };
export const SETTINGS = {
  networkAcls: { ids: [ACL], firstRule: 10, byPort: true },
  securityGroups: { mode: 'revoke', ids: [GROUP] },
  prefixLists: LISTS,
  blocklist: { formats: ['nginx'] },
};
export const NOW = 1_000_000_020;

let template: StackTemplate;
export let aws: EmbeddedAws;
export let told: TelemetryEvent[];
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

export async function start(
  jails: readonly CompiledJail[],
  of: StackTemplate = template,
  ...sources: readonly Sources[]
): Promise<void> {
  aws = await startEmbeddedAws(of, { format: 1, jails }, ...sources);
  aws.listen((event) => told.push(event));
}

export const jailFor = (name: string, ...actions: readonly string[]) =>
  plainJail({ name, loggroups: [`/${name}`], actions: actions.map((action) => ({ name: action, args: {} })) });

/** A ban in a jail. */
export async function ban(jail: string, ip: string, now = NOW): Promise<void> {
  const events = [1, 2, 3].map((n) => ({ id: `${jail}${ip}${n}`, timestampMs: now * 1000, message: `no ${ip}` }));
  await aws.runMatcher(subscriptionEvent({ logGroup: `/${jail}`, logStream: 'host', events }), now);
}

/** Rules for SSH, as an operator would add them to the security group. */
export async function letIn(...sources: readonly string[]): Promise<void> {
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
export async function held(sources: readonly string[] = []): Promise<Record<FirewallTarget, readonly string[]>> {
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

export const inAll = (...ids: readonly string[]) =>
  Object.fromEntries(FIREWALL_TARGETS.map((target) => [target, ranges(ids)]));

export async function sampleLog(jail: CompiledJail | undefined): Promise<readonly FileDelivery[]> {
  const dates = jail?.match.dates;
  const lines = readLines(await openLogFile('examples/sshd/auth.log'));
  const source = { logGroup: '/log', logStream: 'host' };
  const feed: FileDelivery[] = [];
  for await (const one of deliveries(lines, source, dates && createDateDetector(dates), Date.now() / 1000))
    feed.push(one);
  return feed;
}

export async function* watched(feed: readonly FileDelivery[], look: () => Promise<void>) {
  for (const delivery of feed) {
    yield delivery;
    await look();
  }
}
