import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownBans } from '../../../core/bans/known-bans.ts';
import type { LogBatch, LogEvent } from '../../../core/intake/log-batch.ts';
import { matchingJail } from '../../../core/intake/matching-jail.ts';
import { type IntakePorts, processBatch } from '../../../core/intake/process-batch.ts';
import { memoryBreakerStore } from '../../../core/memory/memory-breaker-store.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { memoryAttemptStore } from '../../memory/memory-attempt-store.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';
import { memorySessionStore } from '../../memory/memory-session-store.ts';
import { plainJail } from '../../support/plain-jail.ts';
import { unwatched } from '../../support/unwatched.ts';

const JAIL = plainJail({ maxretry: 3, findtime: 100, bantime: 150, ignoreip: ['9.0.0.4'] });
const IPS = ['9.0.0.1', '9.0.0.2', '9.0.0.3', '9.0.0.4'] as const;

interface Made {
  readonly id: string;
  readonly bannedAt: number;
}

/**
 * The bans, by the documented meaning and nothing of ours: one pass, a sliding window, attempts
 * during a ban not counted.
 */
function bansByDefinition(events: readonly LogEvent[]): Made[] {
  const made: Made[] = [];
  for (const id of IPS.filter((ip) => ip !== '9.0.0.4')) {
    let window: number[] = [];
    let end = Number.NEGATIVE_INFINITY;
    for (const { timestampMs, message } of events) {
      const time = timestampMs / 1000;
      if (message !== `no ${id}` || time <= end) continue;
      window = [...window.filter((earlier) => earlier > time - JAIL.findtime), time];
      if (window.length < JAIL.maxretry) continue;
      made.push({ id, bannedAt: time });
      end = time + JAIL.bantime;
      window = [];
    }
  }
  return made;
}

/**
 * Mostly dense, so that bans and bans again happen; now and then a pause longer than findtime and
 * bantime.
 */
const gap = fc.oneof({ weight: 9, arbitrary: fc.nat(25) }, { weight: 1, arbitrary: fc.nat(400) });
const log = fc
  .array(fc.tuple(gap, fc.constantFrom(...IPS), fc.constantFrom(true, true, true, false)), {
    maxLength: 80,
    size: 'max',
  })
  .map((lines) => {
    let time = 1_000_000;
    return lines.map(([pause, ip, attack], i): LogEvent => {
      time += pause;
      return { id: `event ${i}`, timestampMs: time * 1000, message: attack ? `no ${ip}` : `yes ${ip}` };
    });
  });

/** Sizes of consecutive batches; the last takes the rest. */
const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30, size: 'max' });

/**
 * Batches of these sizes at most, none longer than a minute: the clock stands at its first event.
 */
function cut(events: readonly LogEvent[], sizes: readonly number[]): LogBatch[] {
  const batches: LogBatch[] = [];
  let from = 0;
  for (const size of [...sizes, events.length]) {
    if (from >= events.length) break;
    for (const end = Math.min(from + size, events.length); from < end; ) {
      const latestMs = (events[from]?.timestampMs ?? 0) + 60_000;
      const part = events.slice(from, end).filter(({ timestampMs }) => timestampMs <= latestMs);
      batches.push({ logGroup: '/log', logStream: 'host', events: part });
      from += part.length;
    }
  }
  return batches;
}

function system() {
  const made: Made[] = [];
  const events: TelemetryEvent[] = [];
  const emit = (event: TelemetryEvent): void => {
    events.push(event);
    if (event.kind === 'ban-made') made.push({ id: event.ban.id, bannedAt: event.ban.bannedAt });
  };
  let now = 1_000_000;
  const ports: IntakePorts = {
    attempts: memoryAttemptStore(),
    bans: memoryBanStore(),
    breakers: memoryBreakerStore(),
    watch: unwatched,
    sessions: memorySessionStore(),
    known: new KnownBans(),
    telemetry: { emit },
    clock: { now: () => now, sleep: async () => undefined },
  };
  const jails = [matchingJail(JAIL)];
  const feed = async (batch: LogBatch, through: IntakePorts = ports, readers = jails): Promise<void> => {
    now = Math.max(now, (batch.events[0]?.timestampMs ?? 0) / 1000);
    await processBatch(batch, readers, through);
  };
  return { ports, feed, made, events };
}

const inOrder = (made: readonly Made[]) =>
  [...made].sort((a, b) => a.bannedAt - b.bannedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/** Ports whose k-th write fails, and every call after it: what a killed function leaves behind. */
function dyingAt(k: number, ports: IntakePorts): IntakePorts {
  let writes = 0;
  const unlessDead = async <T>(write: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes >= k) throw new Error('killed');
    return await write();
  };
  const { attempts, bans } = ports;
  return {
    ...ports,
    known: new KnownBans(),
    attempts: {
      ...attempts,
      add: (...args) => unlessDead(() => attempts.add(...args)),
      remove: (...args) => unlessDead(() => attempts.remove(...args)),
    },
    bans: { ...bans, write: (ban) => unlessDead(() => bans.write(ban)) },
  };
}

describe('processBatch', () => {
  it('makes the bans of the definition, to the second, however the log is cut', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(log, cuts, async (events, sizes) => {
        const { feed, made } = system();
        for (const batch of cut(events, sizes)) await feed(batch);
        expect(inOrder(made)).toEqual(inOrder(bansByDefinition(events)));
        seen += made.length;
      }),
      { numRuns: 300 },
    );
    expect(seen).toBeGreaterThan(300);
  });

  it('makes and reports each ban once when batches are delivered again, at once or much later, to warm or cold containers', async () => {
    const again = fc.array(fc.tuple(fc.nat(40), fc.nat(40), fc.boolean()), { maxLength: 15, size: 'max' });
    await fc.assert(
      fc.asyncProperty(log, cuts, again, async (events, sizes, repeats) => {
        const { ports, feed, made } = system();
        const batches = cut(events, sizes);
        for (const [i, batch] of batches.entries()) {
          await feed(batch);
          for (const [after, which, cold] of repeats) {
            const repeated = batches[which];
            if (after !== i || !repeated || which > i) continue;
            await feed(repeated, cold ? { ...ports, known: new KnownBans() } : ports);
          }
        }
        expect(inOrder(made)).toEqual(inOrder(bansByDefinition(events)));
      }),
      { numRuns: 300 },
    );
  });

  it('ends the same when it is killed at any write and the batch comes again', async () => {
    const deaths = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 30, size: 'max' });
    await fc.assert(
      fc.asyncProperty(log, cuts, deaths, async (events, sizes, kills) => {
        const { ports, feed, made } = system();
        for (const [i, batch] of cut(events, sizes).entries()) {
          const k = kills[i];
          if (k !== undefined) await feed(batch, dyingAt(k, ports)).catch(() => undefined);
          await feed(batch);
        }
        expect(inOrder(made)).toEqual(inOrder(bansByDefinition(events)));
      }),
      { numRuns: 300 },
    );
  });

  it('bans the same ids, each once, when concurrent matchers take the batches in any order within findtime', async () => {
    const order = fc.infiniteStream(fc.nat());
    await fc.assert(
      fc.asyncProperty(log, cuts, order, async (events, sizes, dice) => {
        // Bans without end: with several bans an id, which of them come depends on the order.
        const forGood = { ...JAIL, bantime: -1, findtime: 1_000_000 };
        const { ports, made } = system();
        const batches = cut(events, sizes)
          .map((batch) => ({ batch, rank: dice.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank);
        const cold = () => ({ ...ports, known: new KnownBans() });
        await Promise.all(batches.map(({ batch }) => processBatch(batch, [matchingJail(forGood)], cold())));
        const tries = (id: string) => events.filter((event) => event.message === `no ${id}`).length;
        const ids = IPS.filter((id) => id !== '9.0.0.4' && tries(id) >= JAIL.maxretry);
        expect(made.map((ban) => ban.id).sort()).toEqual([...ids].sort());
      }),
      { numRuns: 300 },
    );
  });

  it('counts attempts of an ignored address as ignored, and never bans it', async () => {
    const { feed, made, events } = system();
    const flood = Array.from({ length: 10 }, (_, i) => ({
      id: `e${i}`,
      timestampMs: 1_000_000_000,
      message: 'no 9.0.0.4',
    }));
    await feed({ logGroup: '/log', logStream: 'host', events: flood });
    expect(made).toEqual([]);
    expect(events).toContainEqual({
      kind: 'attempts-ignored',
      jail: 'test',
      id: '9.0.0.4',
      attempts: 10,
      reason: 'ignoreip 9.0.0.4',
    });
  });

  it('writes nothing for a flood from an id it knows to be banned', async () => {
    const { ports, feed, events } = system();
    const attempt = (i: number): LogEvent => ({ id: `e${i}`, timestampMs: 1_000_000_000 + i, message: 'no 9.0.0.1' });
    await feed({ logGroup: '/log', logStream: 'host', events: [0, 1, 2].map(attempt) });
    const silent = dyingAt(1, ports);
    const flood = {
      logGroup: '/log',
      logStream: 'host',
      events: Array.from({ length: 1000 }, (_, i) => attempt(i + 3)),
    };
    await feed(flood, { ...silent, known: ports.known });
    expect(events).toContainEqual({ kind: 'attempts-late', jail: 'test', id: '9.0.0.1', attempts: 1000 });
  });

  it('passes over log groups that no jail reads', async () => {
    const { feed, made } = system();
    const events = Array.from({ length: 10 }, (_, i) => ({ id: `e${i}`, timestampMs: 1e9, message: 'no 9.0.0.1' }));
    await feed({ logGroup: '/other', logStream: 'host', events });
    expect(made).toEqual([]);
  });

  it('counts each ban once for recidive, however often and late it is reported and whichever run dies in between', async () => {
    const recidive = plainJail({
      name: 'again',
      loggroups: [],
      recidive: true,
      maxretry: 2,
      findtime: 2000,
      bantime: -1,
    });
    const jails = [matchingJail(JAIL), matchingJail(recidive)];
    const deaths = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30, size: 'max' });
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(log, cuts, deaths, async (events, sizes, kills) => {
        const { ports, feed, made } = system();
        for (const [i, batch] of cut(events, sizes).entries()) {
          const k = kills[i];
          if (k !== undefined) await feed(batch, dyingAt(k, ports), jails).catch(() => undefined);
          await feed(batch, { ...ports, known: new KnownBans() }, jails);
          await feed(batch, ports, jails);
        }
        const ordinary = bansByDefinition(events);
        const firedAgain = IPS.flatMap((id) => {
          const times = ordinary.filter((ban) => ban.id === id).map((ban) => ban.bannedAt);
          const second = times.find((time, i) => i > 0 && (times[i - 1] ?? 0) > time - 2000);
          return second === undefined ? [] : [{ id, bannedAt: second }];
        });
        expect(inOrder(made)).toEqual(inOrder([...ordinary, ...firedAgain]));
        seen += firedAgain.length;
      }),
      { numRuns: 300 },
    );
    expect(seen).toBeGreaterThan(30);
  });
});
