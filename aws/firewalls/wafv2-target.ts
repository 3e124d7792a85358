import type { WAFV2Client } from '@aws-sdk/client-wafv2';
import { parseCidr } from '../../core/net/address.ts';
import type { BanTarget, TargetParts, TargetPlan } from '../../core/ports/ban-target.ts';
import type { TargetReport } from '../../core/records/target-report.ts';
import { type IpSetContent, type IpSetName, readIpSet, replaceIpSet, type WafPace } from './wafv2-ip-set.ts';

/**
 * Addresses an IP set takes; fixed
 * (https://docs.aws.amazon.com/waf/latest/developerguide/limits.html).
 */
const SET_CAPACITY = 10_000;
/**
 * Conflicts in a row before giving up; the batch is then retried, and reconciliation comes every
 * minute.
 */
const MOST_CONFLICTS = 20;

export interface IpSetPool {
  readonly family: 4 | 6;
  /** An id's set is chosen by hash, so every banner agrees on it without a registry. */
  readonly sets: readonly IpSetName[];
}

interface Member {
  readonly pool: IpSetPool;
  readonly set: IpSetName;
}

/**
 * WAF IP sets as a ban target: one pool of sets per address family, at most one Get and one Update
 * per set and call.
 */
export function wafTarget(client: WAFV2Client, pools: readonly IpSetPool[], pace: WafPace): BanTarget {
  return {
    name: 'waf',
    whole: false,
    async converge(ids, plan) {
      const members = pools.flatMap((pool) =>
        (ids === 'all' ? pool.sets : setsOf(pool, ids)).map((set): Member => ({ pool, set })),
      );
      return members.length === 0 ? emptyReport() : await convergeMembers(client, members, plan, pace, ids === 'all');
    },
  };
}

/**
 * Repeats read, plan, write until no other writer changed a set in between; only contested sets are
 * read again.
 */
async function convergeMembers(
  client: WAFV2Client,
  members: readonly Member[],
  plan: TargetPlan,
  pace: WafPace,
  planIsWhole: boolean,
): Promise<TargetReport> {
  const total = emptyReport();
  const contents = new Map<Member, IpSetContent>();
  let pending = members;
  for (let conflicts = 0; pending.length > 0; conflicts++) {
    if (conflicts > MOST_CONFLICTS) {
      throw new Error(`IP set ${pending[0]?.set.name}: changed by another writer ${MOST_CONFLICTS} times in a row`);
    }
    for (const member of pending) {
      await pace.read();
      contents.set(member, await readIpSet(client, member.set));
    }
    const held = new Set([...contents.values()].flatMap((content) => [...content.addresses]));
    const change = await plan(held, undefined, partsOf(contents));
    const contested: Member[] = [];
    for (const member of pending) {
      const content = contents.get(member);
      if (!content) continue;
      const placed = change.present.flatMap(({ id }) => (placeOf(id, member.pool) === member.set ? [id] : []));
      const absent = [...change.absent, ...movedAway(content, member, contents)];
      const next = recompute(content, placed, absent, planIsWhole);
      if (next.added.length + next.removed.length > 0) {
        await pace.update();
        if ((await replaceIpSet(client, member.set, content, next.ids)) === 'conflict') {
          contested.push(member);
          continue;
        }
        contents.set(member, { ...content, addresses: next.ids });
      }
      add(total, { ...next, held: next.ids.size, capacity: SET_CAPACITY });
    }
    pending = contested;
  }
  return total;
}

function partsOf(contents: ReadonlyMap<Member, IpSetContent>): TargetParts {
  const pools = new Set([...contents.keys()].map(({ pool }) => pool));
  const fullest = [...contents.values()].reduce((most, { addresses }) => Math.max(most, addresses.size), 0);
  return {
    of: (id) => [...pools].flatMap((pool) => placeOf(id, pool)?.id ?? [])[0] ?? '',
    free: SET_CAPACITY - fullest,
  };
}

/**
 * Ids that belong in another set since the pool grew, and are in that set already. They are not
 * removed earlier, so that no ban is lost on the way.
 */
function movedAway(
  content: IpSetContent,
  here: Member,
  contents: ReadonlyMap<Member, IpSetContent>,
): readonly string[] {
  const others = [...contents].filter(([{ set }]) => set !== here.set);
  return [...content.addresses].filter((id) => {
    const place = placeOf(id, here.pool);
    return place !== here.set && others.some(([{ set }, { addresses }]) => set === place && addresses.has(id));
  });
}

/**
 * The set's addresses after the change; addresses that the change does not name stay.
 *
 * @param present highest priority first
 * @param isWhole `present` is everything we want in the set, so the first ids get the places.
 *   Otherwise ids keep the places they have
 */
function recompute(
  content: IpSetContent,
  present: readonly string[],
  absent: readonly string[],
  isWhole: boolean,
): Pick<TargetReport, 'added' | 'removed' | 'overflow'> & { readonly ids: ReadonlySet<string> } {
  const ids = new Set(content.addresses);
  for (const id of absent) ids.delete(id);
  if (isWhole) for (const id of present) ids.delete(id);
  const overflow: string[] = [];
  for (const id of present) {
    if (ids.size < SET_CAPACITY || ids.has(id)) ids.add(id);
    else overflow.push(id);
  }
  const added = [...ids].filter((id) => !content.addresses.has(id));
  const removed = [...content.addresses].filter((id) => !ids.has(id));
  return { ids, added, removed, overflow };
}

/**
 * Rendezvous hashing: when a set is added to the pool, only the ids that move to it change their
 * place.
 */
function placeOf(id: string, pool: IpSetPool): IpSetName | undefined {
  if (parseCidr(id)?.family !== pool.family) return undefined;
  let best: IpSetName | undefined;
  let highest = -1;
  for (const set of pool.sets) {
    const score = mix(`${set.id} ${id}`);
    if (score > highest) [best, highest] = [set, score];
  }
  return best;
}

function setsOf(pool: IpSetPool, ids: readonly string[]): readonly IpSetName[] {
  return [...new Set(ids.flatMap((id) => placeOf(id, pool) ?? []))];
}

/** FNV-1a, 32 bits, with a final avalanche so that similar texts get different scores. */
function mix(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

type Tally = { -readonly [K in keyof TargetReport]: TargetReport[K] };

function emptyReport(): Tally {
  return { added: [], removed: [], overflow: [], held: 0, capacity: 0 };
}

function add(total: Tally, part: TargetReport): void {
  total.added = [...total.added, ...part.added];
  total.removed = [...total.removed, ...part.removed];
  total.overflow = [...total.overflow, ...part.overflow];
  total.held += part.held;
  total.capacity += part.capacity;
}
