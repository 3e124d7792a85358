import { parseCidr } from '../net/address.ts';
import type { Ports } from '../net/ports.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { BanTarget, TargetPlan, TargetReport } from '../ports/ban-target.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Ban } from './ban.ts';
import type { Exemption } from './never-banned.ts';
import { WantedBans } from './wanted-bans.ts';

export interface EnforcementPorts {
  readonly bans: BanStore;
  readonly targets: readonly BanTarget[];
  readonly telemetry: Telemetry;
  /** What may never be banned in a jail, looked at again before anything reaches a firewall. */
  readonly exempt: (jail: string) => Exemption;
  /** Whether a jail wants its bans in a target; `dry-run` and jails for other targets do not. */
  readonly reaches: (jail: string, target: string) => boolean;
  /** What a jail's bans keep somebody away from, in targets that can tell. */
  readonly portsOf: (jail: string) => Ports;
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
  await convergeAll(ports, (target) =>
    target.whole
      ? target.converge('all', wholePlan(ports, target.name, addresses))
      : target.converge(addresses, async () => {
          const wanted = new WantedBans();
          const absent = await lookUp(addresses, wanted, ports, target.name);
          return { present: wanted.ranked(), absent: absent.map(({ id }) => id) };
        }),
  );
}

/**
 * Compares every target with all active bans and repairs what differs: a wiped set, a lost event, an edit by hand.
 * An entry that the bans table knows nothing of belongs to somebody else and stays.
 *
 * @throws AggregateError when a target failed, after the others were served
 */
export async function reconcile(ports: EnforcementPorts): Promise<void> {
  await convergeAll(ports, (target) => target.converge('all', wholePlan(ports, target.name, [])));
}

/** @param changed ids to be looked up whatever the list of active bans says */
function wholePlan(ports: EnforcementPorts, target: string, changed: readonly string[]): TargetPlan {
  return async (held, room = Number.POSITIVE_INFINITY) => {
    const wanted = new WantedBans();
    for await (const page of ports.bans.active()) {
      for (const ban of page) if (allowed(ban, ports, target)) wanted.add(ban, ports.portsOf(ban.jail));
    }
    // The list of active bans may lag, so each difference is looked up in the table itself.
    const extra = [...held].filter((id) => !wanted.has(id));
    const gone = [...(await lookUp([...new Set([...extra, ...changed])], wanted, ports, target))];
    const ranked = wanted.ranked();
    for (let first = 0, places = room; first < ranked.length && places > 0; ) {
      const next = ranked.slice(first, first + places);
      const missing = next.flatMap(({ id }) => (held.has(id) ? [] : [id]));
      const lifted = await lookUp(missing, wanted, ports, target);
      gone.push(...lifted);
      first += next.length;
      places -= next.length - lifted.length;
    }
    return { present: wanted.ranked(), absent: gone.filter(({ known }) => known).map(({ id }) => id) };
  };
}

/**
 * Puts ids among the wanted, or takes them out, as the bans table says of them.
 *
 * @returns those that no jail wants there; one that the table has no record of is not `known`
 */
async function lookUp(
  ids: readonly string[],
  wanted: WantedBans,
  ports: EnforcementPorts,
  target: string,
): Promise<readonly { readonly id: string; readonly known: boolean }[]> {
  const absent: { readonly id: string; readonly known: boolean }[] = [];
  await eachLimited(ids, async (id) => {
    const records = await ports.bans.ofId(id);
    wanted.delete(id);
    for (const ban of records) {
      if (ban.state === 'active' && allowed(ban, ports, target)) wanted.add(ban, ports.portsOf(ban.jail));
    }
    if (!wanted.has(id)) absent.push({ id, known: records.length > 0 });
  });
  return absent;
}

/** Ids that are no addresses reach no firewall. What an operator bans by hand is banned, as in fail2ban; what a log calls for is looked at once more. */
function allowed(ban: Pick<Ban, 'id' | 'jail' | 'origin'>, ports: EnforcementPorts, target: string): boolean {
  if (parseCidr(ban.id) === undefined || !ports.reaches(ban.jail, target)) return false;
  return ban.origin === 'manual' || ports.exempt(ban.jail)(ban.id) === undefined;
}

async function convergeAll(
  ports: EnforcementPorts,
  converge: (target: BanTarget) => Promise<TargetReport>,
): Promise<void> {
  const failures: Error[] = [];
  await Promise.all(
    ports.targets.map(async (target) => {
      try {
        ports.telemetry.emit({ kind: 'target-converged', target: target.name, report: await converge(target) });
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
