import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banByHand } from '../../core/bans/by-hand.ts';
import { fuzzCases } from '../conformance/python-dates/fuzz-cases.ts';
import { fleet } from '../support/fleet.ts';
import type { Stores } from '../support/stores.ts';
import type { NewStores } from './any-interleaving.ts';
import { byKey, mishaps } from './plain-fleet.ts';

const IDS = ['9.0.0.1', '9.0.0.2', '9.0.0.3', '2600::/64', 'alice'] as const;

const step = fc.record({
  /** Seconds since the step before. */
  pause: fc.constantFrom(0, 1, 1, 29, 30, 31, 59, 60, 61, 200),
  /** Bans made or prolonged at once with the expirers. */
  bans: fc.array(fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(1, 30, 60, 60, 300, -1)), { maxLength: 4 }),
  /** Runs of the expirer at once, with what befalls each. */
  expirers: fc.array(mishaps, { maxLength: 3 }),
});

/** @param usual cases in an ordinary run */
export function neverLiftedEarly(name: string, newStores: NewStores, usual: number): void {
  const runs = fuzzCases(usual);

  describe(`expirers at any time, several at once, dying, on ${name}`, () => {
    it(
      'lift a ban after its end, never before it, each once, and permanent ones never',
      async () => {
        const seen = { lifted: 0, prolonged: 0, mishaps: 0 };
        await fc.assert(
          fc.asyncProperty(
            fc.array(step, { minLength: 1, maxLength: 20, size: 'max' }),
            fc.integer({ min: 0 }),
            async (plan, seed) => {
              const stores = await newStores(seed);
              const made = fleet([], stores, seed);
              // Until when each id is banned, as the operators who banned it would reckon.
              const ends = new Map<string, number>();
              let now = 1_000_000;
              for (const { pause, bans, expirers } of plan) {
                now += pause;
                const overdue = [...ends].filter(([, end]) => end < now).map(([id]) => id);
                const others = bans.map(([id, bantime]) => async (reached: Stores) => {
                  await banByHand(id, 'hand', bantime, { bans: reached.bans, telemetry: made.telemetry }, now);
                });
                await made.play({ now, expirers, others });
                for (const id of overdue) ends.delete(id);
                for (const [id, bantime] of bans) {
                  const end = bantime === -1 ? Number.POSITIVE_INFINITY : now + bantime;
                  ends.set(id, Math.max(ends.get(id) ?? 0, end));
                }
                for (const id of IDS) {
                  const record = await stores.bans.read({ id, jail: 'hand' });
                  const end = ends.get(id);
                  if (end === undefined) {
                    // Over; no one may have come by to lift it.
                    if (expirers.length > 0) expect(record?.state).not.toBe('active');
                  } else {
                    expect({ id, state: record?.state, end: record?.expiresAt ?? Number.POSITIVE_INFINITY }).toEqual({
                      id,
                      state: 'active',
                      end,
                    });
                  }
                }
              }
              await made.play({ now: now + 1000, expirers: [[], []] });
              for (const id of IDS) {
                const record = await stores.bans.read({ id, jail: 'hand' });
                const forGood = ends.get(id) === Number.POSITIVE_INFINITY;
                if (record) expect({ id, state: record.state }).toEqual({ id, state: forGood ? 'active' : 'lifted' });
              }
              for (const records of byKey(made.history).values()) {
                expect(records.map(({ version }) => version)).toEqual(records.map((_, i) => i + 1));
                for (const [i, record] of records.entries()) {
                  if (record.state === 'active') continue;
                  expect(records[i - 1]?.state).toBe('active');
                  expect(record.liftedAt).toBeGreaterThan(record.expiresAt ?? Number.POSITIVE_INFINITY);
                  seen.lifted += 1;
                }
                seen.prolonged += records.filter((one, i) => one.bannedAt === records[i - 1]?.bannedAt).length;
              }
              seen.mishaps += made.seen.mishaps;
            },
          ),
          runs,
        );
        expect(seen.lifted).toBeGreaterThan(runs.numRuns);
        expect(seen.prolonged).toBeGreaterThan(runs.numRuns / 2);
        expect(seen.mishaps).toBeGreaterThan(runs.numRuns / 4);
      },
      60_000 + 6000 * runs.numRuns,
    );
  });
}
