import { expect, it } from 'vitest';
import { run } from '../../cli/demo/run.ts';
import { compileJails } from '../../core/compile/compile-jails.ts';
import { FIREWALL_TARGETS } from '../../core/config/actions.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { synthesize } from '../../local/synthesize.ts';
import { banStoreContents } from '../support/ban-store-contents.ts';
import {
  aws,
  ban,
  GROUP,
  held,
  inAll,
  jailFor,
  LISTS,
  letIn,
  NOW,
  SETTINGS,
  sampleLog,
  start,
  told,
  watched,
} from './targets-lab.ts';

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
  '%s fails, the others hold the ban all the same, and it is repaired afterward',
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
