import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  PER_ATTEMPT,
  PER_ATTEMPT_WHILE_BANNED,
  PER_BAN,
  PER_BAN_AND_TARGET,
  PER_MINUTE,
} from '../../../cli/cost/per-unit.ts';
import { subscriptionEvent } from '../../../cli/demo/deliveries.ts';
import { compileJails } from '../../../core/compile/compile-jails.ts';
import { configDirectory } from '../../../filters/config-directory.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../../local/embedded-aws.ts';
import { synthesize } from '../../../local/synthesize.ts';

const MAXRETRY = 5;
const START = 1_765_000_000;
/** A configuration that WAF alone can enforce. */
const WEB = 'test/fixtures/stacks/web';
const ATTACKERS = Array.from({ length: 40 }, (_, i) => `20.0.${i >> 3}.${i & 7}`);

let aws: EmbeddedAws;
let events = 0;

beforeAll(async () => {
  const { compiled } = compileJails(configDirectory(), {
    only: ['sshd'],
    set: { loggroup: '/log', maxretry: `${MAXRETRY}` },
  });
  aws = await startEmbeddedAws(await synthesize({ settings: { configDirectory: WEB, blocklist: false } }), compiled);
}, 60_000);
afterAll(() => aws.close());

interface Units {
  readonly writes: number;
  readonly reads: number;
}

/**
 * Units that DynamoDB would bill for these small items: an index takes its part of each write, and
 * its queries are half a unit.
 */
async function unitsOf(work: () => Promise<void>): Promise<Units> {
  aws.dynamoDb.calls.clear();
  await work();
  const units = { writes: 0, reads: 0 };
  for (const { operation, input } of aws.dynamoDb.calls.find()) {
    const text = JSON.stringify(input);
    const isBans = String(input['TableName']).includes('Bans');
    if (operation === 'UpdateItem') units.writes += 1;
    else if (operation === 'PutItem') units.writes += isBans ? 2 : 1;
    else if (operation === 'GetItem') units.reads += 1;
    else if (operation === 'Query') units.reads += input['IndexName'] === undefined ? 1 : 0.5;
    else if (operation === 'BatchGetItem') units.reads += text.split('"pk"').length - 1;
    else if (operation === 'BatchWriteItem') units.writes += text.match(/PutRequest|DeleteRequest/g)?.length ?? 0;
    else throw new Error(`${operation} has no price here`);
  }
  return units;
}

/** One line from each attacker, each in a delivery of its own: what costs most. */
async function attempts(second: number): Promise<void> {
  for (const address of ATTACKERS) {
    const time = START + second;
    const message = `Dec  6 05:46:40 web-1 sshd[77]: Failed password for root from ${address} port 4242 ssh2`;
    const event = { id: String(events++).padStart(56, '0'), timestampMs: time * 1000, message };
    await aws.runMatcher(subscriptionEvent({ logGroup: '/log', logStream: 'host', events: [event] }), time);
  }
}

/** At most the estimate, and not so much less that the estimate is of something else. */
function expectUnits({ writes, reads }: Units, said: Units): void {
  // Per run, not per attacker: the address book, the shards of the index.
  const once = 6;
  for (const [measured, estimated] of [
    [writes, said.writes * ATTACKERS.length],
    [reads, said.reads * ATTACKERS.length],
  ] as const) {
    expect(measured).toBeLessThanOrEqual(estimated + once);
    expect(measured).toBeGreaterThanOrEqual(0.6 * estimated - once);
  }
}

describe('the calls to the tables that the estimate assumes', { timeout: 60_000 }, () => {
  const ban: { writes: number; reads: number } = { writes: 0, reads: 0 };
  const add = ({ writes, reads }: Units): void => {
    ban.writes += writes;
    ban.reads += reads;
  };

  it('holds for attempts', async () => {
    for (let second = 0; second < MAXRETRY - 1; second += 1) {
      expectUnits(await unitsOf(() => attempts(second)), PER_ATTEMPT);
    }
  });

  it('holds for attempts while banned', async () => {
    const last = await unitsOf(() => attempts(MAXRETRY - 1));
    add({ writes: last.writes - ATTACKERS.length * PER_ATTEMPT.writes, reads: last.reads });
    add(await unitsOf(() => aws.enforceChanges(START + MAXRETRY)));
    expectUnits(await unitsOf(() => attempts(MAXRETRY + 1)), PER_ATTEMPT_WHILE_BANNED);
  });

  it('holds for a minute in which nothing happens', async () => {
    await aws.reconcile(START + 60);
    const quiet = async (work: () => Promise<void>, service: string): Promise<void> => {
      const { writes, reads } = await unitsOf(work);
      expect({ service, writes }).toEqual({ service, writes: PER_MINUTE[service]?.writes });
      expect(reads).toBeLessThanOrEqual(PER_MINUTE[service]?.reads ?? 0);
      expect(reads).toBeGreaterThan(0);
    };
    await quiet(() => aws.reconcile(START + 180), 'banner');
    await quiet(() => aws.runExpirer(START + 180), 'expirer');
    await quiet(() => aws.runLookout(START + 180), 'lookout');
  });

  it('holds for a ban from its making to its end', async () => {
    add(await unitsOf(() => aws.runExpirer(START + 700)));
    add(await unitsOf(() => aws.enforceChanges(START + 700)));
    expect((await aws.ipSets()).flatMap(({ addresses }) => addresses)).toEqual([]);
    expectUnits(ban, {
      writes: PER_BAN.writes + PER_BAN_AND_TARGET.writes,
      reads: PER_BAN.reads + PER_BAN_AND_TARGET.reads,
    });
  });
});
