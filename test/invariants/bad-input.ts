import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subscriptionEvent } from '../../cli/demo/deliveries.ts';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import { fuzzCases } from '../conformance/python-dates/fuzz-cases.ts';
import { bansInOnePass } from '../support/by-definition.ts';
import { fleet } from '../support/fleet.ts';
import type { NewStores } from './any-interleaving.ts';
import {
  allUnlawful,
  bansMade,
  byKey,
  heldTimes,
  JAILS,
  mishaps,
  plainLog,
  RECIDIVE,
  RULES,
  timesOf,
  triesOf,
} from './plain-fleet.ts';

const MB = 1024 * 1024;
const VICTIM = '9.9.9.9';

/** Messages that are no failed try of anyone, though they would like to be. */
const POISON = [
  `no ${VICTIM}\0`,
  `\0no ${VICTIM}`,
  '\0'.repeat(5000),
  `no ${VICTIM}`.padEnd(MB, 'x'),
  `no ${`${VICTIM} `.repeat(90_000)}`,
  '',
  '\n'.repeat(5000),
  `\ud800no ${VICTIM}\udfff`,
  Buffer.from([0x6e, 0x6f, 0x20, 0xff, 0xfe, 0x39, 0x2e]).toString('utf8'),
  `no 999.9.9.9`,
  `no ${VICTIM} from 9.0.0.1`,
  `no ${VICTIM}.example.com`,
  'no ::ffff:999.1.1.1',
  `no ${'1:'.repeat(2000)}`,
  '__proto__',
  '{"id":"x","message":"no 9.9.9.9"}',
];

const gzipped = (text: string) => ({ awslogs: { data: gzipSync(text).toString('base64') } });
const whole = subscriptionEvent({
  logGroup: '/log',
  logStream: 'host',
  events: [0, 1, 2, 3, 4].map((n) => ({ id: `bad ${n}`, timestampMs: 1_000_000_000, message: `no ${VICTIM}` })),
});
const payload = { messageType: 'DATA_MESSAGE', logGroup: '/log', logStream: 'host' };

/** Events that are no deliveries; some would have been. */
const CORRUPT: readonly unknown[] = [
  undefined,
  {},
  { awslogs: { data: 7 } },
  { awslogs: { data: 'no base64' } },
  { awslogs: { data: whole.awslogs.data.slice(0, -8) } },
  { awslogs: { data: `AAAA${whole.awslogs.data}` } },
  gzipped(''),
  gzipped('null'),
  gzipped('[{"message":"no 9.9.9.9"}]'),
  gzipped(JSON.stringify(payload)),
  gzipped(JSON.stringify({ ...payload, logEvents: [{ id: 1, timestamp: 1, message: `no ${VICTIM}` }] })),
  gzipped(JSON.stringify({ ...payload, logEvents: [{ id: 'a', timestamp: '1', message: `no ${VICTIM}` }] })),
  gzipped(JSON.stringify({ ...payload, logEvents: [{ id: 'a', timestamp: 1 }] })),
  gzipped(
    `{"messageType":"DATA_MESSAGE","logGroup":"/log","logStream":"host","logEvents":[{"id":"a","timestamp":1,"mess`,
  ),
];

const step = fc.record({
  size: fc.integer({ min: 1, max: 10 }),
  /** After which event of the batch, and what. */
  poison: fc.array(fc.tuple(fc.nat(10), fc.constantFrom(...POISON)), { maxLength: 3 }),
  corrupt: fc.array(fc.constantFrom(...CORRUPT), { maxLength: 2 }),
  mishaps,
});

/** The batch with poison among its events, of the same times. */
function poisoned(
  batch: readonly LogEvent[],
  poison: readonly (readonly [number, string])[],
  wave: number,
): LogEvent[] {
  const mixed = [...batch];
  for (const [n, [after, message]] of poison.entries()) {
    const at = Math.min(after, mixed.length - 1);
    mixed.splice(at + 1, 0, { id: `poison ${wave} ${n}`, timestampMs: mixed[at]?.timestampMs ?? 0, message });
  }
  return mixed;
}

/** @param usual cases in an ordinary run */
export function badInput(name: string, newStores: NewStores, usual: number): void {
  const runs = fuzzCases(usual);

  describe(`bad input among good, on ${name}`, () => {
    it(
      'changes nothing: the others count and ban to the second, whatever stands or arrives between them',
      async () => {
        const seen = { bans: 0, poison: 0, deadLetters: 0 };
        const plans = fc.array(step, { minLength: 1, maxLength: 12, size: 'max' });
        await fc.assert(
          fc.asyncProperty(plainLog, plans, fc.integer({ min: 0 }), async (events, plan, seed) => {
            const stores = await newStores(seed);
            const made = fleet(JAILS, stores, seed);
            let corrupted = 0;
            for (let from = 0, i = 0; from < events.length; i++) {
              const { size, poison, corrupt, mishaps } = plan[i % plan.length] as (typeof plan)[number];
              const fresh = events.slice(from, from + size);
              const batch = { logGroup: '/log', logStream: 'host', events: poisoned(fresh, poison, i) };
              const now = (fresh.at(-1)?.timestampMs ?? 0) / 1000;
              await made.play({ now, deliveries: [{ batch, mishaps }], corrupt });
              from += size;
              corrupted += corrupt.length;
              seen.poison += poison.length;
            }
            const tries = triesOf(events);
            const bans = (all: readonly { jail: string; id: string; bannedAt: number }[]) =>
              all.map(({ jail, id, bannedAt }) => `${bannedAt} ${jail} ${id}`).sort();
            const ordinary = bansMade(made.history).filter(({ jail }) => jail !== RECIDIVE.name);
            expect(bans(ordinary)).toEqual(bans(RULES.flatMap((rules) => bansInOnePass(tries, rules))));
            expect(allUnlawful(made.history, tries)).toEqual([]);
            const ids = new Set([VICTIM, ...tries.map(({ id }) => id)]);
            expect(await heldTimes(stores, 'counts', ids)).toEqual(timesOf(tries, ids));
            expect([...byKey(made.history).keys()].filter((key) => key.includes(VICTIM))).toEqual([]);
            expect(made.seen.deadLetters).toBe(corrupted);
            const given = made.told.flatMap((event) => (event.kind === 'batch-matched' ? [event.left.givenUp] : []));
            expect(given.every((lines) => lines === 0)).toBe(true);
            seen.bans += made.history.length;
            seen.deadLetters += corrupted;
          }),
          runs,
        );
        expect(seen.bans).toBeGreaterThan(runs.numRuns);
        expect(seen.poison).toBeGreaterThan(runs.numRuns);
        expect(seen.deadLetters).toBeGreaterThan(runs.numRuns);
      },
      60_000 + 6000 * runs.numRuns,
    );
  });
}
