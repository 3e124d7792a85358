import { eachAtOnce } from '../at-once.ts';
import { parseCidr } from '../net/address.ts';
import type { Ports } from '../net/ports.ts';
import type { BanStore } from '../ports/ban-store.ts';
import type { BanTarget, TargetParts, TargetPlan } from '../ports/ban-target.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Exemption } from '../protect/never-banned.ts';
import { type Ban, endOf } from '../records/ban.ts';
import type { Asked, Confirming } from './confirm.ts';
import { judgeMissing } from './manual-removal.ts';
import { WantedBans } from './wanted-bans.ts';

export interface PlanningPorts {
  readonly bans: BanStore;
  /** What may never be banned in a jail, looked at again before anything reaches a firewall. */
  readonly exempt: (jail: string) => Exemption;
  /** Whether a jail wants its bans in a target; `dry-run` and jails for other targets do not. */
  readonly reaches: (jail: string, target: string) => boolean;
  /** The ports that a jail's bans block, in targets that restrict ports. */
  readonly portsOf: (jail: string) => Ports;
  readonly telemetry: Telemetry;
  /**
   * Absent: what targets hold is recorded nowhere, and what is removed from them by hand is put
   * back.
   */
  readonly confirming?: Confirming | undefined;
}

/** A plan, and what it asked when it was last called. */
export interface PlanMade {
  readonly ids: readonly string[] | 'all';
  readonly plan: TargetPlan;
  asked(): Asked | undefined;
}

/** Reads in flight at once: enough to hide latency, few enough for a small table. */
export const CONCURRENT_READS = 32;
const NONE: ReadonlySet<string> = new Set();

/** A plan for these ids alone; all ids it names are looked up in the table itself. */
export function planFor(ids: readonly string[], target: BanTarget, ports: PlanningPorts): PlanMade {
  return remembered(ids, async (held) => {
    const wanted = new WantedBans();
    const absent = await lookUp(ids, wanted, ports, target.name);
    await markEjected(absent, held, target, ports);
    await markPutBack(wanted, held, target, ports);
    const unwanted = absent.map(({ id }) => id);
    return { whole: false, held, wanted, unwanted, ended: endsOf(absent), strangers: [], leftOut: NONE };
  });
}

/**
 * A plan for all bans. @param changed ids to look up in the table even if the list of active bans
 * has them
 */
export function planForAll(changed: readonly string[], target: BanTarget, ports: PlanningPorts): PlanMade {
  return remembered('all', async (held, room = Number.POSITIVE_INFINITY, parts) => {
    const wanted = new WantedBans();
    let active = 0;
    for await (const page of ports.bans.active()) {
      active += page.length;
      for (const ban of page) if (allowed(ban, ports, target.name)) wanted.add(ban, ports.portsOf(ban.jail));
    }
    // The list of active bans may lag, so each difference is looked up in the table itself.
    const extra = [...held].filter((id) => !wanted.has(id));
    const gone = [...(await lookUp([...new Set([...extra, ...changed])], wanted, ports, target.name))];
    const ranked = wanted.ranked();
    const missing = new Map<string, readonly Ban[]>();
    for (let first = 0, places = room; first < ranked.length && places > 0; ) {
      const next = ranked.slice(first, first + places);
      const notThere = next.flatMap(({ id }) => (held.has(id) ? [] : [id]));
      const lifted = await lookUp(notThere, wanted, ports, target.name, missing);
      gone.push(...lifted);
      first += next.length;
      places -= next.length - lifted.length;
    }
    const leftOut = await judged(missing, held, wanted, parts, target, ports);
    await markEjected(gone, held, target, ports);
    const strangers = await notOurs(gone, target.name, ports.confirming);
    const unwanted = gone.map(({ id }) => id).filter((id) => !strangers.has(id));
    return { whole: true, active, held, wanted, unwanted, ended: endsOf(gone), strangers: [...strangers], leftOut };
  });
}

/**
 * Takes ids that were removed by hand from the wanted, and leaves a mark where adding the others
 * may push some out.
 */
async function judged(
  missing: ReadonlyMap<string, readonly Ban[]>,
  held: ReadonlySet<string>,
  wanted: WantedBans,
  parts: TargetParts | undefined,
  target: BanTarget,
  { bans, telemetry, confirming }: PlanningPorts,
): Promise<ReadonlySet<string>> {
  if (confirming?.onManualRemoval !== 'unban' || target.indirect) return NONE;
  const standing = new Map([...wanted.ids()].flatMap((id) => (held.has(id) ? [[id, wanted.bansOf(id)] as const] : [])));
  const comparison = { target: target.name, missing, standing, parts };
  const leftOut = await judgeMissing(comparison, { bans, telemetry, confirming });
  for (const id of leftOut) wanted.delete(id);
  const added = [...wanted.ids()].length - standing.size;
  if (standing.size > 0 && added > (parts?.free ?? 0)) await confirming.entries.unsettle(target.name);
  return leftOut;
}

/**
 * Leaves a mark where entries of bans that hold are about to be taken out: of ids that are spared
 * now, of jails that ban elsewhere now.
 */
async function markEjected(
  gone: readonly NotWanted[],
  held: ReadonlySet<string>,
  target: BanTarget,
  { confirming }: PlanningPorts,
): Promise<void> {
  if (confirming?.onManualRemoval !== 'unban' || !gone.some(({ id, banned }) => banned && held.has(id))) return;
  await confirming.entries.unsettle(target.name);
}

/**
 * Leaves a mark when confirmed entries are about to be put back without a check of who removed
 * them.
 */
async function markPutBack(
  wanted: WantedBans,
  held: ReadonlySet<string>,
  target: BanTarget,
  { confirming }: PlanningPorts,
): Promise<void> {
  if (confirming?.onManualRemoval !== 'unban' || target.indirect) return;
  const { entries } = confirming;
  const missing = [...wanted.ids()].filter((id) => !held.has(id));
  // Another container may have confirmed them since this one looked.
  entries.forget(target.name, missing);
  await entries.learn(target.name, missing);
  if (missing.some((id) => entries.get(target.name, id))) await entries.unsettle(target.name);
}

function remembered(
  ids: readonly string[] | 'all',
  ask: (...shown: Parameters<TargetPlan>) => Promise<Asked>,
): PlanMade {
  let asked: Asked | undefined;
  return {
    ids,
    async plan(...shown) {
      asked = await ask(...shown);
      return { present: asked.wanted.ranked(), absent: asked.unwanted };
    },
    asked: () => asked,
  };
}

interface NotWanted {
  readonly id: string;
  /** False: the bans table has no record of it. */
  readonly known: boolean;
  /** True: some jail bans it, but not there, or it is spared. */
  readonly banned: boolean;
  /**
   * Epoch seconds of when the last ban it was to be held for ended; `undefined`: it is not for such
   * an end that it is not wanted.
   */
  readonly endedAt: number | undefined;
}

function endsOf(gone: readonly NotWanted[]): ReadonlyMap<string, number> {
  return new Map(gone.flatMap(({ id, endedAt }) => (endedAt === undefined ? [] : [[id, endedAt] as const])));
}

/** An entry that neither the bans table nor a confirmation knows is foreign. */
async function notOurs(
  gone: readonly NotWanted[],
  target: string,
  confirming: Confirming | undefined,
): Promise<ReadonlySet<string>> {
  const unknown = gone.filter(({ known }) => !known).map(({ id }) => id);
  // Should they not be readable, they stay for now: the bans must be enforced all the same, and the
  // failure is reported afterward.
  await confirming?.entries.learn(target, unknown).catch(() => undefined);
  return new Set(unknown.filter((id) => confirming?.entries.get(target, id) === undefined));
}

/**
 * Adds ids to the wanted ones or removes them, by the bans table.
 *
 * @param found receives the bans of the wanted ids, from the table
 * @returns the ids that no jail bans there
 */
async function lookUp(
  ids: readonly string[],
  wanted: WantedBans,
  ports: PlanningPorts,
  target: string,
  found = new Map<string, readonly Ban[]>(),
): Promise<readonly NotWanted[]> {
  const absent: NotWanted[] = [];
  const look = async (id: string): Promise<void> => {
    const records = await ports.bans.ofId(id);
    wanted.delete(id);
    const holding = records.filter(({ state }) => state === 'active');
    const bans = holding.filter((ban) => allowed(ban, ports, target));
    for (const ban of bans) wanted.add(ban, ports.portsOf(ban.jail));
    if (bans.length > 0) {
      found.set(id, bans);
      return;
    }
    const ends = records.filter(({ jail }) => ports.reaches(jail, target)).map(endOf);
    const endedAt = holding.length > 0 || ends.length === 0 ? undefined : Math.max(...ends);
    absent.push({ id, known: records.length > 0, banned: holding.length > 0, endedAt });
  };
  await eachAtOnce(ids, look, { atOnce: CONCURRENT_READS, mostFailures: 1 });
  return absent;
}

/**
 * Ids that are no addresses reach no firewall. What an operator bans by hand is banned, as in
 * fail2ban; what a log calls for is looked at once more.
 */
function allowed(ban: Pick<Ban, 'id' | 'jail' | 'origin'>, ports: PlanningPorts, target: string): boolean {
  if (parseCidr(ban.id) === undefined || !ports.reaches(ban.jail, target)) return false;
  return ban.origin === 'manual' || ports.exempt(ban.jail)(ban.id) === undefined;
}
