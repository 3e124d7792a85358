import type { EC2Client } from '@aws-sdk/client-ec2';
import { type Leak, type LiveRule, nameOf, revocation, ruleText, sameRecord } from '../../core/enforce/revocation.ts';
import type { BanTarget, TargetChange } from '../../core/ports/ban-target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RevokedRule, RevokedRules, RevokedRulesStore } from '../../core/ports/revoked-rules-store.ts';
import type { TargetReport } from '../../core/records/target-report.ts';
import { authorizeIngressRules, readIngressRules, revokeIngressRules } from './ec2-security-group.ts';

/**
 * Conflicts in a row before giving up; the batch is then retried, and reconciliation comes every
 * minute.
 */
const MOST_CONFLICTS = 20;
/** EC2 shows a change a moment late, so a conflict may come from our own last change. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * Security groups that allow named sources only. An ingress rule is revoked while a ban lasts if
 * its source lies inside the banned range and its ports include one of the ban's. It is then
 * created again unchanged, with a new id. The rule is on record from before it is revoked until it
 * is back, so it comes back even if a run dies in between.
 *
 * A rule whose source is wider than the ban allows others too, so it stays: the ban is reported as
 * overflow, and a warning names the alternatives. Rules that name a prefix list or a group are
 * never touched.
 */
export function securityGroupRevokeTarget(
  client: EC2Client,
  store: RevokedRulesStore,
  groupIds: readonly string[],
  clock: Clock,
): BanTarget {
  return {
    name: 'security-group',
    whole: true,
    indirect: true,
    async converge(_ids, plan) {
      const groups = new Map<string, Group>();
      const heldBefore = new Set<string>();
      let pending = groupIds;
      for (let conflicts = 0; pending.length > 0; conflicts++) {
        if (conflicts > MOST_CONFLICTS) {
          throw new Error(`security group ${pending[0]}: changed by another writer ${MOST_CONFLICTS} times in a row`);
        }
        if (conflicts > 0) await clock.sleep(Math.min(50 * 2 ** conflicts, LONGEST_PAUSE_MS));
        for (const id of pending) {
          groups.set(id, await readGroup(client, store, id));
          if (conflicts === 0) for (const ban of heldBy(groups.get(id))) heldBefore.add(ban);
        }
        const change = await plan(new Set([...groups.values()].flatMap(heldBy)));
        const contested: string[] = [];
        for (const id of pending) {
          const group = groups.get(id);
          const next = group && (await convergeGroup(client, store, group, change, clock.now()));
          if (next === 'conflict') contested.push(id);
          else if (next) groups.set(id, next);
        }
        if (contested.length === 0) return report(heldBefore, [...groups.values()], change);
        pending = contested;
      }
      return { added: [], removed: [], overflow: [], held: 0, capacity: 0 };
    },
  };
}

interface Group {
  readonly id: string;
  readonly recorded: RevokedRules;
  readonly live: readonly LiveRule[];
  readonly leaks: readonly Leak[];
}

/**
 * The record is read first. A rule found in the group afterward was still there when the record was
 * read; only a decision recorded later revokes it.
 */
async function readGroup(client: EC2Client, store: RevokedRulesStore, id: string): Promise<Group> {
  const recorded = await store.read(id);
  return { id, recorded, live: await readIngressRules(client, id), leaks: [] };
}

/**
 * Record, revoke, restore, strike off the record. Two banners may do so at once: each write of the
 * record is on condition that no one else changed it, and only decisions old enough to be complete
 * are struck off.
 */
async function convergeGroup(
  client: EC2Client,
  store: RevokedRulesStore,
  group: Group,
  change: TargetChange,
  now: number,
): Promise<Group | 'conflict'> {
  const { record, revoke, restore, recordAfter, leaks } = revocation(
    group.live,
    group.recorded.rules,
    change.present,
    now,
  );
  const written = await write(store, group.id, group.recorded, record);
  if (written === 'conflict') return 'conflict';
  if (revoke.length > 0 && (await revokeIngressRules(client, group.id, revoke)) === 'conflict') return 'conflict';
  const rules = restore.map(({ rule }) => rule);
  if (rules.length > 0 && (await authorizeIngressRules(client, group.id, rules)) === 'conflict') return 'conflict';
  // On a conflict the other writer strikes off the finished decisions.
  const struckOff = await write(store, group.id, written, recordAfter);
  const revoked = new Set(revoke);
  const live = [...group.live.filter((entry) => !revoked.has(entry)), ...rules.map((rule) => ({ ruleId: '', rule }))];
  return { id: group.id, recorded: struckOff === 'conflict' ? written : struckOff, live, leaks };
}

async function write(
  store: RevokedRulesStore,
  groupId: string,
  before: RevokedRules,
  rules: readonly RevokedRule[],
): Promise<RevokedRules | 'conflict'> {
  if (sameRecord(before.rules, rules)) return before;
  const next = { rules, version: before.version + 1 };
  return (await store.write(groupId, next)) === 'conflict' ? 'conflict' : next;
}

/** Rules on record that do not stand in the group. */
function out({ recorded, live }: Group): readonly RevokedRule[] {
  const standing = new Set(live.map(({ rule }) => nameOf(rule)));
  return recorded.rules.filter(({ rule }) => !standing.has(nameOf(rule)));
}

function heldBy(group: Group | undefined): readonly string[] {
  return group ? out(group).flatMap(({ bans }) => bans) : [];
}

function report(heldBefore: ReadonlySet<string>, groups: readonly Group[], change: TargetChange): TargetReport {
  const heldAfter = new Set(groups.flatMap(heldBy));
  const leaking = new Set(groups.flatMap(({ leaks }) => leaks.flatMap(({ bans }) => bans)));
  const wanted = change.present.map(({ id }) => id);
  const warnings = groups.flatMap(({ id, leaks }) => leaks.map((leak) => warning(id, leak)));
  const held = groups.reduce((sum, group) => sum + out(group).length, 0);
  return {
    added: wanted.filter((id) => heldAfter.has(id) && !heldBefore.has(id)),
    removed: [...heldBefore].filter((id) => !heldAfter.has(id)),
    overflow: wanted.filter((id) => leaking.has(id)),
    // Where no rule allows the address there is nothing to revoke.
    enforced: wanted.filter((id) => !leaking.has(id)),
    held,
    capacity: groups.reduce((sum, { live }) => sum + live.length, held),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

function warning(groupId: string, { rule, bans }: Leak): string {
  const [first = ''] = bans;
  const who = bans.length === 1 ? first : `${first} and ${bans.length - 1} more`;
  const open = rule.cidr === '0.0.0.0/0' || rule.cidr === '::/0';
  const others = open ? 'block every address' : 'block other addresses too';
  return (
    `${groupId} lets ${who} in by "${ruleText(rule)}", which stays because revoking it would ${others}; ` +
    "security groups can't deny: " +
    'use the action network-acl or waf, or security-group in mode carve'
  );
}
