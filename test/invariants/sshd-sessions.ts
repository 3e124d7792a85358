import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMatch } from '../../core/compile/compile-match.ts';
import { readFilter } from '../../core/config/read-filter.ts';
import type { LogEvent } from '../../core/intake/log-batch.ts';
import type { CompiledJail } from '../../core/records/compiled-jail.ts';
import { configDirectory } from '../../filters/config-directory.ts';
import { available } from '../conformance/python/oracle.ts';
import { fuzzCases } from '../conformance/python-dates/fuzz-cases.ts';
import { askFail2ban } from '../conformance/python-filter/ask-fail2ban.ts';
import {
  bansInOnePass,
  idsWithFullWindow,
  lastSecond,
  type Rules,
  type Try,
  unlawful,
} from '../support/by-definition.ts';
import { type Delivery, fleet, type Mishap } from '../support/fleet.ts';
import { plainJail } from '../support/plain-jail.ts';
import { SSHD_LOG_NOW, sshdLog, VICTIM } from '../support/sshd-log.ts';
import type { NewStores } from './any-interleaving.ts';
import { bansMade, byKey, heldTimes, lateness, mishaps, timesOf } from './plain-fleet.ts';

const STOCK = '/etc/fail2ban';
const SHIPPED = fileURLToPath(new URL('../../filters', import.meta.url));
const installed = available('fail2ban', existsSync(`${STOCK}/filter.d/sshd.conf`));

const RULES: Rules = { name: 'sshd', maxretry: 3, findtime: 120, bantimes: [200] };

/** A jail with the filter, and one that only counts what it finds. */
function jailsOf(config: string): readonly CompiledJail[] {
  const { filter } = readFilter(configDirectory(config), 'sshd');
  const match = filter && compileMatch(filter, { usedns: 'no', logtimezone: undefined }).match;
  if (!match) throw new Error(`sshd of ${config} does not compile`);
  const { maxretry, findtime } = RULES;
  const jail = { match, ipv6prefix: 128, banreserved: ['0.0.0.0/0', '::/0'] };
  return [
    plainJail({ ...jail, name: 'sshd', maxretry, findtime, bantime: 200 }),
    plainJail({ ...jail, name: 'counts', maxretry: 1_000_000, findtime: 1_000_000_000 }),
  ];
}

const secondOf = (event: LogEvent): number => Math.floor(event.timestampMs / 1000);

const step = fc.record({
  /** Events of a stream that are delivered at once. */
  size: fc.integer({ min: 1, max: 12 }),
  again: fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })), { maxLength: 2 }),
  mishaps: fc.array(mishaps, { minLength: 5, maxLength: 5 }),
  expirers: fc.nat(2),
  late: lateness,
});
const aCase = fc.record({
  hosts: fc.tuple(sshdLog('web'), sshdLog('db')),
  steps: fc.array(step, { minLength: 1, maxLength: 12, size: 'max' }),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});
type Case = typeof aCase extends fc.Arbitrary<infer T> ? T : never;

/**
 * Plays the streams in their own order each, at once with one another, earlier events of each again
 * meanwhile. No stream is behind the others by as much as findtime.
 */
async function play(made: ReturnType<typeof fleet>, streams: readonly (readonly LogEvent[])[], { steps }: Case) {
  const delivered = streams.map(() => 0);
  for (let i = 0; streams.some((events, s) => (delivered[s] ?? 0) < events.length); i++) {
    const { size, again, mishaps, expirers, late } = steps[i % steps.length] as Case['steps'][number];
    const befalls = (n: number): readonly Mishap[] => mishaps[n % mishaps.length] ?? [];
    const next = streams.flatMap((events, s) => events[delivered[s] ?? 0] ?? []).map(secondOf);
    const until = Math.min(...next) + RULES.findtime / 2;
    let last = 0;
    const deliveries = streams.flatMap((events, s): Delivery[] => {
      const from = delivered[s] ?? 0;
      const fresh = events.slice(from, from + size).filter((event) => streams.length === 1 || secondOf(event) < until);
      delivered[s] = from + fresh.length;
      last = Math.max(last, ...fresh.map(secondOf));
      const repeated = again.map(([start, length]) => events.slice(start, Math.min(from, start + length)));
      return [fresh, ...repeated]
        .filter((batch) => batch.length > 0)
        .map((batch, n) => ({
          batch: { logGroup: '/log', logStream: `host ${s}`, events: batch },
          mishaps: befalls(n + s),
        }));
    });
    await made.play({
      now: last + late,
      deliveries,
      expirers: Array.from({ length: expirers }, (_, n) => befalls(n + 3)),
    });
  }
}

/** What fail2ban, reading each log in one go, finds in it. */
function triesByFail2ban(config: string, logs: readonly (readonly LogEvent[])[]): readonly (readonly Try[])[] {
  const jobs = logs.map((events) => ({
    config,
    filter: 'sshd',
    options: {},
    now: SSHD_LOG_NOW,
    lines: events.map(({ message }) => message),
  }));
  return askFail2ban(jobs).map((found) => found.flat().map(([id, time]) => ({ id, time })));
}

/** @param usual cases of each filter in an ordinary run */
export function sshdSessions(name: string, newStores: NewStores, usual: number): void {
  const { numRuns, seed } = fuzzCases(usual);
  const cases = installed ? fc.sample(aCase, { numRuns, seed }) : [];

  describe.skipIf(!installed).each([
    { what: "fail2ban's own sshd filter", config: STOCK },
    { what: 'the shipped sshd filter', config: SHIPPED },
  ])(`$what over dying, repeated and concurrent matchers on ${name}`, ({ config }) => {
    const jails = installed ? jailsOf(config) : [];
    const found = () =>
      triesByFail2ban(
        config,
        cases.flatMap(({ hosts }) => hosts),
      );

    it(
      'finds what fail2ban finds in one go, and bans to the second, however the log of a host is delivered',
      async () => {
        const tries = found();
        let bans = 0;
        for (const [i, one] of cases.entries()) {
          const stores = await newStores(one.seed);
          const made = fleet(jails, stores, one.seed);
          await play(made, [one.hosts[0]], one);
          const expected = tries[2 * i] ?? [];
          const ids = new Set(expected.map(({ id }) => id));
          expect({ i, held: await heldTimes(stores, 'counts', ids) }).toEqual({ i, held: timesOf(expected, ids) });
          const inOrder = (all: readonly { id: string; bannedAt: number }[]) =>
            all.map(({ id, bannedAt }) => `${bannedAt} ${id}`).sort();
          expect({ i, bans: inOrder(bansMade(made.history)) }).toEqual({
            i,
            bans: inOrder(bansInOnePass(expected, RULES)),
          });
          bans += made.history.length;
        }
        expect(bans).toBeGreaterThan(numRuns);
      },
      60_000 + 6000 * numRuns,
    );

    it(
      'finds the same and bans the same ids when two hosts deliver at once',
      async () => {
        const tries = found();
        for (const [i, one] of cases.entries()) {
          const stores = await newStores(one.seed);
          const made = fleet(jails, stores, one.seed);
          await play(made, one.hosts, one);
          const expected = [...(tries[2 * i] ?? []), ...(tries[2 * i + 1] ?? [])];
          const ids = new Set(expected.map(({ id }) => id));
          expect({ i, held: await heldTimes(stores, 'counts', ids) }).toEqual({ i, held: timesOf(expected, ids) });
          const wrong = [...byKey(made.history).values()].flatMap((records) =>
            unlawful(
              records,
              expected.filter(({ id }) => id === records[0]?.id),
              RULES,
              new Set(),
            ),
          );
          expect({ i, wrong }).toEqual({ i, wrong: [] });
          const last = new Map(made.history.map((ban) => [ban.id, ban]));
          const end = (id: string): number => {
            const record = last.get(id);
            return record ? lastSecond(record) : Number.NEGATIVE_INFINITY;
          };
          expect({ i, left: idsWithFullWindow(expected, RULES, end) }).toEqual({ i, left: [] });
          expect([...last.keys()]).not.toContain(VICTIM);
        }
      },
      60_000 + 6000 * numRuns,
    );
  });
}
