import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownBans } from '../../../core/bans/known-bans.ts';
import type { LogEvent } from '../../../core/intake/log-batch.ts';
import { eventHash } from '../../../core/records/attempt.ts';
import type { CompiledMatch } from '../../../core/records/compiled-jail.ts';
import { dyingAt, intakeSystem } from '../../support/intake-system.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { foundInOnePass, logOf, STATEFUL } from '../../support/stateful-jail.ts';

const RULES = { maxretry: 3, findtime: 100, bantime: 150 };

/**
 * A jail that bans, and one with the same filter that only counts: its attempts are all that was
 * ever found.
 */
function system(match: CompiledMatch) {
  return intakeSystem([
    plainJail({ name: 'bans', match, ...RULES }),
    plainJail({ name: 'counts', match, maxretry: 1_000_000, findtime: 1_000_000_000 }),
  ]);
}

/** Attempts and bans by one uninterrupted pass and a sliding window, nothing else of ours. */
function byDefinition(match: CompiledMatch, events: readonly LogEvent[]) {
  const found = foundInOnePass(match, events);
  const bans: string[] = [];
  for (const id of new Set(found.map((failure) => failure.id))) {
    let window: number[] = [];
    let end = Number.NEGATIVE_INFINITY;
    for (const { time } of found.filter((failure) => failure.id === id)) {
      if (time <= end) continue;
      window = [...window.filter((earlier) => earlier > time - RULES.findtime), time];
      if (window.length < RULES.maxretry) continue;
      bans.push(`bans ${id} ${time}`);
      end = time + RULES.bantime;
      window = [];
    }
  }
  const attempts = found.map(({ id, time, event }) => `counts ${id} ${time} ${event}`);
  return { attempts: attempts.sort(), bans: bans.sort() };
}

const outcome = (made: ReturnType<typeof system>) => ({
  attempts: made.attempts().filter((attempt) => attempt.startsWith('counts ')),
  bans: made.bans(),
});

/** Sizes of consecutive batches; the last takes the rest. */
const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30, size: 'max' });

function cut(events: readonly LogEvent[], sizes: readonly number[]): (readonly LogEvent[])[] {
  const batches: (readonly LogEvent[])[] = [];
  let from = 0;
  for (const size of [...sizes, events.length]) {
    if (from < events.length) batches.push(events.slice(from, from + size));
    from += size;
  }
  return batches;
}

const RUNS = { numRuns: 150 };

describe.each(STATEFUL)('a jail with $name', ({ match, line }) => {
  const log = logOf(line);

  it('counts and bans as in one pass, to the second, however the log is cut', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(log, cuts, async (events, sizes) => {
        const made = system(match);
        for (const batch of cut(events, sizes)) await made.feed(batch);
        expect(outcome(made)).toEqual(byDefinition(match, events));
        seen += made.bans().length;
      }),
      RUNS,
    );
    expect(seen).toBeGreaterThan(50);
  });

  it('changes nothing when events come again, in the same cuts or others, at once or much later, to warm or cold containers', async () => {
    // After a batch: from which event, how many, and where.
    const again = fc.array(fc.tuple(fc.nat(30), fc.nat(60), fc.integer({ min: 1, max: 60 }), fc.boolean()), {
      maxLength: 12,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(log, cuts, fc.nat(5), again, async (events, sizes, overlap, repeats) => {
        const made = system(match);
        let delivered = 0;
        for (const [i, batch] of cut(events, sizes).entries()) {
          // A catch-up read begins before what was delivered last.
          const from = Math.max(0, delivered - overlap);
          delivered += batch.length;
          await made.feed(events.slice(from, delivered));
          for (const [after, start, length, cold] of repeats) {
            if (after % (i + 1) !== 0) continue;
            const repeated = events.slice(start, Math.min(delivered, start + length));
            if (repeated.length > 0) await made.feed(repeated, cold ? { known: new KnownBans() } : {});
          }
        }
        expect(outcome(made)).toEqual(byDefinition(match, events));
        expect(made.bansTold()).toEqual(made.bans());
      }),
      RUNS,
    );
  });

  it('ends the same when it is killed before or after any write and the batch comes again', async () => {
    const deaths = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.boolean()), { maxLength: 30, size: 'max' });
    let killed = 0;
    await fc.assert(
      fc.asyncProperty(log, cuts, deaths, async (events, sizes, kills) => {
        const made = system(match);
        for (const [i, batch] of cut(events, sizes).entries()) {
          const [k, done] = kills[i] ?? [];
          const died = () => {
            killed++;
          };
          if (k !== undefined) await made.feed(batch, dyingAt(k, done ?? false, made.ports)).catch(died);
          await made.feed(batch);
        }
        expect(outcome(made)).toEqual(byDefinition(match, events));
      }),
      RUNS,
    );
    expect(killed).toBeGreaterThan(50);
  });

  it('never mixes two streams', async () => {
    await fc.assert(
      fc.asyncProperty(log, log, cuts, cuts, async (one, other, sizes, otherSizes) => {
        const made = system(match);
        const renamed = other.map((event) => ({ ...event, id: `other ${event.id}` }));
        const [mine, theirs] = [cut(one, sizes), cut(renamed, otherSizes)];
        for (let i = 0; i < Math.max(mine.length, theirs.length); i++) {
          if (mine[i]) await made.feed(mine[i] ?? [], {}, 0, 'mine');
          if (theirs[i]) await made.feed(theirs[i] ?? [], {}, 0, 'theirs');
        }
        const expected = [byDefinition(match, one), byDefinition(match, renamed)].flatMap(({ attempts }) => attempts);
        expect(outcome(made).attempts).toEqual(expected.sort());
      }),
      RUNS,
    );
  });

  it('loses no failure of a line that is one by itself when matchers are concurrent, and then takes no event again', async () => {
    await fc.assert(
      fc.asyncProperty(log, cuts, fc.infiniteStream(fc.nat()), async (events, sizes, dice) => {
        const made = system(match);
        const batches = cut(events, sizes)
          .map((batch) => ({ batch, rank: dice.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank);
        await Promise.all(batches.map(({ batch }) => made.feed(batch, { known: new KnownBans() })));
        const alone = events.filter(({ message }) => /wrong|slam/.test(message));
        const counted = new Set(outcome(made).attempts.map((attempt) => attempt.split(' ')[3]));
        expect(alone.filter(({ id }) => !counted.has(eventHash(id)))).toEqual([]);
        const before = outcome(made);
        for (const { batch } of batches) await made.feed(batch);
        await made.feed(events);
        expect(outcome(made)).toEqual(before);
      }),
      RUNS,
    );
  });
});
