import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banByHand, unbanByHand } from '../../core/bans/by-hand.ts';
import { reportChanges } from '../../core/bans/report-changes.ts';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import type { Ban } from '../../core/records/ban.ts';
import { fuzzCases } from '../conformance/python-dates/fuzz-cases.ts';
import { memoryNotifier } from '../memory/memory-notifier.ts';
import { bansInOnePass, idsWithFullWindow, lastSecond, type Try } from '../support/by-definition.ts';
import { type Delivery, fleet, type Mishap, type Wave } from '../support/fleet.ts';
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
  SHORTEST_FINDTIME,
  slowness,
  timesOf,
  triesOf,
} from './plain-fleet.ts';

/** New, empty stores for one case. What befalls the service itself follows from the seed. */
export type NewStores = (seed: number) => Promise<Stores>;

const batchOf = (events: readonly LogEvent[], logStream = 'host') => ({ logGroup: '/log', logStream, events });
const secondOf = (event: LogEvent | undefined): number => (event?.timestampMs ?? 0) / 1000;

/** What happens at one time of the log, in numbers that fit any log. */
const step = fc.record({
  /** Events that are delivered. */
  size: fc.integer({ min: 1, max: 12 }),
  late: lateness,
  /** Of each invocation in turn. */
  mishaps: fc.array(mishaps, { minLength: 6, maxLength: 6 }),
  /** Earlier events that come again: from which one on, how many. */
  again: fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })), { maxLength: 2 }),
  expirers: fc.nat(2),
  /** Concurrent deliveries the events are dealt out to. */
  parts: fc.integer({ min: 1, max: 4 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const steps = fc.array(step, { minLength: 1, maxLength: 30, size: 'max' });
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/** Cuts a log into the events of each step; steps come round again until all is delivered. */
function cut(events: readonly LogEvent[], plan: readonly Step[], mostSeconds: number) {
  const pieces: { readonly from: number; readonly fresh: readonly LogEvent[]; readonly step: Step }[] = [];
  for (let from = 0; from < events.length; ) {
    const step = plan[pieces.length % plan.length] as Step;
    const fresh = events
      .slice(from, from + step.size)
      .filter((event) => secondOf(event) < secondOf(events[from]) + mostSeconds);
    pieces.push({ from, fresh, step });
    from += fresh.length;
  }
  return pieces;
}

function repetitions(
  events: readonly LogEvent[],
  delivered: number,
  { again }: Step,
): readonly (readonly LogEvent[])[] {
  return again
    .map(([start, length]) => events.slice(start, Math.min(delivered, start + length)))
    .filter((a) => a.length);
}

/** The wave of a step: its deliveries and expirers with a mishap each, or none. */
function waveOf(batches: readonly (readonly LogEvent[])[], { mishaps, expirers, late }: Step, last: number): Wave {
  const befalls = (i: number): readonly Mishap[] => mishaps[i % mishaps.length] ?? [];
  const deliveries = batches.map((events, i): Delivery => ({ batch: batchOf(events), mishaps: befalls(i) }));
  return {
    now: last + late,
    deliveries,
    expirers: Array.from({ length: expirers }, (_, i) => befalls(batches.length + i)),
  };
}

type Fleet = ReturnType<typeof fleet>;

/** What must hold of every fleet, whatever befell it. */
async function expectLawful(
  made: Fleet,
  stores: Stores,
  tries: readonly Try[],
  byHand: ReadonlySet<string> = new Set(),
) {
  expect(allUnlawful(made.history, tries, byHand)).toEqual([]);
  const ids = new Set(tries.map(({ id }) => id));
  expect(await heldTimes(stores, 'counts', ids)).toEqual(timesOf(tries, ids));
  expect(await heldTimes(stores, 'again', ids)).toEqual(timesOf(recidiveTries(made.history), ids));
  const told = made.told.flatMap((event) => (event.kind === 'ban-made' ? [nameOf(event.ban)] : []));
  expect(told.length).toBe(new Set(told).size);
  const written = bansMade(made.history).flatMap((ban) => (ban.state === 'active' ? [nameOf(ban)] : []));
  if (made.seen.mishaps === 0) expect(told.sort()).toEqual(written.sort());
  expect(await changesTold(made, stores, ids)).toBe(made.history.length);
  for (const [, record] of new Map(made.history.map((ban) => [`${ban.id} ${ban.jail}`, ban]))) {
    expect(await stores.bans.read(record)).toEqual(record);
  }
}

/**
 * Changes that a later run can report, or knows to have missed: the run that made them
 * may be dead.
 */
async function changesTold(made: Fleet, stores: Stores, ids: ReadonlySet<string>): Promise<number> {
  const notifier = memoryNotifier();
  const clock = { now: made.now, sleep: async () => undefined };
  await reportChanges([...ids, ...made.history.map(({ id }) => id)], { ...stores, notifier, clock });
  return notifier.notices.reduce((sum, { missing }) => sum + 1 + missing, 0);
}

const nameOf = (ban: Ban): string => `${ban.jail} ${ban.id} ${ban.bannedAt} ${ban.version}`;

/** No window is left that should have banned: what every order of deliveries must come to. */
function expectNothingLeft(made: Fleet, tries: readonly Try[]): void {
  const last = new Map(made.history.map((ban) => [`${ban.jail} ${ban.id}`, ban]));
  for (const rules of [...RULES, RECIDIVE]) {
    const end = (id: string): number => {
      const record = last.get(`${rules.name} ${id}`);
      return record ? lastSecond(record) : Number.NEGATIVE_INFINITY;
    };
    const left = idsWithFullWindow(rules === RECIDIVE ? recidiveTries(made.history) : tries, rules, end);
    expect({ jail: rules.name, left }).toEqual({ jail: rules.name, left: [] });
  }
}

const idsBanned = (bans: readonly { jail: string; id: string }[]) =>
  [...new Set(bans.map(({ jail, id }) => `${jail} ${id}`))].sort();

/** @param usual cases of each property in an ordinary run */
export function anyInterleaving(name: string, newStores: NewStores, usual: number): void {
  const runs = fuzzCases(usual);
  const timeout = 60_000 + 6000 * runs.numRuns;

  describe(`concurrent matchers and expirers, dying and repeated, on ${name}`, () => {
    it(
      'make the bans of one pass to the second when new events come in order, whatever comes again meanwhile',
      async () => {
        const seen = { bans: 0, mishaps: 0 };
        await fc.assert(
          fc.asyncProperty(plainLog, steps, seeds, async (events, plan, seed) => {
            const stores = await newStores(seed);
            const made = fleet(JAILS, stores, seed);
            for (const { from, fresh, step } of cut(events, plan, 1e9)) {
              const delivered = from + fresh.length;
              await made.play(
                waveOf([fresh, ...repetitions(events, from, step)], step, secondOf(events[delivered - 1])),
              );
            }
            const tries = triesOf(events);
            const expected = RULES.flatMap((rules) => bansInOnePass(tries, rules));
            // The jails of a delivery report their bans one after the other: what recidive makes
            // of them is not to the second.
            const bans = bansMade(made.history).flatMap(({ jail, id, bannedAt, expiresAt }) =>
              jail === RECIDIVE.name ? [] : [{ jail, id, bannedAt, expiresAt }],
            );
            expect(inOrder(bans)).toEqual(inOrder(expected));
            await expectLawful(made, stores, tries);
            expectNothingLeft(made, tries);
            seen.bans += bans.length;
            seen.mishaps += made.seen.mishaps;
          }),
          runs,
        );
        expect(seen.bans).toBeGreaterThan(runs.numRuns);
        expect(seen.mishaps).toBeGreaterThan(runs.numRuns / 2);
      },
      timeout,
    );

    it(
      'ban the same ids, each transition once, when deliveries overtake one another by less than findtime',
      async () => {
        const seen = { bans: 0, mishaps: 0 };
        await fc.assert(
          fc.asyncProperty(plainLog, steps, seeds, async (events, plan, seed) => {
            const stores = await newStores(seed);
            const made = fleet(JAILS, stores, seed);
            for (const { from, fresh, step } of cut(events, plan, SHORTEST_FINDTIME)) {
              const dealt = Array.from({ length: step.parts }, (_, part) =>
                fresh.filter((_event, i) => (i * 7 + seed) % step.parts === part),
              ).filter((part) => part.length > 0);
              await made.play(waveOf([...dealt, ...repetitions(events, from, step)], step, secondOf(fresh.at(-1))));
            }
            const tries = triesOf(events);
            await expectLawful(made, stores, tries);
            expectNothingLeft(made, tries);
            const expected = RULES.flatMap((rules) => bansInOnePass(tries, rules));
            const ordinary = made.history.filter(({ jail }) => jail !== RECIDIVE.name);
            expect(idsBanned(ordinary)).toEqual(idsBanned(expected));
            seen.bans += made.history.length;
            seen.mishaps += made.seen.mishaps;
          }),
          runs,
        );
        expect(seen.bans).toBeGreaterThan(runs.numRuns);
        expect(seen.mishaps).toBeGreaterThan(runs.numRuns / 2);
      },
      timeout,
    );

    it(
      'never count a lifted ban again and never lift early, while operators ban and unban and old events come again',
      async () => {
        const hand = fc.record({
          at: fc.nat(10),
          what: fc.constantFrom('ban', 'unban', 'unban'),
          id: fc.constantFrom('9.0.0.1', '9.0.0.2', '2600::/64'),
          jail: fc.constantFrom('slow', 'fast', 'fast', 'forever'),
        });
        const seen = { bans: 0, unbans: 0 };
        await fc.assert(
          fc.asyncProperty(
            plainLog,
            steps,
            fc.array(hand, { maxLength: 10, size: 'max' }),
            slowness,
            seeds,
            async (events, plan, hands, slow, seed) => {
              const stores = await newStores(seed);
              const made = fleet(JAILS, stores, seed);
              const byHand = new Set<string>();
              for (const [i, { from, fresh, step }] of cut(events, plan, SHORTEST_FINDTIME).entries()) {
                const others = hands
                  .filter(({ at }) => at === i)
                  .map(({ what, id, jail }) => async ({ bans }: Stores, now: number) => {
                    const ports = { bans, telemetry: made.telemetry };
                    byHand.add(what === 'ban' ? `ban ${jail} ${id}` : `unban ${jail} ${id} ${now}`);
                    if (what === 'ban') await banByHand(id, jail, 200, ports, now);
                    else seen.unbans += (await unbanByHand(id, jail, ports, now)).length;
                  });
                const wave = waveOf([fresh, ...repetitions(events, from, step)], step, secondOf(fresh.at(-1)) - slow);
                await made.play({ ...wave, others });
              }
              // All of it comes once more, long after.
              await made.play({ now: 0, deliveries: [{ batch: batchOf(events), mishaps: [] }] });
              const tries = triesOf(events);
              await expectLawful(made, stores, tries, byHand);
              expectNothingLeft(made, tries);
              seen.bans += made.history.length;
            },
          ),
          runs,
        );
        expect(seen.bans).toBeGreaterThan(runs.numRuns);
        expect(seen.unbans).toBeGreaterThan(runs.numRuns / 20);
      },
      timeout,
    );
  });
}

function inOrder<T extends { jail: string; id: string; bannedAt: number }>(bans: readonly T[]): readonly T[] {
  const key = ({ jail, id, bannedAt }: T): string => `${bannedAt} ${jail} ${id}`;
  return bans.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
