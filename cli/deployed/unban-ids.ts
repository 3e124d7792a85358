import { eachAtOnce } from '../../core/at-once.ts';
import { unbanByHand } from '../../core/bans/by-hand.ts';
import { contains, parseCidr } from '../../core/net/address.ts';
import type { ActiveBan, BanStore } from '../../core/ports/ban-store.ts';
import type { Ban } from '../../core/records/ban.ts';
import type { DeployedStack } from './stack-access.ts';
import { TABLE_CALLS } from './table-calls.ts';
import { idIn, type TypedId } from './typed-id.ts';

/** How addresses count without a configuration, for bans of jails that are gone. */
const USUAL_PREFIXES = { ipv4prefix: 32, ipv6prefix: 64 };

export interface UnbanOrder {
  readonly ids: readonly TypedId[];
  /** `undefined`: in every jail. */
  readonly jail: string | undefined;
  /** How the jails concerned count addresses. */
  readonly prefixes: readonly { readonly ipv4prefix: number; readonly ipv6prefix: number }[];
  /** Every ban in force, read beforehand: looked through for bans inside the ranges. */
  readonly active: readonly ActiveBan[];
  /** Epoch seconds. */
  readonly now: number;
}

/**
 * Lifts the bans of each id: an address's own and that of the range it counts as, a range's own and
 * those inside it.
 *
 * @param onLifted called with each finished id, also when the work is aborted
 */
export async function unbanIds(
  { ids, jail, prefixes, active, now }: UnbanOrder,
  stack: DeployedStack,
  onLifted: (typed: TypedId, lifted: readonly Ban[]) => void,
): Promise<void> {
  const unban = async (typed: TypedId): Promise<void> => {
    const bans = withActive(stack.bans, typed.single ? [] : active);
    const lifted: Ban[] = [];
    for (const id of namesOf(typed, prefixes)) {
      lifted.push(...(await unbanByHand(id, jail, { bans, telemetry: { emit() {} } }, now)));
    }
    onLifted(typed, lifted);
  };
  await eachAtOnce(ids, unban, TABLE_CALLS);
}

/**
 * Lifts all of these bans.
 *
 * @param onLifted called with each finished one, but not with those lifted meanwhile
 */
export async function unbanAll(
  active: readonly ActiveBan[],
  stack: DeployedStack,
  now: number,
  onLifted: (ban: Ban) => void,
): Promise<void> {
  // What lies inside a range is on the list itself.
  const bans = withActive(stack.bans, []);
  const unban = async ({ id, jail }: ActiveBan): Promise<void> => {
    for (const ban of await unbanByHand(id, jail, { bans, telemetry: { emit() {} } }, now)) onLifted(ban);
  };
  await eachAtOnce(active, unban, TABLE_CALLS);
}

/** Every name an id may be banned under, its own first. */
export function namesOf(typed: TypedId, prefixes: UnbanOrder['prefixes']): ReadonlySet<string> {
  return new Set([typed.id, ...[...prefixes, USUAL_PREFIXES].map((one) => idIn(one, typed))]);
}

/** Bans of wider ranges that an id lies in: they hold it whatever becomes of its own. */
export function bansAround(typed: TypedId, active: readonly ActiveBan[]): readonly ActiveBan[] {
  const { range, id } = typed;
  if (range === undefined) return [];
  return active.filter((ban) => {
    const wider = ban.id !== id && ban.id.includes('/') ? parseCidr(ban.id) : undefined;
    return wider !== undefined && contains(wider, range);
  });
}

/**
 * The store with a list of active bans that has been read already, so that many ids cost one
 * reading of it.
 */
function withActive(bans: BanStore, active: readonly ActiveBan[]): BanStore {
  return {
    ...bans,
    async *active() {
      yield active;
    },
  };
}
