import { eachAtOnce, throwAll } from '../at-once.ts';
import { parseCidr } from '../net/address.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { BanTarget } from '../ports/ban-target.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { TargetReport } from '../records/target-report.ts';
import { confirm } from './confirm.ts';
import { CONCURRENT_READS, type PlanMade, type PlanningPorts, planFor, planForAll } from './target-plans.ts';

export interface EnforcementPorts extends PlanningPorts {
  readonly targets: readonly BanTarget[];
  readonly telemetry: Telemetry;
}

/**
 * Brings these ids in every target to the present state of the bans table. Only the ids are taken
 * from the event, so duplicates, old events and events out of order end in the same state.
 *
 * @throws when a target failed, or what it holds could not be recorded, after the others were
 *   served: see {@link throwAll}
 */
export async function enforceChanged(ids: readonly string[], ports: EnforcementPorts): Promise<void> {
  const addresses = [...new Set(ids)].filter((id) => parseCidr(id) !== undefined);
  if (addresses.length === 0) return;
  await convergeAll(ports, (target) => planOfChanged(addresses, target, ports));
}

/**
 * Compares every target with all active bans and repairs what differs: a wiped set, a lost event,
 * an edit by hand. An entry that neither the bans table nor a confirmation knows of is foreign and
 * stays.
 *
 * @throws when a target failed, or what it holds could not be recorded, after the others were
 *   served: see {@link throwAll}
 */
export async function reconcile(ports: EnforcementPorts): Promise<void> {
  await convergeAll(ports, (target) => planForAll([], target, ports));
}

function planOfChanged(ids: readonly string[], target: BanTarget, ports: EnforcementPorts): PlanMade {
  return target.whole ? planForAll(ids, target, ports) : planFor(ids, target, ports);
}

async function convergeAll(ports: EnforcementPorts, planOf: (target: BanTarget) => PlanMade): Promise<void> {
  const failures: Error[] = [];
  await Promise.all(
    ports.targets.map(async (target) => failures.push(...(await converge(target, planOf(target), ports)))),
  );
  throwAll(failures);
}

/**
 * The just removed ids that are banned again by now. A run that banned one after the table was read
 * may have found the entry still present and written nothing; a later run finds it missing.
 */
async function bannedAgain({ removed: gone, overflow }: TargetReport, bans: BanStore): Promise<readonly string[]> {
  const evicted = new Set(overflow);
  const removed = gone.filter((id) => !evicted.has(id));
  const again: string[] = [];
  const look = async (id: string): Promise<void> => {
    if ((await bans.ofId(id)).some(({ state }) => state === 'active')) again.push(id);
  };
  await eachAtOnce(removed, look, { atOnce: CONCURRENT_READS, mostFailures: 1 });
  return again;
}

/** @returns what failed */
async function converge(target: BanTarget, made: PlanMade, ports: EnforcementPorts): Promise<readonly Error[]> {
  const { confirming, telemetry } = ports;
  let converged = false;
  try {
    const report = await target.converge(made.ids, made.plan);
    converged = true;
    const asked = made.asked();
    telemetry.emit({ kind: 'target-converged', target: target.name, report, active: asked?.active });
    if (confirming && asked) await confirm(target, asked, report, confirming, telemetry);
    const again = await bannedAgain(report, ports.bans);
    return again.length === 0 ? [] : await converge(target, planOfChanged(again, target, ports), ports);
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    telemetry.emit({ kind: converged ? 'confirmation-failed' : 'target-failed', target: target.name, error });
    return [error];
  }
}
