import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJails } from '../../core/compile/compile-jails.ts';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { bansInOnePass, type Rules, type Try } from '../support/by-definition.ts';
import { fleet, type Mishap } from '../support/fleet.ts';
import type { NewStores } from './any-interleaving.ts';
import { bansMade, heldTimes, mishaps, timesOf } from './plain-fleet.ts';

const OPENSSH = fileURLToPath(new URL('../../../shared/logs/openssh-2k.log', import.meta.url));
const present = existsSync(OPENSSH);
if (!present) console.warn('SKIPPED: openssh-2k.log in any cut, which is not in the repository (see Loghub)');

const RULES: Rules = { name: 'sshd', maxretry: 5, findtime: 600, bantimes: [600] };

/** What an eye finds in this log; shares nothing with the product. */
const FAILED_TRIES = [
  /Failed (?:password|none) for (?:invalid user )?.* from (\S+) port/,
  /Invalid user .* from (\S+)$/,
  /Received disconnect from (\S+): 3: .*Auth fail/,
];

/** The log has no year. */
function readLog(): { readonly events: readonly LogEvent[]; readonly tries: readonly Try[] } {
  const lines = readFileSync(OPENSSH, 'utf8').split(/\r?\n/).filter(Boolean);
  const timeOf = (line: string): number => Date.parse(`${line.slice(0, 15)} 2025 UTC`) / 1000;
  const events = lines.map((message, i) => ({ id: `line ${i}`, timestampMs: timeOf(message) * 1000, message }));
  const tries = lines.flatMap((line): readonly Try[] => {
    const id = FAILED_TRIES.map((tried) => tried.exec(line)?.[1]).find((found) => found !== undefined);
    return id === undefined ? [] : [{ id, time: timeOf(line) }];
  });
  return { events, tries };
}

const step = fc.record({
  size: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 50, max: 500 })),
  /** Earlier lines that come again meanwhile: from which on, how many. */
  again: fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 200 })), { maxLength: 2 }),
  mishaps: fc.array(mishaps, { minLength: 3, maxLength: 3 }),
  expirers: fc.nat(1),
});

/** @param numRuns ways to deliver the log */
export function opensshLog(name: string, newStores: NewStores, numRuns: number): void {
  describe.skipIf(!present)(`openssh-2k.log on ${name}`, () => {
    it(
      'has the tries and the bans of a script, to the second, in any cut, come again and died over',
      async () => {
        const { events, tries } = readLog();
        const expected = bansInOnePass(tries, RULES).map(({ id, bannedAt }) => `${bannedAt} ${id}`);
        expect(expected).toHaveLength(14);
        const { compiled } = compileJails(configDirectory(), { only: ['sshd'], set: { loggroup: '/log' } });
        const [sshd] = compiled.jails;
        if (!sshd) throw new Error('there is no sshd jail');
        const jails = [sshd, { ...sshd, name: 'counts', maxretry: 1_000_000, findtime: 1_000_000_000 }];
        expect(sshd).toMatchObject({ maxretry: 5, findtime: 600, bantime: 600 });
        const ids = new Set(tries.map(({ id }) => id));
        const plans = fc.array(step, { minLength: 1, maxLength: 10, size: 'max' });
        await fc.assert(
          fc.asyncProperty(plans, fc.integer({ min: 0 }), async (plan, seed) => {
            const stores = await newStores(seed);
            const made = fleet(jails, stores, seed);
            for (let from = 0, i = 0; from < events.length; i++) {
              const { size, again, mishaps, expirers } = plan[i % plan.length] as (typeof plan)[number];
              const befalls = (n: number): readonly Mishap[] => mishaps[n % mishaps.length] ?? [];
              const fresh = events.slice(from, from + size);
              const repeated = again.map(([start, length]) => events.slice(start, Math.min(from, start + length)));
              const deliveries = [fresh, ...repeated]
                .filter((batch) => batch.length > 0)
                .map((batch, n) => ({
                  batch: { logGroup: '/log', logStream: 'host', events: batch },
                  mishaps: befalls(n),
                }));
              const now = (fresh.at(-1)?.timestampMs ?? 0) / 1000;
              await made.play({ now, deliveries, expirers: Array.from({ length: expirers }, () => befalls(2)) });
              from += size;
            }
            const bans = bansMade(made.history).map(({ id, bannedAt }) => `${bannedAt} ${id}`);
            expect(bans.sort()).toEqual(expected.toSorted());
            expect(await heldTimes(stores, 'counts', ids)).toEqual(timesOf(tries, ids));
          }),
          { numRuns, seed: Number(process.env['CLOUDJAIL_FUZZ_SEED'] ?? 1) },
        );
      },
      60_000 + 10_000 * numRuns,
    );
  });
}
