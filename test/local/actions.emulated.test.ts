import { expect, it } from 'vitest';
import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import { synthesize } from '../../local/synthesize.ts';
import { banStoreContents } from '../support/ban-store-contents.ts';
import { plainJail } from '../support/plain-jail.ts';

const NOW = 1_000_000_020;
const jailOf = (name: string, ...actions: readonly string[]) =>
  plainJail({ name, loggroups: [`/${name}`], actions: actions.map((action) => ({ name: action, args: {} })) });

it('bans of a dry run, or of a jail for another target, are made and reach no IP set, by stream or by reconciliation', async () => {
  const jails = [
    jailOf('waf', 'waf'),
    jailOf('stock', 'iptables-multiport'),
    jailOf('dry', 'dry-run'),
    jailOf('dry-stock', 'iptables-multiport', 'dry-run'),
    jailOf('acl', 'network-acl'),
  ];
  const aws = await startEmbeddedAws(await synthesize(), { format: 1, jails });
  try {
    for (const [n, { name }] of jails.entries()) {
      const events = [1, 2, 3].map((i) => ({ id: `${name}${i}`, timestampMs: NOW * 1000, message: `no 9.0.0.${n}` }));
      await aws.runMatcher(subscriptionEvent({ logGroup: `/${name}`, logStream: 'host', events }), NOW);
    }
    await aws.enforceChanges(NOW);
    await aws.reconcile(NOW);
    expect((await banStoreContents(aws.dynamoDb.endpoint)).map((ban) => ban.state)).toEqual(Array(5).fill('active'));
    const sets = await aws.ipSets();
    expect(sets.flatMap((set) => set.addresses)).toEqual(['9.0.0.0/32', '9.0.0.1/32']);
  } finally {
    await aws.close();
  }
});
