import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { BANS } from '../../core/names.ts';
import type { ActiveBan } from '../../core/ports/ban-store.ts';
import type { Ban, BanKey } from '../../core/records/ban.ts';

type Item = Record<string, AttributeValue>;

/**
 * Partitions of the index over active bans. A single partition would limit the whole fleet to 1,000
 * changes a second.
 */
export const ACTIVE_PARTITIONS = ['active#0', 'active#1', 'active#2', 'active#3'] as const;

/**
 * The end of year 9999: permanent bans sort last. fail2ban-client prints the same date for them.
 */
const NEVER_DUE = 253402300799;

/**
 * A ban as an item of the bans table. Only an active one has the index's keys, which makes the
 * index sparse.
 */
export function toItem(ban: Ban): Item {
  return {
    [BANS.partitionKey]: { S: ban.id },
    [BANS.sortKey]: { S: ban.jail },
    state: { S: ban.state },
    bannedAt: { N: String(ban.bannedAt) },
    bantime: { N: String(ban.bantime) },
    banCount: { N: String(ban.banCount) },
    attempts: { N: String(ban.attempts) },
    origin: { S: ban.origin },
    evidence: { L: ban.evidence.map((line) => ({ S: line })) },
    keptFor: { N: String(ban.keptFor) },
    version: { N: String(ban.version) },
    ...(ban.madeAt === undefined ? {} : { madeAt: { N: String(ban.madeAt) } }),
    ...(ban.expiresAt === undefined ? {} : { expiresAt: { N: String(ban.expiresAt) } }),
    ...(ban.liftedAt === undefined ? {} : { liftedAt: { N: String(ban.liftedAt) } }),
    ...(ban.changes === undefined ? {} : { changes: { S: JSON.stringify(ban.changes) } }),
    ...(ban.state === 'active'
      ? {
          [BANS.activePartitionKey]: { S: partitionOf(ban.id) },
          [BANS.activeSortKey]: { N: String(ban.expiresAt ?? NEVER_DUE) },
        }
      : { [BANS.ttl]: { N: String((ban.liftedAt ?? ban.bannedAt) + ban.keptFor) } }),
  };
}

const Text = v.pipe(
  v.object({ S: v.string() }),
  v.transform((value) => value.S),
);
const NumberText = v.pipe(
  v.object({ N: v.string() }),
  v.transform((value) => Number(value.N)),
);
const Active = {
  id: Text,
  jail: Text,
  bannedAt: NumberText,
  expiresAt: v.optional(NumberText),
  bantime: NumberText,
  banCount: NumberText,
  origin: v.pipe(Text, v.picklist(['jail', 'manual', 'list'])),
};
const ActiveItem = v.object(Active);
/** Permanent bans have no end, and JSON has no `undefined`. */
const Change = v.pipe(
  v.object({
    version: v.number(),
    kind: v.picklist(['banned', 'missed', 'prolonged', 'lifted']),
    origin: v.picklist(['jail', 'manual', 'list']),
    bannedAt: v.number(),
    expiresAt: v.optional(v.number()),
    banCount: v.number(),
  }),
  v.transform(({ expiresAt, ...change }) => ({ ...change, expiresAt })),
);
const BanItem = v.object({
  ...Active,
  state: v.pipe(Text, v.picklist(['active', 'lifted'])),
  madeAt: v.optional(NumberText),
  liftedAt: v.optional(NumberText),
  attempts: NumberText,
  evidence: v.pipe(
    v.object({ L: v.array(Text) }),
    v.transform((value) => value.L),
  ),
  keptFor: NumberText,
  version: NumberText,
  changes: v.optional(v.pipe(Text, v.parseJson(), v.array(Change))),
});

/**
 * Reads what {@link toItem} wrote.
 *
 * @throws {v.ValiError} when {@link toItem} did not write the item
 */
export function toBan(item: Item): Ban {
  const { expiresAt, liftedAt, changes, ...ban } = v.parse(BanItem, item);
  return { ...ban, expiresAt, liftedAt, ...(changes && { changes }) };
}

/** Reads an item of the index, which carries fewer attributes. */
export function toActiveBan(item: Item): ActiveBan {
  const { expiresAt, ...ban } = v.parse(ActiveItem, item);
  return { ...ban, expiresAt };
}

/** The key alone, which every item has. */
export function toBanKey(item: Item): BanKey {
  return { id: item[BANS.partitionKey]?.S ?? '', jail: item[BANS.sortKey]?.S ?? '' };
}

function partitionOf(id: string): string {
  let sum = 0;
  for (let i = 0; i < id.length; i++) sum = (Math.imul(sum, 31) + id.charCodeAt(i)) >>> 0;
  return ACTIVE_PARTITIONS[sum % ACTIVE_PARTITIONS.length] ?? ACTIVE_PARTITIONS[0];
}
