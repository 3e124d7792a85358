import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toItem } from '../../../aws/tables/ban-item.ts';
import { BANS } from '../../../core/names.ts';
import type { Ban } from '../../../core/records/ban.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { tablesOf } from '../../../local/template.ts';
import { jsonLines } from '../captured-terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { emulatedStack, TABLES } from './emulated-stack.ts';

const { file, path } = temporaryFolder();
file('config/filter.d/gate.conf', '[Definition]\nfailregex = ^gate: refused <ADDR>$\n');
file(
  'config/jail.local',
  `[gate]
enabled = true
logpath = /var/log/gate.log
          /var/log/hall.log
ipv6prefix = 64
[quiet]
enabled = true
filter = gate
logpath = /var/log/quiet.log
action = dry-run
[fleet]
filter = gate
enabled = true
loggroup = /ecs/web-*
`,
);
const stack = emulatedStack(path('config'));
/** 2025-12-10 07:00:00 UTC */
const BANNED_AT = 1_765_350_000;

function ban(changes: Partial<Ban>): Ban {
  return {
    id: '8.8.8.1',
    jail: 'gate',
    state: 'active',
    bannedAt: BANNED_AT,
    expiresAt: BANNED_AT + 600,
    liftedAt: undefined,
    bantime: 600,
    banCount: 1,
    attempts: 5,
    origin: 'jail',
    evidence: [],
    keptFor: 86_400,
    version: 1,
    ...changes,
  };
}

describe('of a few bans', () => {
  beforeAll(async () => {
    const { bans, breakers } = stack();
    const records = [
      ban({ id: '8.8.8.2', expiresAt: undefined, bantime: -1 }),
      ban({ id: '8.8.8.1', expiresAt: BANNED_AT + 4000, bantime: 4000, banCount: 3 }),
      ban({ id: '2600::/64' }),
      ban({ id: '8.8.8.3', state: 'lifted', liftedAt: BANNED_AT + 5 }),
      ban({ id: '8.8.8.1', jail: 'former' }),
      ban({ id: 'root\x1b[2J\u202e', jail: 'former', expiresAt: BANNED_AT + 1 }),
    ];
    for (const record of records) expect(await bans.write(record)).toBe('written');
    await breakers.trip('quiet', BANNED_AT);
    const held = (id: string, target: string, bannedAt: number) => ({
      target,
      id,
      keepUntil: undefined,
      missingSince: undefined,
      bans: [{ jail: 'gate', bannedAt, since: BANNED_AT + 2.5 }],
    });
    await stack().confirmations.put([
      held('8.8.8.1', 'waf', BANNED_AT),
      held('8.8.8.1', 'network-acl', BANNED_AT),
      held('8.8.8.2', 'waf', BANNED_AT),
      // Of an earlier ban.
      held('2600::/64', 'waf', BANNED_AT - 1),
    ]);
    const leak = { jail: 'gate', at: BANNED_AT + 90, targets: ['waf', 'network-acl'], keepUntil: undefined };
    await stack().leaks.note({ ...leak, id: '8.8.8.1', bannedAt: BANNED_AT });
    await stack().leaks.note({ ...leak, id: '8.8.8.2', bannedAt: BANNED_AT - 1 });
  });

  it('status reports for a dry-run jail that its bans reach no firewall', async () => {
    expect((await stack().run('status', 'quiet')).out).toContain('Dry run:\tbans reach no firewall');
    expect((await stack().run('status', 'gate')).out).not.toContain('Dry run');
  });

  it('status names the log groups that are not read, where a jail reads by prefix', async () => {
    const unread = [
      { logGroup: '/ecs/web-7', reason: 'it has two subscription filters of others' },
      { logGroup: '/ecs/api-1', reason: 'nobody reads it any more' },
    ];
    await stack().subscriptions.write({ at: BANNED_AT, subscribed: 3, left: 0, unread, unreadCount: 2 });
    expect((await stack().run('status')).out).toContain('|- Log groups not read:\tfleet\n');
    const { out } = await stack().run('status', 'fleet');
    expect(out).toContain('|  |- Log group list:\t/ecs/web-*\n');
    expect(out).toContain('|  `- Not read:\t/ecs/web-7: it has two subscription filters of others\n');
    expect((await stack().run('status', 'gate')).out).not.toContain('Not read');
    const states = jsonLines((await stack().run('status', '--json')).out);
    expect(states.flatMap(({ jail, logGroupsNotRead }) => (`${logGroupsNotRead}` === '' ? [] : [jail]))).toEqual([
      'fleet',
    ]);
    await stack().subscriptions.write({ at: BANNED_AT, subscribed: 4, left: 0, unread: [], unreadCount: 0 });
  });

  it('status reports which jails there are, in the layout of fail2ban-client', async () => {
    const out = [
      'Status',
      '|- Number of jail:\t3',
      '|- Currently banned:\t5',
      '|- Breaker tripped:\tquiet',
      '|- Bans of former jails:\tformer',
      '`- Jail list:\tgate, quiet, fleet\n',
    ].join('\n');
    expect(await stack().run('status')).toEqual({ code: 0, out, err: '' });
  });

  it('status JAIL reports who is banned in it, in the order of their ends', async () => {
    const out = [
      'Status for the jail: gate',
      '|- Filter',
      '|  `- Log group list:\t/cloudjail/var/log/gate.log /cloudjail/var/log/hall.log',
      '`- Actions',
      '   |- Currently banned:\t3',
      '   |- Total banned:\t5',
      '   |- Breaker:\tnot tripped',
      '   |- Enforced in waf:\t2',
      '   |- Enforced in network-acl:\t1',
      '   |- Not yet enforced:\t2600::/64',
      '   |- Attempts while banned:\t8.8.8.1 at 2025-12-10 07:01:30 past waf, network-acl',
      '   `- Banned IP list:\t2600::/64 8.8.8.1 8.8.8.2\n',
    ].join('\n');
    expect(await stack().run('status', 'gate')).toEqual({ code: 0, out, err: '' });
  });

  it('status JAIL reports when its breaker tripped, and what to do', async () => {
    const { out } = await stack().run('status', 'quiet');
    expect(out).toContain('Breaker:\ttripped 2025-12-10 07:00:00; cloudjail resume quiet\n');
    expect(out).toContain('Banned IP list:\t\n');
  });

  it('a jail that is gone from the configuration is known by its bans; what an attacker named himself steers no screen', async () => {
    const { code, out } = await stack().run('status', 'former');
    expect(code).toBe(0);
    expect(out).toContain('Log group list:\tnot in the configuration');
    expect(out).toContain('Banned IP list:\troot\\u001b[2J\\u202e 8.8.8.1\n');
    expect(await stack().run('status', 'formerly')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('there is no jail'),
    });
  });

  it('status --json has an object a jail', async () => {
    const { out } = await stack().run('status', '--json');
    expect(jsonLines(out)).toEqual([
      {
        jail: 'gate',
        configured: true,
        currentlyBanned: 3,
        bansOnRecord: 5,
        breakerTrippedAt: null,
        logGroupsNotRead: [],
      },
      {
        jail: 'quiet',
        configured: true,
        currentlyBanned: 0,
        bansOnRecord: 0,
        breakerTrippedAt: BANNED_AT,
        logGroupsNotRead: [],
      },
      {
        jail: 'fleet',
        configured: true,
        currentlyBanned: 0,
        bansOnRecord: 0,
        breakerTrippedAt: null,
        logGroupsNotRead: [],
      },
      {
        jail: 'former',
        configured: false,
        currentlyBanned: 2,
        bansOnRecord: 2,
        breakerTrippedAt: null,
        logGroupsNotRead: [],
      },
    ]);
    const [one] = jsonLines((await stack().run('status', 'gate', '--json')).out);
    expect(one).toMatchObject({
      jail: 'gate',
      bans: [
        { id: '2600::/64', enforced: [], pending: true, lastAttemptWhileBanned: null },
        {
          id: '8.8.8.1',
          banCount: 3,
          pending: false,
          lastAttemptWhileBanned: { at: BANNED_AT + 90, targets: ['waf', 'network-acl'] },
        },
        { bantime: -1, enforced: [{ target: 'waf', since: BANNED_AT + 2.5 }], lastAttemptWhileBanned: null },
      ],
    });
  });

  it('get JAIL banip lists them, with times when asked, with another separator', async () => {
    const { run } = stack();
    expect(await run('get', 'gate', 'banip')).toEqual({ code: 0, out: '2600::/64 8.8.8.1 8.8.8.2\n', err: '' });
    expect((await run('get', 'gate', 'banip', ',')).out).toBe('2600::/64,8.8.8.1,8.8.8.2\n');
    expect((await run('get', 'gate', 'banip', '--with-time')).out).toBe(
      [
        '2600::/64 \t2025-12-10 07:00:00 + 600 = 2025-12-10 07:10:00',
        '8.8.8.1 \t2025-12-10 07:00:00 + 4000 = 2025-12-10 08:06:40',
        '8.8.8.2 \t2025-12-10 07:00:00 + -1 = 9999-12-31 23:59:59\n',
      ].join('\n'),
    );
    expect(jsonLines((await run('get', 'gate', 'banip', '--json')).out)).toHaveLength(3);
    expect((await run('get', 'quiet', 'banip')).out).toBe('\n');
    expect(await run('get', 'gaet', 'banip')).toMatchObject({
      code: 1,
      err: expect.stringContaining('did you mean "gate"'),
    });
  });

  it('get JAIL banned answers 1 or 0', async () => {
    const { run } = stack();
    expect((await run('get', 'gate', 'banned')).out).toBe("['2600::/64', '8.8.8.1', '8.8.8.2']\n");
    expect((await run('get', 'gate', 'banned', '8.8.8.1')).out).toBe('1\n');
    expect((await run('get', 'gate', 'banned', '8.8.8.3', '2600::7', '2601::7')).out).toBe('[0, 1, 0]\n');
    const [first] = jsonLines((await run('get', 'gate', 'banned', '8.8.8.1', '--json')).out);
    expect(first).toMatchObject({ ip: '8.8.8.1', bans: [{ jail: 'gate' }] });
  });

  it('banned reports which jails ban an address, itself or with a range around it', async () => {
    const { run } = stack();
    expect((await run('banned', '8.8.8.1', '2600::9', '8.8.8.3')).out).toBe("[['former', 'gate'], ['gate'], []]\n");
    expect((await run('banned')).out).toBe(
      "[{'gate': ['2600::/64', '8.8.8.1', '8.8.8.2']}, {'quiet': []}, {'fleet': []}, {'former': ['root\\x1b[2J\\u202e', '8.8.8.1']}]\n",
    );
    const lines = jsonLines((await run('banned', '2600::9', '--json')).out);
    expect(lines).toMatchObject([{ ip: '2600::9', bans: [{ id: '2600::/64', jail: 'gate' }] }]);
    expect(jsonLines((await run('banned', '--json')).out)).toHaveLength(5);
  });
});

describe('of 5,000 bans', () => {
  let big: DynamoDb;
  beforeAll(async () => {
    stack();
    // A second database, where no one listens to changes: writing 5,000 bans through a stream would
    // take most of the test's time.
    big = await startDynamoDb();
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', big.endpoint);
    const client = new DynamoDBClient({});
    for (const { input } of tablesOf(await synthesize())) await client.send(new CreateTableCommand(input));
    // Long ids, as an F-ID may be, in one partition of the index: it does not fit into a page of 1
    // MB.
    const long = Array.from({ length: 4000 }, (_, i) => ban({ id: `${i}${'x'.repeat(2000)}`, expiresAt: undefined }));
    const crowded = long.filter((one) => toItem(one)[BANS.activePartitionKey]?.S === 'active#0').slice(0, 700);
    const short = Array.from({ length: 5000 - crowded.length }, (_, i) =>
      ban({ id: `8.8.${i >> 8}.${i & 255}`, expiresAt: BANNED_AT + i }),
    );
    const bans = [...short, ...crowded];
    for (let i = 0; i < bans.length; i += 25) {
      const requests = bans.slice(i, i + 25).map((one) => ({ PutRequest: { Item: toItem(one) } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLES.BansTableName]: requests } }));
    }
    client.destroy();
  });
  afterAll(async () => {
    await big.close();
  });

  it('every page is read, and a screen shows the progress', async () => {
    const { code, out, err } = await stack().runOnScreen('get', 'gate', 'banip');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const pages = big.calls.find({ operation: 'Query', when: ({ IndexName }) => IndexName === BANS.activeIndex });
    expect(pages.length).toBeGreaterThan(4);
    const [last = '', ...earlier] = out.split('\r\x1b[K').reverse();
    const shown = earlier.reverse().filter((text) => text !== '');
    expect(shown).toHaveLength(pages.length);
    expect(shown.at(-1)).toBe('Reading the bans of cloudjail: 5,000');
    const ids = last.trimEnd().split(' ');
    expect(ids).toHaveLength(5000);
    expect(ids.slice(0, 3)).toEqual(['8.8.0.0', '8.8.0.1', '8.8.0.2']);
  });

  it('nothing of it is shown where there is no screen, or JSON is wanted', async () => {
    const { out } = await stack().run('status', 'gate');
    expect(out).not.toMatch(/[\r\x1b]/);
    expect(out).toContain('Currently banned:\t5000\n');
    expect((await stack().runOnScreen('status', '--json')).out).not.toMatch(/[\r\x1b]/);
  });
});
