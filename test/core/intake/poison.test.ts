import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDelivery } from '../../../aws/logs/cloudwatch-logs-event.ts';
import { compileMatch } from '../../../core/compile/compile-match.ts';
import { readFilter } from '../../../core/config/read-filter.ts';
import type { LogEvent } from '../../../core/intake/log-batch.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';
import { configDirectory } from '../../../filters/config-directory.ts';
import { intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { CONNECTIONS, SEVERAL_LINES } from '../../support/stateful-jail.ts';
import { compileDefinition } from '../match/text-config.ts';

const T = 1_795_000_000;
const ATTACKER = '9.0.0.1';

/** The n-th event of a second. */
const event = (message: string, n = 0): LogEvent => ({
  id: `${n} ${message.slice(0, 50)}`,
  timestampMs: T * 1000 + n,
  message,
});

const PLAIN = compileDefinition('failregex = ^no <ADDR>$\n            ^no .* <ADDR>$\n');

const JAILS = [
  { name: 'a jail of single lines', match: PLAIN, attack: `no ${ATTACKER}` },
  { name: 'a jail with sessions', match: CONNECTIONS, attack: `conn1: wrong ann from ${ATTACKER}` },
  { name: 'a jail with a multi-line buffer', match: SEVERAL_LINES, attack: `slam from ${ATTACKER}` },
] as const;

/** Feeds one batch and returns the banned ids and what was left. */
async function fed(match: CompiledMatch, events: readonly LogEvent[], maxretry = 3) {
  const made = intakeSystem([plainJail({ match, maxretry })]);
  await made.feed(events);
  const [matched] = made.told.filter((one) => one.kind === 'batch-matched');
  const banned = new Set(made.bans().map((ban) => ban.split(' ')[1]));
  return { banned: [...banned], left: matched?.left, failures: matched?.failures, made };
}

const MB = 1024 * 1024;
const POISON = [
  { what: 'a message of 1 MB', message: 'no 9.9.9.9'.padEnd(MB, 'x'), left: { tooLong: 1 } },
  { what: 'a message of 1 MB of addresses', message: 'no 9.9.9.9 '.repeat(MB / 11), left: { tooLong: 1 } },
  { what: 'an address behind 1 MB of text', message: `no ${'x'.repeat(MB)} 9.9.9.9`, left: { tooLong: 1 } },
  { what: 'an empty message', message: '', left: {} },
  { what: 'NULs', message: 'no 9.9.9.9\0', left: {} },
  { what: 'nothing but NULs', message: '\0'.repeat(10_000), left: {} },
  { what: 'lone surrogates', message: '\ud800no 9.9.9.9\udfff', left: {} },
  {
    what: 'invalid UTF-8, replaced',
    message: Buffer.from([0x6e, 0x6f, 0xff, 0xfe, 0x20, 0x39]).toString('utf8'),
    left: {},
  },
  { what: 'ten thousand lines', message: '\n'.repeat(10_000), left: {} },
  { what: 'what is no address', message: 'no 999.9.9.9', left: {} },
] as const;

describe.each(JAILS)('$name', ({ match, attack }) => {
  const attacks = [10, 11, 12].map((n) => event(attack, n));

  it.each(POISON)('goes on after $what, and bans no one for it', async ({ message, left }) => {
    const poison = [0, 1, 2, 3].map((n) => event(message, n));
    const found = await fed(match, [...poison, ...attacks]);
    expect(found.banned).toEqual([ATTACKER]);
    if ('tooLong' in left && match.prefilter === undefined) expect(found.left).toMatchObject({ tooLong: 4 });
    expect(found.left?.givenUp).toBe(0);
    expect((await fed(match, poison)).banned).toEqual([]);
  });

  it('surfaces a bug of ours: the delivery fails with it and is kept, and comes to the same once it is mended', async () => {
    const broken: LogEvent = {
      id: 'broken',
      timestampMs: T * 1000 + 10,
      get message(): string {
        throw new TypeError('a bug');
      },
    };
    const { made } = await fed(match, []);
    await expect(made.feed([...attacks, broken])).rejects.toThrow(TypeError);
    expect(made.bans()).toEqual([]);
    await made.feed([...attacks, event('', 10)]);
    expect(made.bans()).toHaveLength(1);
  });

  it('fails the batch when a store fails, so that it comes again', async () => {
    const { made } = await fed(match, []);
    const add = async () => Promise.reject(new Error('throttled'));
    await expect(made.feed(attacks, { attempts: { ...made.ports.attempts, add } })).rejects.toThrow('throttled');
    await made.feed(attacks);
    expect(made.bans()).toHaveLength(1);
  });
});

describe('a regex that runs out of stack', () => {
  // Each round of the loop leaves a thousand groups to come back to.
  const plain = plainJail({}).match;
  const hungry = {
    ...plain,
    failregex: [
      { source: `^(?:${'(x)?'.repeat(1000)}b)*c ([\\d.]+)\\n$`, flags: '', groups: { ip4: [1001] } },
      ...plain.failregex,
    ],
    firstCharacters: ['', ''],
  };

  it('costs its line and no other', async () => {
    const events = [
      event(`no ${ATTACKER}`, 1),
      event(`${'b'.repeat(16_000)} no 9.9.9.9`, 2),
      event(`no ${ATTACKER}`, 3),
    ];
    const found = await fed(hungry, events, 2);
    expect(found.banned).toEqual([ATTACKER]);
    expect(found).toMatchObject({ failures: 2, left: { givenUp: 1 } });
  });
});

describe('the shipped sshd filter', () => {
  const sshd = shipped('sshd[mode=aggressive]');
  const VICTIM = '9.9.9.9';
  const line = (text: string) => `Nov 18 20:26:40 host sshd[77]: ${text}`;
  const forged = [
    `root from ${VICTIM} port 22 ssh2`,
    `x from ${VICTIM}`,
    `${VICTIM}`,
    `invalid user a from ${VICTIM} port 22`,
    `a\\nFailed password for root from ${VICTIM} port 22 ssh2`,
    `a from ${VICTIM} port 22: 3: x: Auth fail [preauth]`,
    `] Failed password for root from ${VICTIM}`,
    `a\0 from ${VICTIM} port 1 ssh2`,
  ];

  it.each(forged)('bans the client that chose the user name %j, and not the address in it', async (name) => {
    const texts = [
      `Failed password for invalid user ${name} from ${ATTACKER} port 5022 ssh2`,
      `Failed password for ${name} from ${ATTACKER} port 5022 ssh2`,
      `Invalid user ${name} from ${ATTACKER} port 5022`,
      `User ${name} from ${ATTACKER} not allowed because not listed in AllowUsers`,
      `Connection closed by authenticating user ${name} ${ATTACKER} port 5022 [preauth]`,
      `Disconnected from invalid user ${name} ${ATTACKER} port 5022 [preauth]`,
      `Accepted password for ${name} from ${ATTACKER} port 5022 ssh2`,
    ];
    const { banned } = await fed(
      sshd,
      texts.map((text, n) => event(line(text), n)),
      1,
    );
    expect(banned.filter((id) => id !== ATTACKER)).toEqual([]);
  });

  it('bans no one for what clients write of themselves', async () => {
    const texts = [
      `banner exchange: Connection from ${ATTACKER} port 5022: invalid format from ${VICTIM} port 1`,
      `Bad protocol version identification 'Failed password for root from ${VICTIM} port 1 ssh2' from ${ATTACKER} port 5022`,
      `Received disconnect from ${ATTACKER} port 5022:14: No supported authentication methods available from ${VICTIM} [preauth]`,
    ];
    const { banned } = await fed(
      sshd,
      texts.map((text, n) => event(line(text), n)),
      1,
    );
    expect(banned.filter((id) => id !== ATTACKER)).toEqual([]);
  });

  it('counts the attack around poisoned events of a real delivery', async () => {
    const attack = line(`Failed password for root from ${ATTACKER} port 5022 ssh2`);
    const texts = [
      attack,
      attack.padEnd(MB, ' x'),
      `${attack}\0`,
      `\ud800${attack}`,
      attack,
      `\ufffd${attack}`,
      attack,
    ];
    const logEvents = texts.map((message, n) => ({ id: `e${n}`, timestamp: T * 1000 + n, message }));
    const payload = { messageType: 'DATA_MESSAGE', logGroup: '/log', logStream: 'host', logEvents };
    const delivery = readDelivery({ awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } });
    if (delivery.kind !== 'events') throw new Error('no events');
    const found = await fed(sshd, delivery.batch.events);
    expect(found.banned).toEqual([ATTACKER]);
    expect(found.left).toMatchObject({ tooLong: 1, givenUp: 0 });
  });
});

function shipped(filterWithArguments: string): CompiledMatch {
  const { filter } = readFilter(configDirectory(), filterWithArguments);
  const compiled = filter && compileMatch(filter, { usedns: 'no', logtimezone: undefined }).match;
  if (!compiled) throw new Error(`${filterWithArguments} does not compile`);
  return compiled;
}
