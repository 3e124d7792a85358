import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import type { NameAnswer } from '../../core/ports/name-lookup.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { synthesize } from '../../local/synthesize.ts';
import type { StackTemplate } from '../../local/template.ts';
import { banStoreContents } from '../support/ban-store-contents.ts';
import { plainJail } from '../support/plain-jail.ts';

const NOW = 1_000_000_020;
const NAME = 'home.example.net';
const SILENCE: NameAnswer = { addresses: [], failure: 'ETIMEOUT' };

const JAILS = [
  plainJail({ name: 'plain', loggroups: ['/plain'] }),
  plainJail({ name: 'named', loggroups: ['/named'], ignoreip: [NAME] }),
  plainJail({ name: 'hard', loggroups: ['/hard'], ignoreself: false }),
];

let template: StackTemplate;
let aws: EmbeddedAws;
let told: TelemetryEvent[];
/** The configured answers, and the number of queries. */
let answer: NameAnswer;
let own: readonly string[] | Error;
let asked: { names: number; own: number };
let event: number;

beforeAll(async () => {
  template = await synthesize();
});
beforeEach(async () => {
  answer = SILENCE;
  own = [];
  asked = { names: 0, own: 0 };
  event = 0;
  told = [];
  aws = await startEmbeddedAws(
    template,
    { format: 1, jails: JAILS },
    {
      names: {
        async lookUp() {
          asked.names += 1;
          return answer;
        },
      },
      own: {
        async read() {
          asked.own += 1;
          if (own instanceof Error) throw own;
          return own;
        },
      },
    },
  );
  aws.listen((one) => told.push(one));
});
afterEach(() => aws.close());

/** So many tries of each address in a jail's log group at `now`. */
async function tries(jail: string, now: number, count: number, ...ips: readonly string[]): Promise<void> {
  const events = ips.flatMap((ip) =>
    Array.from({ length: count }, () => ({ id: `e${event++}`, timestampMs: now * 1000, message: `no ${ip}` })),
  );
  await aws.runMatcher(subscriptionEvent({ logGroup: `/${jail}`, logStream: 'host', events }), now);
}

const banned = async () =>
  (await banStoreContents(aws.dynamoDb.endpoint)).filter((ban) => ban.state === 'active').map((ban) => ban.id);
const inFirewall = async () => (await aws.ipSets()).flatMap((set) => set.addresses);
const reasons = () => told.flatMap((one) => (one.kind === 'attempts-ignored' ? [one.reason] : []));

it("spares the account's own addresses, but not in a jail with ignoreself = false", async () => {
  own = ['44.1.0.0/24', '2600:1f18:4::/56'];
  await aws.runLookout(NOW);
  await tries('plain', NOW, 3, '44.1.0.7', '2600:1f18:4:0:1::1', '44.1.1.7');
  await tries('hard', NOW, 3, '44.1.0.8');
  expect(await banned()).toEqual(['44.1.0.8', '44.1.1.7']);
  expect(reasons()).toEqual(['ignoreself 44.1.0.0/24', 'ignoreself 2600:1f18:4::/56']);
});

it('takes a ban of an address that has become our own off the firewall within a minute, and leaves it off', async () => {
  await aws.runLookout(NOW);
  await tries('plain', NOW, 3, '44.1.0.7', '44.1.1.7');
  await aws.enforceChanges(NOW);
  expect(await inFirewall()).toEqual(['44.1.0.7/32', '44.1.1.7/32']);
  own = ['44.1.0.7'];
  await aws.runLookout(NOW + 600);
  await aws.reconcile(NOW + 660);
  expect(await inFirewall()).toEqual(['44.1.1.7/32']);
});

it('spares the addresses of a name, and keeps them while no one answers for it', async () => {
  answer = { addresses: ['9.0.0.1', '2600::1'], failure: undefined };
  await aws.runLookout(NOW);
  await tries('named', NOW, 3, '9.0.0.1', '2600::1', '9.0.0.2');
  expect(await banned()).toEqual(['9.0.0.2']);
  answer = SILENCE;
  for (let minute = 1; minute < 200; minute += 13) await aws.runLookout(NOW + minute * 60);
  aws.coldStart();
  await tries('named', NOW + 200 * 60, 3, '9.0.0.1', '9.0.0.3');
  expect(await banned()).toEqual(['9.0.0.2', '9.0.0.3']);
  expect(told).toContainEqual({
    kind: 'ignore-name-unresolved',
    name: NAME,
    reason: 'ETIMEOUT',
    addresses: 2,
    holdsBack: false,
  });
});

it('holds bans back where a name has never been resolved, there alone, and makes them at the next try once it is', async () => {
  await aws.runLookout(NOW);
  await tries('named', NOW, 3, '9.0.0.1', '9.0.0.2');
  await tries('plain', NOW, 3, '9.0.0.3');
  expect(await banned()).toEqual(['9.0.0.3']);
  expect(told.filter((one) => one.kind === 'ban-held-back').map((one) => one.reason)).toEqual(
    Array(2).fill(`ignoreip ${NAME} has not been resolved yet`),
  );
  expect(told).toContainEqual(expect.objectContaining({ kind: 'ignore-name-unresolved', holdsBack: true }));
  answer = { addresses: ['9.0.0.1'], failure: undefined };
  await aws.runLookout(NOW + 60);
  await tries('named', NOW + 61, 1, '9.0.0.1', '9.0.0.2');
  expect(await banned()).toEqual(['9.0.0.2', '9.0.0.3']);
});

it('bans where the answer is that there is no such name', async () => {
  answer = { addresses: [], failure: undefined };
  await aws.runLookout(NOW);
  await tries('named', NOW, 3, '9.0.0.1');
  expect(await banned()).toEqual(['9.0.0.1']);
  expect(told).toContainEqual(expect.objectContaining({ kind: 'ignore-name-unresolved', holdsBack: false }));
});

it('asks for names every five minutes and for own addresses every ten, sooner only after a failure', async () => {
  answer = { addresses: ['9.0.0.1'], failure: undefined };
  asked = { names: 0, own: 0 };
  for (let minute = 0; minute < 60; minute++) await aws.runLookout(NOW + minute * 60);
  expect(asked).toEqual({ names: 12, own: 6 });
});

it('reads the book once a minute in a warm container, never for each line', async () => {
  await aws.runLookout(NOW);
  const reads = () => aws.dynamoDb.calls.count('dynamodb', 'GetItem').ok;
  await tries('plain', NOW, 1, '9.0.0.1');
  const before = reads();
  for (let i = 0; i < 20; i++) await tries('plain', NOW + i, 1, `9.0.1.${i}`);
  expect(reads() - before).toBe(0);
  await tries('plain', NOW + 61, 1, '9.0.2.1');
  expect(reads() - before).toBe(1);
});

it('keeps names and what it had read before when the account cannot be read, and fails for all to see', async () => {
  own = ['44.1.0.7'];
  answer = { addresses: ['9.0.0.1'], failure: undefined };
  await aws.runLookout(NOW);
  own = new Error('not authorized');
  answer = { addresses: ['9.0.0.2'], failure: undefined };
  await expect(aws.runLookout(NOW + 600)).rejects.toThrow('not authorized');
  expect(told.map((one) => one.kind)).toContain('own-addresses-unread');
  await tries('named', NOW + 601, 3, '44.1.0.7', '9.0.0.2', '9.0.0.4');
  expect(await banned()).toEqual(['9.0.0.4']);
});
