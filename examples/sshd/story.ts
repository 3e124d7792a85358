import { openStage, type Stage } from './stage.ts';

const [output, pace, scratch] = process.argv.slice(2);
if (output === undefined || pace === undefined || scratch === undefined) {
  throw new Error('story.ts is started by record.sh: output file, pace, scratch directory');
}

const SERVER = { ipv4: '203.0.113.10', ipv6: '2001:db8:10::10' };

const CAST = {
  deployBot: '198.51.100.10',
  alice: '192.0.2.10',
  bob: '192.0.2.11',
  carol: '2001:db8:5::12',
  dave: '192.0.2.13',
  rootHammer: '198.51.100.23',
  nameGuesser: '192.0.2.44',
  slowOne: '203.0.113.77',
  returner: '198.51.100.150',
  ipv6Attacker: '2001:db8:bad::5',
  neverStops: '198.51.100.77',
  forger: '203.0.113.99',
  scanner: '192.0.2.200',
  keyGuesser: '203.0.113.140',
  swarm: ['198.51.100.201', '198.51.100.202', '198.51.100.203', '198.51.100.204', '198.51.100.205', '198.51.100.206'],
};

const WORDS = [
  '123456',
  'password',
  'admin123',
  'root',
  'toor',
  'qwerty',
  'letmein',
  'P@ssw0rd',
  '1q2w3e4r',
  'changeme',
];
const NAMES = [
  ...['admin', 'test', 'oracle', 'postgres', 'ubuntu', 'git', 'pi', 'user', 'guest', 'ftpuser', 'jenkins', 'hadoop'],
  ...['nagios', 'mysql', 'tomcat', 'support', 'ec2-user', 'vagrant', 'minecraft', 'steam', 'es', 'zabbix', 'backup'],
  ...['www', 'web', 'dev', 'teamspeak', 'ansible', 'demo', 'info'],
];

const minutes = (count: number) => count * 60;

/** `count` words, not always the same ones. */
function words(count: number, offset = 0): string[] {
  return Array.from({ length: count }, (_, i) => WORDS[(i + offset) % WORDS.length] ?? 'password');
}

// The attackers

async function rootHammer(stage: Stage) {
  await stage.at(minutes(3));
  for (let i = 0; i < 6; i++) await stage.guess(CAST.rootHammer, 'root', words(6, i));
}

async function nameGuesser(stage: Stage) {
  for (const [start, names] of [
    [minutes(8), NAMES],
    [minutes(33), NAMES.slice(0, 20)],
  ] as const) {
    await stage.at(start);
    for (const [i, name] of names.entries()) {
      await stage.guess(CAST.nameGuesser, name, words(1, i));
      await stage.pause(2);
    }
  }
}

/** Three tries in any ten minutes: always below maxretry. */
async function slowOne(stage: Stage) {
  for (let i = 0; i < 20; i++) {
    await stage.at(minutes(1) + i * 215);
    await stage.guess(CAST.slowOne, 'root', words(1, i));
  }
}

/** Stays away for as long as a ban lasts, then tries again. */
async function returner(stage: Stage) {
  for (const start of [12, 24.5, 41]) {
    await stage.at(minutes(start));
    for (let i = 0; i < 8; i++) {
      await stage.guess(CAST.returner, i % 2 === 0 ? 'deploy' : 'root', words(1, i));
      await stage.pause(5);
    }
  }
}

async function ipv6Attacker(stage: Stage) {
  for (const start of [20, 47]) {
    await stage.at(minutes(start));
    for (let i = 0; i < 6; i++) await stage.guess(CAST.ipv6Attacker, i % 3 === 2 ? 'admin' : 'root', words(2, i));
  }
}

/** Does not notice bans. */
async function neverStops(stage: Stage) {
  for (let i = 0; i < 140; i++) {
    await stage.at(minutes(50) + i * 9);
    await stage.guess(CAST.neverStops, 'root', words(1, i));
  }
}

/** Chooses user names and banners that look like log lines about alice's address. */
async function forger(stage: Stage) {
  await stage.at(minutes(27));
  for (const name of [
    `root from ${CAST.alice} port 22 ssh2`,
    `x from ${CAST.alice}`,
    `invalid user root from ${CAST.alice} port 4711 ssh2: `,
    ` from ${CAST.alice} port 22`,
    `: Failed password for root from ${CAST.alice} port 22 ssh2`,
    `root from ${CAST.alice} port 22 ssh2 from ${CAST.alice}`,
  ]) {
    await stage.guess(CAST.forger, name, words(1));
    await stage.pause(8);
  }
  for (let i = 0; i < 5; i++) {
    await stage.probe(CAST.forger, `Failed password for root from ${CAST.alice} port ${22 + i} ssh2\r\n`);
    await stage.pause(3);
  }
}

/** Looks, and never tries a password. */
async function scanner(stage: Stage) {
  for (const start of [6, 29, 58]) {
    await stage.at(minutes(start));
    for (let i = 0; i < 2; i++) {
      await stage.probe(CAST.scanner);
      await stage.pause(4);
      await stage.probe(CAST.scanner, 'GET / HTTP/1.1\r\nHost: 203.0.113.10\r\n\r\n');
      await stage.pause(4);
      await stage.negotiateOldKeyExchange(CAST.scanner);
      await stage.pause(4);
      await stage.probe(CAST.scanner, 'SSH-2.0-zgrab\r\n');
      await stage.pause(4);
    }
  }
}

/**
 * Offers strangers' keys: ten in two connections the first time, then seven for a name that does
 * not exist.
 */
async function keyGuesser(stage: Stage) {
  const keys = [1, 2, 3, 4, 5, 6, 7].map((n) => `stranger-${n}`);
  await stage.at(minutes(36));
  await stage.offerKeys(CAST.keyGuesser, 'root', keys.slice(0, 3));
  await stage.offerKeys(CAST.keyGuesser, 'root', keys);
  await stage.pause(20);
  await stage.offerKeys(CAST.keyGuesser, 'git', keys.slice(0, 4));
}

/** Six addresses of one attacker, two tries each. */
async function swarm(stage: Stage) {
  await stage.at(minutes(44));
  await Promise.all(
    CAST.swarm.map(async (from, i) => {
      await stage.pause(i * 7);
      await stage.guess(from, 'root', words(2, i));
    }),
  );
}

// The people who work here

async function deployBot(stage: Stage) {
  for (let i = 0; i < 18; i++) {
    await stage.at(30 + i * minutes(4));
    await stage.offerKeys(CAST.deployBot, 'deploy', ['deploy'], 'uptime');
  }
}

async function alice(stage: Stage) {
  await stage.at(minutes(2));
  await stage.logIn(CAST.alice, 'alice', { wrongFirst: ['hunter2'], command: 'sleep 60' });
  await stage.at(minutes(30));
  await stage.logIn(CAST.alice, 'alice', { command: 'echo hunter2 | su -c true; sleep 90' });
  await stage.at(minutes(64));
  await stage.logIn(CAST.alice, 'alice', { command: 'uptime' });
}

async function bob(stage: Stage) {
  for (const start of [5, 40, 60]) {
    await stage.at(minutes(start));
    await stage.offerKeys(CAST.bob, 'bob', ['stranger-1', 'bob'], 'sleep 45');
  }
}

/** Forgets her password, comes back with it, and later mistypes it twice. */
async function carol(stage: Stage) {
  await stage.at(minutes(16));
  await stage.guess(CAST.carol, 'carol', ['spring2025', 'summer2025', 'autumn2025']);
  await stage.at(minutes(28));
  await stage.logIn(CAST.carol, 'carol');
  await stage.at(minutes(55));
  await stage.logIn(CAST.carol, 'carol', { wrongFirst: ['spring', 'summer'], command: 'sleep 30' });
}

async function dave(stage: Stage) {
  await stage.at(minutes(10.5));
  await stage.guess(CAST.dave, 'dvae', ['hunter2']);
  await stage.logIn(CAST.dave, 'dave', { command: 'sleep 20' });
}

async function nightlyJob(stage: Stage) {
  for (let i = 0; i < 5; i++) {
    await stage.at(minutes(7 + i * 15));
    await stage.run('su', 'deploy', '-c', 'true');
  }
}

const stage = await openStage({
  output,
  pace: Number(pace),
  scratch,
  hostname: 'bastion',
  server: SERVER,
  addresses: [SERVER, CAST].flatMap((group) => Object.values(group)).flat(),
});
const acts = [
  ...[rootHammer, nameGuesser, slowOne, returner, ipv6Attacker, neverStops, forger, scanner, keyGuesser, swarm],
  ...[deployBot, alice, bob, carol, dave, nightlyJob],
];
await Promise.all(acts.map((act) => act(stage)));
await stage.pause(5);
process.exit(0);
