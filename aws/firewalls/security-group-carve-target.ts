import type { EC2Client } from '@aws-sdk/client-ec2';
import { type Cidr, formatCidr, formatWithPrefix, parseCidr } from '../../core/net/address.ts';
import { aggregate } from '../../core/net/aggregate.ts';
import { carve, isOut } from '../../core/net/carve.ts';
import { complement } from '../../core/net/complement.ts';
import { transition } from '../../core/net/transition.ts';
import type { BanTarget, TargetChange, TargetPlan } from '../../core/ports/ban-target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { TargetReport } from '../../core/records/target-report.ts';
import {
  MOST_CHANGES,
  modifyInCalls,
  type PrefixListChange,
  type PrefixListContent,
  readPrefixList,
} from './ec2-prefix-list.ts';

/**
 * Conflicts in a row before giving up; the batch is then retried, and reconciliation comes every
 * minute.
 */
const MOST_CONFLICTS = 20;

export interface SecurityGroupCarveSettings {
  /**
   * Ids of the customer-managed prefix lists that ingress rules allow: one IPv4 list, one IPv6
   * list, or both.
   */
  readonly prefixLists: readonly string[];
  /** The ranges to allow when no ban is active. A family with no range here is allowed entirely. */
  readonly allowed: readonly Cidr[];
  /**
   * Prefix length of the widest range a ban may grow to when its list has no room for the exact
   * ranges; absent: bans never grow.
   */
  readonly widest: { readonly 4?: number; readonly 6?: number };
  /** No ban grows over an address of these ranges: what is never banned, the VPC's own ranges. */
  readonly never: readonly Cidr[];
}

/**
 * Security groups that allow every address except the banned ones. A security group can't deny, so
 * its ingress rule names a prefix list in place of 0.0.0.0/0, and the target keeps that list equal
 * to `allowed` minus the bans ({@link carve}).
 *
 * The lists are wholly ours: foreign entries are removed, and entries of ours that were removed by
 * hand are put back. A change may take several calls. No version in between blocks an address that
 * is allowed before and after the change, or allows one that is blocked before and after ({@link
 * transition}). The ports of bans are ignored: the rules that name the list have their own.
 */
export function securityGroupCarveTarget(
  client: EC2Client,
  settings: SecurityGroupCarveSettings,
  clock: Clock,
): BanTarget {
  return {
    name: 'security-group',
    whole: true,
    indirect: true,
    async converge(_ids, plan) {
      let before: readonly List[] | undefined;
      for (let conflicts = 0; conflicts <= MOST_CONFLICTS; conflicts++) {
        const lists = await readLists(client, settings, clock);
        before ??= lists;
        const change = await askedTwice(plan, lists);
        const after = await converged(client, lists, change, settings, clock);
        if (after !== 'conflict') return report(before, after, change);
      }
      throw new Error(
        `prefix lists ${settings.prefixLists.join(', ')}: changed by another writer ${MOST_CONFLICTS} times in a row`,
      );
    },
  };
}

interface List {
  readonly content: PrefixListContent;
  readonly allowed: readonly Cidr[];
  /** The ranges the list allows, aggregated. */
  readonly letIn: readonly Cidr[];
}

async function readLists(
  client: EC2Client,
  settings: SecurityGroupCarveSettings,
  clock: Clock,
): Promise<readonly List[]> {
  const lists: List[] = [];
  for (const id of settings.prefixLists) {
    const content = await readPrefixList(client, id, clock);
    const named = settings.allowed.filter(({ family }) => family === content.family);
    const everybody: Cidr = { family: content.family, network: 0n, prefix: 0 };
    lists.push(listOf(content, aggregate(named.length > 0 ? named : [everybody])));
  }
  if (new Set(lists.map(({ content }) => content.family)).size < lists.length) {
    throw new Error(`prefix lists ${settings.prefixLists.join(', ')}: more than one of a family`);
  }
  return lists;
}

function listOf(content: PrefixListContent, allowed: readonly Cidr[]): List {
  return { content, allowed, letIn: aggregate(content.entries.map(({ range }) => range)) };
}

/**
 * A list shows which ranges are blocked, not for which bans: neighbors look like one range, and a
 * widened ban looks like its range. The ranges that the plan's bans do not cover are therefore
 * passed to the plan again on their own, so that it recognizes a ban it did not know yet.
 */
async function askedTwice(plan: TargetPlan, lists: readonly List[]): Promise<TargetChange> {
  const out = lists.flatMap(({ letIn, allowed }) => complement(letIn, allowed));
  const shown = new Set(out.map(formatCidr));
  const change = await plan(shown);
  const wanted = rangesOf(change.present.map(({ id }) => id));
  const rest = complement(
    wanted.map(({ range }) => range),
    out,
  ).map(formatCidr);
  if (rest.every((id) => shown.has(id))) return change;
  const isHeld = outOf(lists);
  return await plan(new Set([...wanted.filter(({ range }) => isHeld(range)).map(({ id }) => id), ...rest]));
}

async function converged(
  client: EC2Client,
  lists: readonly List[],
  change: TargetChange,
  { widest, never }: SecurityGroupCarveSettings,
  clock: Clock,
): Promise<readonly List[] | 'conflict'> {
  const after: List[] = [];
  const bans = rangesOf(change.present.map(({ id }) => id)).map(({ range }) => range);
  for (const { content, allowed } of lists) {
    const { family, maxEntries } = content;
    const ofFamily = bans.filter((ban) => ban.family === family);
    const { left } = carve(ofFamily, { allowed, maxEntries, widest: widest[family], never });
    const next = await modifyInCalls(client, content, changes(content, left), clock);
    if (next === 'conflict') return next;
    after.push(listOf(next, allowed));
  }
  return after;
}

function* changes({ entries, maxEntries }: PrefixListContent, left: readonly Cidr[]): Generator<PrefixListChange> {
  const spelled = new Map(entries.map((entry) => [formatWithPrefix(entry.range), entry]));
  const current = entries.map(({ range }) => range);
  for (const { add, remove } of transition(current, left, maxEntries, MOST_CHANGES)) {
    yield {
      add: add.map((range) => ({ range })),
      remove: remove.map((range) => {
        const cidr = formatWithPrefix(range);
        return spelled.get(cidr) ?? { range, cidr, description: undefined };
      }),
    };
  }
}

function report(before: readonly List[], after: readonly List[], change: TargetChange): TargetReport {
  const families = new Set(after.map(({ content }) => content.family));
  const ours = (ids: readonly string[]) => rangesOf(ids).filter(({ range }) => families.has(range.family));
  const [wasOut, isOutNow] = [outOf(before), outOf(after)];
  const present = ours(change.present.map(({ id }) => id));
  const overflow = present.filter(({ range }) => !isOutNow(range));
  const gone = [...ours(change.absent), ...overflow].filter(({ range }) => wasOut(range) && !isOutNow(range));
  const warnings = ([4, 6] as const).flatMap((family) => withoutList(family, families, change));
  const added = present.filter(({ range }) => isOutNow(range) && !wasOut(range));
  return {
    added: added.map(({ id }) => id),
    removed: gone.map(({ id }) => id),
    overflow: overflow.map(({ id }) => id),
    enforced: present.flatMap(({ id, range }) => (isOutNow(range) ? [id] : [])),
    held: after.reduce((sum, { content }) => sum + content.entries.length, 0),
    capacity: after.reduce((sum, { content }) => sum + content.maxEntries, 0),
    ...(warnings.length > 0 && { warnings }),
  };
}

function withoutList(family: 4 | 6, families: ReadonlySet<4 | 6>, { present }: TargetChange): readonly string[] {
  const [first, ...others] = families.has(family) ? [] : present.filter(({ id }) => parseCidr(id)?.family === family);
  if (first === undefined) return [];
  const ids = others.length === 0 ? first.id : `${first.id} and ${others.length} more`;
  return [
    `no prefix list for IPv${family} is carved, so the bans of ${ids} are not enforced where a rule lets ` +
      `IPv${family} in`,
  ];
}

/** Whether the lists block all of a range. */
function outOf(lists: readonly List[]): (range: Cidr) => boolean {
  const letIn = aggregate(lists.flatMap((list) => list.letIn));
  return (range) => isOut(range, letIn);
}

function rangesOf(ids: readonly string[]): readonly { readonly id: string; readonly range: Cidr }[] {
  return ids.flatMap((id) => {
    const range = parseCidr(id);
    return range ? [{ id, range }] : [];
  });
}
