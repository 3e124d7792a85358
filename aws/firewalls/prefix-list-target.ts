import type { EC2Client } from '@aws-sdk/client-ec2';
import { type Cidr, formatCidr, parseCidr } from '../../core/net/address.ts';
import type { BanTarget, TargetChange, TargetParts } from '../../core/ports/ban-target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { TargetReport } from '../../core/records/target-report.ts';
import {
  inCalls,
  modifyInCalls,
  type PrefixListChange,
  type PrefixListContent,
  readPrefixList,
} from './ec2-prefix-list.ts';

/**
 * Conflicts in a row before giving up; the batch is then retried, and reconciliation comes every
 * minute.
 */
const MOST_CONFLICTS = 10;
/**
 * The description of an entry in the console. Only the bans table decides whether an entry is ours.
 */
/** The bans of one family may all rank before those of the other. */
const FAMILIES = 2;
const DESCRIPTION = 'banned by cloudjail';

/**
 * Customer-managed prefix lists of banned ranges, for a firewall that refers to them. Each list
 * holds the bans of its family, or the first of them where MaxEntries has no room for all. A list
 * is written on condition that it is unchanged since it was read.
 *
 * @param lists `pl-…`: usually one for IPv4 and one for IPv6
 */
export function prefixListTarget(client: EC2Client, lists: readonly string[], clock: Clock): BanTarget {
  return {
    name: 'prefix-list',
    whole: true,
    async converge(_ids, plan) {
      const before = new Map<string, PrefixListContent>();
      const contents = new Map<string, PrefixListContent>();
      let change: TargetChange = { present: [], absent: [] };
      let pending = lists;
      for (let conflicts = 0; pending.length > 0; conflicts++) {
        if (conflicts > MOST_CONFLICTS) {
          throw new Error(`prefix list ${pending[0]}: changed by another writer ${MOST_CONFLICTS} times in a row`);
        }
        for (const id of pending) {
          const content = await readPrefixList(client, id, clock);
          contents.set(id, content);
          if (!before.has(id)) before.set(id, content);
        }
        const room = [...contents.values()].reduce((sum, { maxEntries }) => sum + maxEntries, 0);
        change = await plan(new Set([...contents.values()].flatMap(idsOf)), FAMILIES * room, partsOf(contents));
        const contested: string[] = [];
        for (const id of pending) {
          const content = contents.get(id);
          if (!content) continue;
          const result = await modifyInCalls(client, content, inCalls(difference(content, change)), clock);
          if (result === 'conflict') contested.push(id);
          else contents.set(id, result);
        }
        pending = contested;
      }
      return report(before, contents, change);
    },
  };
}

/**
 * The change that makes the list hold the wanted bans, or the first of them if not all fit. Entries
 * that the change does not name stay.
 */
function difference(list: PrefixListContent, change: TargetChange): PrefixListChange {
  const wanted = wantedIn(list, change);
  const spokenOf = new Set([...wanted.map(({ id }) => id), ...change.absent]);
  const ours = list.entries.filter(({ range }) => spokenOf.has(formatCidr(range)));
  const chosen = wanted.slice(0, Math.max(0, list.maxEntries - (list.entries.length - ours.length)));
  const staying = new Set(chosen.map(({ id }) => id));
  const held = new Set(idsOf(list));
  return {
    remove: ours.filter(({ range }) => !staying.has(formatCidr(range))),
    add: chosen.filter(({ id }) => !held.has(id)).map(({ range }) => ({ range, description: DESCRIPTION })),
  };
}

function wantedIn({ family }: PrefixListContent, { present }: TargetChange): { readonly id: string; range: Cidr }[] {
  return present.flatMap(({ id }) => {
    const range = parseCidr(id);
    return range?.family === family ? [{ id, range }] : [];
  });
}

function idsOf({ entries }: PrefixListContent): readonly string[] {
  return entries.map(({ range }) => formatCidr(range));
}

type Contents = ReadonlyMap<string, PrefixListContent>;

function partsOf(contents: Contents): TargetParts {
  const free = [...contents.values()].map(({ entries, maxEntries }) => maxEntries - entries.length);
  return { of: (id) => `IPv${parseCidr(id)?.family}`, free: Math.min(...free) };
}

function report(before: Contents, contents: Contents, change: TargetChange): TargetReport {
  const absent = new Set(change.absent);
  const parts = [...contents.values()].map((list) => {
    const [had, has] = [before.get(list.id), list].map((each) => new Set(each ? idsOf(each) : []));
    const wanted = wantedIn(list, change).map(({ id }) => id);
    const gone = [...(had ?? [])].filter((id) => !has?.has(id));
    return {
      added: wanted.filter((id) => has?.has(id) && !had?.has(id)),
      removed: gone.filter((id) => absent.has(id) || wanted.includes(id)),
      overflow: wanted.filter((id) => !has?.has(id)),
    };
  });
  const lists = [...contents.values()];
  const warnings = ([4, 6] as const).flatMap((family) => withoutList(family, lists, change));
  return {
    added: distinct(parts.flatMap(({ added }) => added)),
    removed: distinct(parts.flatMap(({ removed }) => removed)),
    overflow: distinct(parts.flatMap(({ overflow }) => overflow)),
    held: lists.reduce((sum, { entries }) => sum + entries.length, 0),
    capacity: lists.reduce((sum, { maxEntries }) => sum + maxEntries, 0),
    ...(warnings.length > 0 && { warnings }),
  };
}

function withoutList(family: 4 | 6, lists: readonly PrefixListContent[], { present }: TargetChange): readonly string[] {
  if (lists.some((list) => list.family === family)) return [];
  const [first, ...others] = present.filter(({ id }) => parseCidr(id)?.family === family);
  if (first === undefined) return [];
  const ids = others.length === 0 ? first.id : `${first.id} and ${others.length} more`;
  return [`no prefix list for IPv${family} is configured, so the bans of ${ids} are in none`];
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}
