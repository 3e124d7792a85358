import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAD_IN } from '../../core/backfill/backfill-slices.ts';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import type { BackfillStore } from '../../core/ports/backfill-store.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { fuzzCases } from '../conformance/python-dates/fuzz-cases.ts';
import { backfilling, LOG_GROUP, order, storedEvents } from '../support/backfilling.ts';
import { bansInOnePass, idsWithFullWindow, lastSecond, type Rules, type Try } from '../support/by-definition.ts';
import { type Delivery, fleet } from '../support/fleet.ts';
import { plainJail } from '../support/plain-jail.ts';
import { foundInOnePass, logOf, STATEFUL } from '../support/stateful-jail.ts';
import type { Stores } from '../support/stores.ts';
import {
  allUnlawful,
  bansMade,
  heldTimes,
  JAILS,
  lateness,
  mishaps,
  plainLog,
  RECIDIVE,
  RULES,
  recidiveTries,
  timesOf,
  triesOf,
} from './plain-fleet.ts';

export interface BackfilledStores {
  readonly stores: Stores;
  readonly backfills: BackfillStore;
}

export type NewBackfilledStores = (seed: number) => Promise<BackfilledStores>;

const secondOf = (event: LogEvent | undefined): number => (event?.timestampMs ?? 0) / 1000;

const plan = fc.record({
  /** Events that are delivered at once. */
  sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20, size: 'max' }),
  late: lateness,
  /** Of each invocation in turn. */
  mishaps: fc.array(mishaps, { minLength: 8, maxLength: 8 }),
  /** Runs of the backfiller beside each delivery, in turn. */
  runs: fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }),
  pageSize: fc.integer({ min: 1, max: 9 }),
  pageSeconds: fc.constantFrom(0, 7, 20, 55),
  expirers: fc.nat(1),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/**
 * Delivers a log from one of its events on, as a subscription does that was made then, while what
 * it has by then is read back; then lets the backfiller come to its end.
 *
 * @param first the event with which deliveries begin
 * @param from the event with which reading back begins
 */
async function play(
  jails: readonly CompiledJail[],
  events: readonly LogEvent[],
  { stores, backfills }: BackfilledStores,
  one: Plan,
  { first, from }: { readonly first: number; readonly from: number },
) {
  const made = fleet(jails, stores, one.seed);
  const backfiller = backfilling(jails, backfills, made.telemetry, one);
  const span = { fromMs: events[from]?.timestampMs ?? 0, toMs: events.at(-1)?.timestampMs ?? 0 };
  await order(backfills, jails, span, secondOf(events[first]));
  // It reads nothing that is later than its own clock, which is ahead of the others' by what its
  // pages take.
  backfiller.reader.put(LOG_GROUP, storedEvents(events));
  const befalls = (n: number) => one.mishaps[n % one.mishaps.length] ?? [];
  const runs = (n: number) =>
    Array.from({ length: one.runs[n % one.runs.length] ?? 0 }, (_, i) => ({
      work: backfiller.work,
      mishaps: befalls(n + 3 * i + 1),
    }));
  for (let at = first, n = 0; at < events.length; n++) {
    const fresh = events.slice(at, at + (one.sizes[n % one.sizes.length] ?? 1));
    at += fresh.length;
    const batch = { logGroup: LOG_GROUP, logStream: 'host', events: fresh };
    const deliveries: readonly Delivery[] = [{ batch, mishaps: befalls(n) }];
    const expirers = Array.from({ length: one.expirers }, (_, i) => befalls(n + i + 5));
    await made.play({ now: secondOf(fresh.at(-1)) + one.late, deliveries, expirers, runs: runs(n) });
  }
  let rounds = 0;
  while ((await backfills.ledger())?.orders.length !== 0) {
    if (++rounds > 500) throw new Error('the backfiller does not come to an end');
    const late = rounds < 8 ? befalls(rounds) : [];
    await made.play({ now: made.now() + 70, runs: [{ work: backfiller.work, mishaps: late }] });
  }
  expect((await backfills.ledger())?.ended.map(({ how }) => how)).toEqual(['done']);
  return { ...made, pages: backfiller.pages() };
}

const idsBanned = (bans: readonly { jail: string; id: string }[]) =>
  [...new Set(bans.map(({ jail, id }) => `${jail} ${id}`))].sort();

/**
 * Of the tries of each id those that a jail still has when the latest are in. It lets go of what
 * lies two findtimes before a try once it holds more than two maxretry: an older window of which
 * only a part had been read back by then goes unseen.
 */
function kept(tries: readonly Try[], { maxretry, findtime }: Rules): readonly Try[] {
  const ofId = (id: string) => tries.filter((one) => one.id === id);
  return tries.filter(({ id, time }) => {
    const all = ofId(id);
    return all.length <= 2 * maxretry || time > Math.max(...all.map((one) => one.time)) - 2 * findtime;
  });
}

/**
 * What must hold however deliveries and reading back meet.
 *
 * @param inOrder whether every event came in its turn, at least once
 */
async function expectLawful(
  made: Awaited<ReturnType<typeof play>>,
  stores: Stores,
  tries: readonly Try[],
  inOrder: boolean,
) {
  expect(allUnlawful(made.history, tries)).toEqual([]);
  const ids = new Set(tries.map(({ id }) => id));
  expect(await heldTimes(stores, 'counts', ids)).toEqual(timesOf(tries, ids));
  expect(await heldTimes(stores, 'again', ids)).toEqual(timesOf(recidiveTries(made.history), ids));
  const last = new Map(made.history.map((ban) => [`${ban.jail} ${ban.id}`, ban]));
  for (const rules of [...RULES, RECIDIVE]) {
    const end = (id: string): number => {
      const record = last.get(`${rules.name} ${id}`);
      return record ? lastSecond(record) : Number.NEGATIVE_INFINITY;
    };
    const all = rules === RECIDIVE ? recidiveTries(made.history) : tries;
    const left = idsWithFullWindow(inOrder ? all : kept(all, rules), rules, end);
    expect({ jail: rules.name, left }).toEqual({ jail: rules.name, left: [] });
  }
}

/**
 * Whether nothing could be open where the lead-in of this event begins. When a connection lasts
 * longer, and its process logs something at least every five minutes, then when its session ends
 * depends on when it began.
 */
function beginsInPause(events: readonly LogEvent[], from: number): boolean {
  const begin = secondOf(events[from]) - LEAD_IN;
  return !events.some((event) => secondOf(event) < begin && secondOf(event) >= begin - LEAD_IN);
}

/** @param usual cases of each property in an ordinary run */
export function backfilled(name: string, newStores: NewBackfilledStores, usual: number): void {
  const runs = fuzzCases(usual);
  const timeout = 60_000 + 6000 * runs.numRuns;

  describe(`a log that is read back while it is delivered, by functions that die, on ${name}`, () => {
    it(
      'makes the bans of its deliveries alone, to the second',
      async () => {
        const seen = { bans: 0, mishaps: 0, pages: 0 };
        await fc.assert(
          fc.asyncProperty(plainLog, plan, async (events, one) => {
            if (events.length === 0) return;
            const both = await newStores(one.seed);
            const made = await play(JAILS, events, both, one, { first: 0, from: 0 });
            const tries = triesOf(events);
            await expectLawful(made, both.stores, tries, true);
            const expected = RULES.flatMap((rules) => bansInOnePass(tries, rules));
            const bans = bansMade(made.history).filter(({ jail }) => jail !== RECIDIVE.name);
            const text = ({ jail, id, bannedAt, expiresAt }: (typeof expected)[number]) =>
              `${bannedAt} ${jail} ${id} ${expiresAt}`;
            expect(bans.map(text).sort()).toEqual(expected.map(text).sort());
            seen.bans += bans.length;
            seen.mishaps += made.seen.mishaps;
            seen.pages += made.pages;
          }),
          runs,
        );
        expect(seen.bans).toBeGreaterThan(runs.numRuns);
        expect(seen.mishaps).toBeGreaterThan(runs.numRuns);
        expect(seen.pages).toBeGreaterThan(runs.numRuns);
      },
      timeout,
    );

    it(
      'bans whom deliveries from its beginning on would have banned, though they began in its middle',
      async () => {
        const seen = { bans: 0, before: 0, uncertain: 0 };
        await fc.assert(
          fc.asyncProperty(plainLog, plan, fc.nat(59), async (events, one, start) => {
            if (events.length === 0) return;
            const first = start % events.length;
            const both = await newStores(one.seed);
            const made = await play(JAILS, events, both, one, { first, from: 0 });
            const tries = triesOf(events);
            await expectLawful(made, both.stores, tries, false);
            for (const rules of RULES) {
              const banned = idsBanned(made.history.filter(({ jail }) => jail === rules.name));
              const all = idsBanned(bansInOnePass(tries, rules));
              const certain = idsBanned(bansInOnePass(kept(tries, rules), rules));
              expect(all).toEqual(expect.arrayContaining(banned));
              expect(banned).toEqual(expect.arrayContaining(certain));
              seen.uncertain += all.length - certain.length;
            }
            seen.bans += made.history.length;
            seen.before += first;
          }),
          runs,
        );
        expect(seen.bans).toBeGreaterThan(runs.numRuns);
        expect(seen.before).toBeGreaterThan(runs.numRuns);
        expect(seen.uncertain).toBeLessThan(seen.bans / 2);
      },
      timeout,
    );

    it.each(STATEFUL)(
      'finds what its deliveries find, though reading back begins in the middle of $name',
      async ({ match, line }) => {
        const jails = [
          plainJail({ name: 'counts', match, maxretry: 1_000_000, findtime: 1_000_000_000, ipv6prefix: 128 }),
        ];
        const seen = { found: 0, certain: 0, from: 0, pages: 0 };
        await fc.assert(
          fc.asyncProperty(logOf(line), plan, fc.nat(59), async (events, one, start) => {
            if (events.length === 0) return;
            const from = start % events.length;
            const both = await newStores(one.seed);
            const made = await play(jails, events, both, one, { first: 0, from });
            const expected = foundInOnePass(match, events);
            const ids = new Set(expected.map(({ id }) => id));
            const held = await heldTimes(both.stores, 'counts', ids);
            const times = timesOf(expected, ids);
            for (const id of ids) expect(held[id]).toEqual(expect.arrayContaining([...(times[id] ?? [])]));
            seen.found += expected.length;
            seen.from += from;
            seen.pages += made.pages;
            if (!beginsInPause(events, from)) return;
            seen.certain++;
            expect(held).toEqual(times);
          }),
          runs,
        );
        expect(seen.found).toBeGreaterThan(runs.numRuns);
        expect(seen.from).toBeGreaterThan(runs.numRuns / 2);
        expect(seen.certain).toBeGreaterThan(runs.numRuns / 4);
        expect(seen.pages).toBeGreaterThan(runs.numRuns);
      },
      timeout,
    );
  });
}
