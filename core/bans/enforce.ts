import { parseCidr } from '../net/address.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { BanTarget, TargetChange, TargetPlan } from '../ports/ban-target.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Ban } from './ban.ts';
import type { Exemption } from './never-banned.ts';

export interface EnforcementPorts {
  readonly bans: BanStore;
  readonly targets: readonly BanTarget[];
  readonly telemetry: Telemetry;
  /** What may never be banned in a jail, looked at again before anything reaches a firewall. */
  readonly exempt: (jail: string) => Exemption;
  /** Whether a jail wants its bans in a target; `dry-run` and jails for other targets do not. */
  readonly reaches: (jail: string, target: string) => boolean;
}

/** Reads in flight at once: enough to hide latency, few enough for a small table. */
const CONCURRENT_READS = 32;

/**
 * Makes every target hold these ids, or not, as the bans table says now. The event that named them is not believed beyond the
 * name, so duplicates, old events and events out of order end in the same state.
 *
 * @throws AggregateError when a target failed, after the others were served
 */
export async function enforceChanged(ids: readonly string[], ports: EnforcementPorts): Promise<void> {
  const addresses = [...new Set(ids)].filter((id) => parseCidr(id) !== undefined);
  if (addresses.length === 0) return;
  await convergeAll(addresses, ports, (target) => () => change(addresses, [], ports, target));
}

/**
 * Compares every target with all active bans and repairs what differs: a wiped set, a lost event, an edit by hand.
 * An entry that the bans table knows nothing of belongs to somebody else and stays.
 *
 * @throws AggregateError when a target failed, after the others were served
 */
export async function reconcile(ports: EnforcementPorts): Promise<void> {
  await convergeAll('all', ports, (target) => async (held) => {
    const wanted = new Set<string>();
    for await (const page of ports.bans.active()) {
      for (const ban of page) if (parseCidr(ban.id) !== undefined && allowed(ban, ports, target)) wanted.add(ban.id);
    }
    // The list of active bans may lag, so each difference is looked up in the table itself.
    const missing = [...wanted].filter((id) => !held.has(id));
    const extra = [...held].filter((id) => !wanted.has(id));
    return change(missing, extra, ports, target);
  });
}

/** Sorts ids by what the bans table says of them; `foreign` ones may be unknown to it and are then left alone. */
async function change(
  ours: readonly string[],
  foreign: readonly string[],
  ports: EnforcementPorts,
  target: string,
): Promise<TargetChange> {
  const present: string[] = [];
  const absent: string[] = [];
  const place = (id: string, records: readonly Ban[]): void => {
    const banned = records.some((ban) => ban.state === 'active' && allowed(ban, ports, target));
    (banned ? present : absent).push(id);
  };
  await eachLimited(ours, async (id) => place(id, await ports.bans.ofId(id)));
  await eachLimited(foreign, async (id) => {
    const records = await ports.bans.ofId(id);
    if (records.length > 0) place(id, records);
  });
  return { present, absent };
}

/** What an operator bans by hand is banned, as in fail2ban; what a log calls for is looked at once more. */
function allowed(ban: Pick<Ban, 'id' | 'jail' | 'origin'>, ports: EnforcementPorts, target: string): boolean {
  if (!ports.reaches(ban.jail, target)) return false;
  return ban.origin === 'manual' || ports.exempt(ban.jail)(ban.id) === undefined;
}

async function convergeAll(
  ids: readonly string[] | 'all',
  ports: EnforcementPorts,
  planFor: (target: string) => TargetPlan,
): Promise<void> {
  const failures: Error[] = [];
  await Promise.all(
    ports.targets.map(async (target) => {
      try {
        ports.telemetry.emit({
          kind: 'target-converged',
          target: target.name,
          report: await target.converge(ids, planFor(target.name)),
        });
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause));
        ports.telemetry.emit({ kind: 'target-failed', target: target.name, error });
        failures.push(error);
      }
    }),
  );
  if (failures.length > 0) throw new AggregateError(failures, failures.map((error) => error.message).join('; '));
}

async function eachLimited<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_READS, items.length) }, worker));
}
