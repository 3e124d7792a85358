import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banned, lifted } from '../../../core/bans/transitions.ts';
import { type EnforcementPorts, enforceChanged, reconcile } from '../../../core/enforce/enforce.ts';
import type { ActiveBan } from '../../../core/ports/ban-store.ts';
import type { BanTarget } from '../../../core/ports/ban-target.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { exemptions } from '../../../core/protect/never-banned.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';
import { type MemoryBanTarget, memoryBanTarget } from '../../memory/memory-ban-target.ts';

const IDS = ['9.0.0.1', '9.0.0.2', '9.0.0.3', '2600::/64', 'alice'] as const;
/** Bans of the jail `dry` must reach no target. */
const JAILS = ['sshd', 'ftp', 'dry'] as const;
const FOREIGN = ['8.8.8.8', '8.8.4.4'] as const;
const request = {
  bannedAt: 1000,
  bantime: 600,
  attempts: 5,
  origin: 'jail',
  evidence: [],
  earlier: 0,
  keptFor: 0,
} as const;

function system(targets: readonly BanTarget[]) {
  const events: TelemetryEvent[] = [];
  const bans = memoryBanStore();
  const exempt = exemptions({ ignoreip: ['9.0.0.3'], banreserved: [] });
  const ports: EnforcementPorts = {
    bans,
    targets,
    exempt: () => exempt,
    reaches: (jail) => jail !== 'dry',
    portsOf: () => 'all',
    telemetry: { emit: (e) => events.push(e) },
  };
  const ban = async (id: string, jail: string): Promise<void> => {
    const transition = banned({ id, jail }, await bans.read({ id, jail }), request, 1000);
    if (transition.kind !== 'unchanged') await bans.write(transition.ban);
  };
  const lift = async (id: string, jail: string): Promise<void> => {
    const record = await bans.read({ id, jail });
    if (record?.state === 'active') await bans.write(lifted(record, 1200));
  };
  /** What must stand in a target: addresses that some jail bans now and nothing exempts. */
  const wanted = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (const id of IDS) {
      const active = (await bans.ofId(id)).some((record) => record.state === 'active' && record.jail !== 'dry');
      if (active && id !== 'alice' && id !== '9.0.0.3') ids.push(id);
    }
    return ids;
  };
  return { ports, bans, events, ban, lift, wanted };
}

const step = fc.oneof(
  fc.record({ do: fc.constant('ban' as const), id: fc.constantFrom(...IDS), jail: fc.constantFrom(...JAILS) }),
  fc.record({ do: fc.constant('lift' as const), id: fc.constantFrom(...IDS), jail: fc.constantFrom(...JAILS) }),
  fc.record({ do: fc.constant('enforce' as const), ids: fc.array(fc.constantFrom(...IDS)) }),
  fc.record({ do: fc.constant('reconcile' as const) }),
  fc.record({ do: fc.constant('wipe' as const) }),
  fc.record({ do: fc.constant('add' as const), id: fc.constantFrom(...FOREIGN, ...IDS) }),
  fc.record({ do: fc.constant('remove' as const), id: fc.constantFrom(...FOREIGN, ...IDS) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(action: Step, to: ReturnType<typeof system>, target: MemoryBanTarget): Promise<void> {
  if (action.do === 'ban') await to.ban(action.id, action.jail);
  if (action.do === 'lift') await to.lift(action.id, action.jail);
  if (action.do === 'enforce') await enforceChanged(action.ids, to.ports);
  if (action.do === 'reconcile') await reconcile(to.ports);
  if (action.do === 'wipe') target.entries.clear();
  if (action.do === 'add' && action.id !== 'alice') target.entries.add(action.id);
  if (action.do === 'remove') target.entries.delete(action.id);
}

describe('enforcement', () => {
  it('ends with exactly the active bans and what others put in, from any state, after one reconciliation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
        const target = memoryBanTarget();
        const under = system([target]);
        // The records of ids that were never banned are unknown to the table: an entry for one is
        // foreign.
        for (const action of steps) await take(action, under, target);
        const known = new Set<string>();
        for (const id of IDS) if ((await under.bans.ofId(id)).length > 0) known.add(id);
        const foreign = [...target.entries].filter((id) => !known.has(id));
        await reconcile(under.ports);
        expect([...target.entries].sort()).toEqual([...new Set([...(await under.wanted()), ...foreign])].sort());
      }),
    );
  });

  it('needs only the changed ids, in any order and number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          step.filter((action) => action.do === 'ban' || action.do === 'lift'),
          { maxLength: 20, size: 'max' },
        ),
        fc.infiniteStream(fc.nat()),
        async (steps, dice) => {
          const target = memoryBanTarget();
          const under = system([target]);
          const changed: string[] = [];
          for (const action of steps) {
            await take(action, under, target);
            if ('id' in action) changed.push(action.id, action.id);
          }
          const shuffled = changed.map((id) => ({ id, rank: dice.next().value ?? 0 })).sort((a, b) => a.rank - b.rank);
          for (const { id } of shuffled) await enforceChanged([id], under.ports);
          expect([...target.entries].sort()).toEqual((await under.wanted()).sort());
        },
      ),
    );
  });

  it('brings a new ban to a target that is made as a whole, though the list of active bans lags', async () => {
    const target = { ...memoryBanTarget(), whole: true };
    const under = system([target]);
    await under.ban('9.0.0.1', 'sshd');
    async function* nothingYet() {
      yield [];
    }
    const lagging = { ...under.ports, bans: { ...under.bans, active: nothingYet } };
    await enforceChanged(['9.0.0.1'], lagging);
    expect([...target.entries]).toEqual(['9.0.0.1']);
    await under.lift('9.0.0.1', 'sshd');
    await enforceChanged(['9.0.0.1'], lagging);
    expect([...target.entries]).toEqual([]);
  });

  it('puts back at once what was banned again while it was being taken out', async () => {
    for (const whole of [false, true]) {
      const target = { ...memoryBanTarget(), whole };
      const under = system([target]);
      await under.ban('9.0.0.1', 'sshd');
      await enforceChanged(['9.0.0.1'], under.ports);
      await under.lift('9.0.0.1', 'sshd');
      // Another banner sees the new ban's entry standing, and so writes nothing.
      let asked = 0;
      const racing: BanTarget = {
        ...target,
        converge: (ids, plan) =>
          target.converge(ids, async (...shown) => {
            const change = await plan(...shown);
            if (++asked === 1) await under.ban('9.0.0.1', 'sshd');
            return change;
          }),
      };
      await reconcile({ ...under.ports, targets: [racing] });
      expect([...target.entries]).toEqual(['9.0.0.1']);
    }
  });

  it('asks the table about few of thousands of bans for which a target has no room', async () => {
    const target = memoryBanTarget(5);
    const under = system([target]);
    for (let i = 0; i < 1000; i++) await under.ban(`9.1.${i >> 8}.${i & 255}`, 'sshd');
    const old: ActiveBan[] = [];
    for await (const page of under.bans.active()) old.push(...page);
    // The first eight by rank are lifted, which the list of active bans does not show yet.
    const first = old
      .map(({ id }) => id)
      .sort()
      .slice(0, 8);
    for (const id of first) await under.lift(id, 'sshd');
    let asked = 0;
    async function* lagging() {
      yield old;
    }
    const ofId = (id: string) => {
      asked++;
      return under.bans.ofId(id);
    };
    await reconcile({ ...under.ports, bans: { ...under.bans, active: lagging, ofId } });
    expect(target.entries.size).toBe(5);
    expect(first.filter((id) => target.entries.has(id))).toEqual([]);
    expect(asked).toBeLessThan(30);
  });

  it('serves the other targets when one fails, and fails itself so that the batch comes again', async () => {
    const good = memoryBanTarget();
    const broken: BanTarget = { name: 'broken', whole: false, converge: () => Promise.reject(new Error('no answer')) };
    const under = system([broken, good]);
    await under.ban('9.0.0.1', 'sshd');
    await expect(enforceChanged(['9.0.0.1'], under.ports)).rejects.toThrow('no answer');
    expect([...good.entries]).toEqual(['9.0.0.1']);
    expect(under.events).toContainEqual(expect.objectContaining({ kind: 'target-failed', target: 'broken' }));
  });

  it('never sends an id that is no address, nor one that must not be banned', async () => {
    const target = memoryBanTarget();
    const under = system([target]);
    await under.ban('alice', 'sshd');
    await under.ban('9.0.0.3', 'sshd');
    await enforceChanged(['alice', '9.0.0.3'], under.ports);
    await reconcile(under.ports);
    expect([...target.entries]).toEqual([]);
  });
});
