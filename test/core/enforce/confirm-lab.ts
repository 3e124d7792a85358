import { banned, lifted } from '../../../core/bans/transitions.ts';
import { ConfirmedEntries } from '../../../core/enforce/confirmed-entries.ts';
import type { EnforcementPorts } from '../../../core/enforce/enforce.ts';
import type { BanTarget } from '../../../core/ports/ban-target.ts';
import type { Confirmation, ConfirmationStore } from '../../../core/ports/confirmation-store.ts';
import type { TelemetryEvent } from '../../../core/ports/telemetry.ts';
import { memoryBanStore } from '../../memory/memory-ban-store.ts';
import { memoryConfirmationStore } from '../../memory/memory-confirmation-store.ts';

export const DAY = 86_400;

/**
 * Bans, targets, what is confirmed of them, and containers to enforce it. Its clock stands at 1000
 * until it is moved.
 */
export function system(targets: readonly BanTarget[]) {
  const time = { now: 1000 };
  const clock = { now: () => time.now };
  const bans = memoryBanStore();
  const store = memoryConfirmationStore();
  const events: TelemetryEvent[] = [];
  /** Keys in each call. */
  const calls = { get: [] as number[], put: [] as number[], delete: [] as number[] };
  const counted: ConfirmationStore = {
    ...store,
    get: (keys) => {
      calls.get.push(keys.length);
      return store.get(keys);
    },
    put: (all) => {
      calls.put.push(all.length);
      return store.put(all);
    },
    delete: (keys) => {
      calls.delete.push(keys.length);
      return store.delete(keys);
    },
  };
  return {
    time,
    bans,
    store,
    events,
    calls,
    noCalls(): void {
      for (const list of Object.values(calls)) list.length = 0;
    },
    /** A cold container. */
    container: (through: ConfirmationStore = counted): EnforcementPorts => ({
      bans,
      targets,
      exempt: () => () => undefined,
      reaches: (jail) => jail !== 'dry',
      portsOf: () => 'all',
      telemetry: { emit: (event) => events.push(event) },
      confirming: { entries: new ConfirmedEntries(through, clock), clock, onManualRemoval: 'reban' },
    }),
    async ban(id: string, { jail = 'sshd', bantime = 600 } = {}): Promise<void> {
      const request = { bannedAt: Math.floor(time.now), bantime, attempts: 5, origin: 'jail', evidence: [] } as const;
      const record = await bans.read({ id, jail });
      const { ban } = banned({ id, jail }, record, { ...request, earlier: 0, keptFor: 0 }, time.now);
      await bans.write(ban);
    },
    async lift(id: string, jail = 'sshd'): Promise<void> {
      const record = await bans.read({ id, jail });
      if (record) await bans.write(lifted(record, time.now));
    },
    confirmed: (id: string) => store.get([{ target: 'memory', id }]).then(([one]) => one),
  };
}

export const confirmation = (id: string, bans: Confirmation['bans'], keepUntil: number | undefined): Confirmation => ({
  target: 'memory',
  id,
  bans,
  keepUntil,
  missingSince: undefined,
});
