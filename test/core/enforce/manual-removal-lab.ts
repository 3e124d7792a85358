import fc from 'fast-check';
import { expect } from 'vitest';
import { banned, lifted } from '../../../core/bans/transitions.ts';
import { ConfirmedEntries } from '../../../core/enforce/confirmed-entries.ts';
import { type EnforcementPorts, enforceChanged, reconcile } from '../../../core/enforce/enforce.ts';
import type { ActiveBan, BanStore } from '../../../core/ports/ban-store.ts';
import type { BanTarget } from '../../../core/ports/ban-target.ts';
import type { ConfirmationStore } from '../../../core/ports/confirmation-store.ts';
import type { TargetReport } from '../../../core/records/target-report.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';
import { memoryConfirmationStore } from '../../memory/memory-confirmation-store.ts';
import { interleaving } from '../../support/interleaving.ts';

const JAILS = ['sshd', 'ftp'] as const;
/** Who took an entry out last. */
export type Remover = 'operator' | 'wipe' | 'banner';
export type Call = <T>(work: () => Promise<T>) => Promise<T>;

const id = fc.integer({ min: 0, max: 13 }).map((number) => `9.0.0.${number}`);
export const task = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ban' as const), id, jail: fc.constantFrom(...JAILS) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lift' as const), id }) },
  /** Lifted, and banned again in the same second. */
  { weight: 1, arbitrary: fc.record({ do: fc.constant('renew' as const), id }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wipe' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('spare' as const), id }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('reconcile' as const, 'reconcile' as const, 'enforce' as const),
      ids: fc.array(id, { minLength: 1, maxLength: 3 }),
      banner: fc.nat(2),
      /** The call at which it dies, and whether that call is done. */
      dies: fc.option(fc.record({ at: fc.integer({ min: 1, max: 20 }), done: fc.boolean() }), {
        nil: undefined,
        freq: 3,
      }),
    }),
  },
);
export type Task = typeof task extends fc.Arbitrary<infer T> ? T : never;

export const story = fc.record({
  seed: fc.nat(),
  /** No lock: it is written an entry a call, as a network ACL is. */
  slow: fc.boolean(),
  whole: fc.boolean(),
  capacity: fc.constantFrom(4, 8, 100),
  /** Bans that have stood for some minutes at the start. */
  calm: fc.nat(8),
  /** Minutes, in each of which these happen at once. */
  waves: fc.array(
    fc.record({
      seconds: fc.constantFrom(20, 60, 60, 60, 60, 200, 1000),
      tasks: fc.array(task, { maxLength: 5, size: 'max' }),
      banner: fc.nat(2),
    }),
    { minLength: 10, maxLength: 30, size: 'max' },
  ),
});

/** A firewall that knows who takes out what. */
function firewall(capacity: number, slow: boolean, whole: boolean) {
  const entries = new Set<string>();
  const removedBy = new Map<string, Remover>();
  let version = 0;
  const take = (one: string, by: Remover): void => {
    if (!entries.delete(one)) return;
    version += 1;
    removedBy.set(one, by);
  };
  const add = (one: string): void => {
    if (!entries.has(one)) version += 1;
    entries.add(one);
  };
  const through = (call: Call): BanTarget => ({
    name: 'firewall',
    whole,
    async converge(ids, plan) {
      const before = await call(async () => ({ held: [...entries], version }));
      let read = before;
      for (let round = 0; round < 8; round++) {
        const parts = { of: () => 'all', free: capacity - read.held.length };
        const { present, absent } = await plan(new Set(read.held), capacity, parts);
        const wanted = present.map((ban) => ban.id);
        const held = (one: string): boolean => read.held.includes(one);
        const others = read.held.filter((one) => !wanted.includes(one) && !absent.includes(one));
        // Only a plan for all makes room for the first.
        const first = ids === 'all' ? wanted : wanted.slice().sort((a, b) => Number(held(b)) - Number(held(a)));
        const next = new Set([...first.slice(0, Math.max(0, capacity - others.length)), ...others]);
        const gone = read.held.filter((one) => !next.has(one));
        const fresh = [...next].filter((one) => !read.held.includes(one));
        if (gone.length + fresh.length === 0) return reportOf(before.held, read.held, wanted);
        if (slow) {
          for (const one of gone) await call(async () => take(one, 'banner'));
          for (const one of fresh) await call(async () => add(one));
        } else {
          await call(async () => {
            if (version !== read.version) return;
            for (const one of gone) take(one, 'banner');
            for (const one of fresh) add(one);
          });
        }
        read = await call(async () => ({ held: [...entries], version }));
      }
      throw new Error('contested');
    },
  });
  const reportOf = (before: readonly string[], now: readonly string[], wanted: readonly string[]): TargetReport => ({
    added: now.filter((one) => !before.includes(one)),
    removed: before.filter((one) => !now.includes(one)),
    overflow: wanted.filter((one) => !now.includes(one)),
    held: now.length,
    capacity,
  });
  return { entries, removedBy, take, through };
}

function through(call: Call, store: ConfirmationStore): ConfirmationStore {
  return {
    get: (keys) => call(() => store.get(keys)),
    // Not atomic: a banner may die in the middle of a batch.
    put: async (all) => {
      for (const one of all) await call(() => store.put([one]));
    },
    delete: async (keys) => {
      for (const one of keys) await call(() => store.delete([one]));
    },
    noteMissing: (...args) => call(() => store.noteMissing(...args)),
    unsettledAt: (target) => call(() => store.unsettledAt(target)),
    unsettle: (...args) => call(() => store.unsettle(...args)),
  };
}

export interface Seen {
  unbans: number;
  deaths: number;
  wipes: number;
  ejected: number;
  contested: number;
}

export async function play(
  { seed, slow, whole, capacity, calm, waves }: typeof story extends fc.Arbitrary<infer T> ? T : never,
  seen: Seen,
) {
  const order = interleaving(seed);
  const time = { now: 1_000_000 };
  const clock = { now: () => time.now };
  const table = memoryBanStore();
  const store = memoryConfirmationStore();
  const wall = firewall(capacity, slow, whole);
  const spared = new Set<string>();
  const wrong: string[] = [];
  let lagging: readonly ActiveBan[] = [];
  let running = 0;
  /** Three containers, each warm until it dies. */
  const containers = [0, 1, 2].map(() => ({
    call: undefined as Call | undefined,
    entries: undefined as ConfirmedEntries | undefined,
  }));

  async function active(): Promise<readonly ActiveBan[]> {
    const all: ActiveBan[] = [];
    for await (const page of table.active()) all.push(...page);
    return all;
  }

  function bansThrough(call: Call): BanStore {
    return {
      ...table,
      ofId: (one) => call(() => table.ofId(one)),
      // Only banners that take an entry's absence for an unban write here.
      write: (ban) =>
        call(async () => {
          const answer = await table.write(ban);
          if (answer === 'conflict') return answer;
          seen.unbans += 1;
          if (wall.removedBy.get(ban.id) !== 'operator') wrong.push(`${ban.id}: ${wall.removedBy.get(ban.id)}`);
          return answer;
        }),
      async *active() {
        yield await call(async () => (order.random(4) === 0 ? lagging : await active()));
      },
    };
  }

  async function banner(run: Extract<Task, { banner: number }> | { do: 'reconcile'; banner: number; dies: undefined }) {
    const container = containers[run.banner];
    if (!container) return;
    let calls = 0;
    let dead = false;
    const { dies } = run;
    const call: Call = (work) =>
      order.turn(async () => {
        if (dead) throw new Error('dead');
        calls += 1;
        dead = calls === dies?.at;
        if (!dead || dies?.done) {
          const answer = await work();
          if (!dead) return answer;
        }
        seen.deaths += 1;
        container.entries = undefined;
        throw new Error('killed');
      });
    container.call = call;
    // Its clients are those of the invocation that runs.
    const current: Call = (work) => (container.call ?? call)(work);
    container.entries ??= new ConfirmedEntries(through(current, store), clock);
    const ports: EnforcementPorts = {
      bans: bansThrough(call),
      targets: [wall.through(call)],
      exempt: () => (one) => (spared.has(one) ? 'spared' : undefined),
      reaches: () => true,
      portsOf: () => 'all',
      telemetry: { emit: () => undefined },
      confirming: { entries: container.entries, clock, onManualRemoval: 'unban' },
    };
    running += 1;
    if (running > 1) seen.contested += 1;
    await (run.do === 'enforce' ? enforceChanged(run.ids, ports) : reconcile(ports)).catch(() => undefined);
    running -= 1;
  }

  async function ban(whom: string, jail: string): Promise<void> {
    const record = await table.read({ id: whom, jail });
    const request = { bannedAt: time.now, bantime: -1, attempts: 5, origin: 'jail', evidence: [] } as const;
    const transition = banned(
      { id: whom, jail },
      record,
      { ...request, earlier: order.random(3), keptFor: 0 },
      time.now,
    );
    if (transition.kind !== 'unchanged') await table.write(transition.ban);
  }

  async function act(one: Exclude<Task, { banner: number }>): Promise<void> {
    lagging = await active();
    if (one.do === 'ban') await ban(one.id, one.jail);
    if (one.do === 'lift' || one.do === 'renew') {
      for (const record of await table.ofId(one.id)) {
        if (record.state !== 'active') continue;
        await table.write(lifted(record, time.now));
        if (one.do === 'renew') await ban(one.id, record.jail);
      }
    }
    if (one.do === 'remove') wall.take(one.id, 'operator');
    if (one.do === 'wipe') {
      seen.wipes += 1;
      for (const each of [...wall.entries]) wall.take(each, 'wipe');
    }
    if (one.do === 'spare') {
      if (!spared.delete(one.id)) spared.add(one.id);
      seen.ejected += 1;
    }
  }

  for (let i = 0; i < calm; i++) await ban(`9.0.0.${i}`, 'sshd');
  for (let minute = 0; calm > 0 && minute < 4; minute++) {
    time.now += 60;
    await order.run([() => banner({ do: 'reconcile', banner: 0, dies: undefined })]);
  }

  for (const { seconds, tasks, banner: each } of waves) {
    time.now += seconds;
    // One container serves one invocation after another.
    const runs = new Map<number, (() => Promise<void>)[]>();
    const add = (index: number, run: () => Promise<void>) => runs.set(index, [...(runs.get(index) ?? []), run]);
    const others: (() => Promise<void>)[] = [];
    for (const one of tasks) {
      if ('banner' in one) add(one.banner, () => banner(one));
      else others.push(() => order.turn(() => act(one)));
    }
    add(each, () => banner({ do: 'reconcile', banner: each, dies: undefined }));
    await order.run([
      ...others,
      ...[...runs.values()].map((list) => async () => {
        for (const run of list) await run();
      }),
    ]);
  }
  expect(wrong).toEqual([]);

  for (let minute = 0; minute < 4; minute++) {
    time.now += 60;
    lagging = await active();
    await order.run([() => banner({ do: 'reconcile', banner: 0, dies: undefined })]);
  }
  expect(wrong).toEqual([]);
  const wanted = new Set((await active()).map((one) => one.id).filter((one) => !spared.has(one)));
  expect(wall.entries.size).toBe(Math.min(capacity, wanted.size));
  expect([...wall.entries].filter((one) => !wanted.has(one))).toEqual([]);
}
