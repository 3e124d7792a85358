import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banByHand, unbanByHand } from '../../core/bans/by-hand.ts';
import { reportChanges } from '../../core/bans/report-changes.ts';
import { fuzzCases } from '../conformance/python-dates/fuzz-cases.ts';
import { memoryNotifier } from '../memory/memory-notifier.ts';
import { fleet, type Work } from '../support/fleet.ts';
import type { Stores } from '../support/stores.ts';
import type { NewStores } from './any-interleaving.ts';
import { mishaps } from './plain-fleet.ts';

const IDS = ['9.0.0.1', '2600::/64'] as const;
const JAILS = ['one', 'two'] as const;

const step = fc.record({
  pause: fc.constantFrom(0, 1, 20, 61, 130),
  /** Changes made by hand, at once with the rest. */
  hands: fc.array(
    fc.record({
      what: fc.constantFrom('ban', 'ban', 'unban'),
      id: fc.constantFrom(...IDS),
      jail: fc.constantFrom(...JAILS),
      bantime: fc.constantFrom(60, 120, -1),
    }),
    { maxLength: 2 },
  ),
  expirers: fc.nat(1),
  /** Runs that report changes, and what befalls each. */
  tellers: fc.array(mishaps, { maxLength: 3 }),
});

/** @param usual cases in an ordinary run */
export function eachChangeReported(name: string, newStores: NewStores, usual: number): void {
  const runs = fuzzCases(usual);

  describe(`reports of changes, by several runs that die, on ${name}`, () => {
    it(
      'reports each change of a record once, and again only under the same name when a run died while reporting',
      async () => {
        const seen = { changes: 0, again: 0, undisturbed: 0, missing: 0 };
        const plans = fc.array(step, { minLength: 1, maxLength: 15, size: 'max' });
        await fc.assert(
          fc.asyncProperty(plans, fc.boolean(), fc.integer({ min: 0 }), async (plan, disturbed, seed) => {
            const stores = await newStores(seed);
            const made = fleet([], stores, seed);
            const received = memoryNotifier();
            const tell: Work = ({ bans, ledger }, call, clock) => {
              const notifier = {
                notify: (notice: Parameters<typeof received.notify>[0]) => call(() => received.notify(notice), 'read'),
              };
              return reportChanges(IDS, { bans, ledger, clock, notifier });
            };
            let now = 1_000_000;
            for (const { pause, hands, expirers, tellers } of plan) {
              now = Math.max(now, made.now()) + pause;
              const others = hands.map(({ what, id, jail, bantime }) => async ({ bans }: Stores, at: number) => {
                const ports = { bans, telemetry: made.telemetry };
                if (what === 'ban') await banByHand(id, jail, bantime, ports, at);
                else await unbanByHand(id, jail, ports, at);
              });
              const teller = (one: (typeof tellers)[number]) => ({ work: tell, mishaps: disturbed ? one : [] });
              await made.play({ now, others, runs: tellers.map(teller), expirers: Array(expirers).fill([]) });
            }
            await made.play({ now, runs: [{ work: tell, mishaps: [] }] });

            const names = received.notices.map((notice) => notice.name);
            const changes = made.history.map(
              ({ jail, id, bannedAt, version }) => `${jail}#${id}#${bannedAt}#${version}`,
            );
            const missing = received.notices.reduce((sum, notice) => sum + notice.missing, 0);
            expect([...new Set(names)].filter((one) => !changes.includes(one))).toEqual([]);
            expect(new Set(names).size + missing).toBe(changes.length);
            if (made.seen.mishaps === 0) expect(names.length).toBe(new Set(names).size);
            for (const key of new Set(received.notices.map(({ jail, id }) => `${jail}#${id}`))) {
              const versions = received.notices.flatMap((one) =>
                `${one.jail}#${one.id}` === key ? [one.change.version] : [],
              );
              const firsts = versions.filter((version, i) => versions.indexOf(version) === i);
              expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
            }
            seen.changes += changes.length;
            seen.missing += missing;
            seen.again += names.length - new Set(names).size;
            if (made.seen.mishaps === 0) seen.undisturbed += 1;
          }),
          runs,
        );
        expect(seen.changes).toBeGreaterThan(2 * runs.numRuns);
        expect(seen.undisturbed).toBeGreaterThan(runs.numRuns / 5);
        if (runs.numRuns >= 100) expect(seen.again).toBeGreaterThan(runs.numRuns / 20);
        expect(seen.missing).toBeLessThan(seen.changes / 2);
      },
      60_000 + 6000 * runs.numRuns,
    );
  });
}
