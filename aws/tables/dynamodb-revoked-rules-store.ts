import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ATTEMPTS } from '../../core/names.ts';
import type { RevokedRulesStore } from '../../core/ports/revoked-rules-store.ts';
import { writeVersion } from './versioned-write.ts';

const RulesItem = v.object({
  rules: v.object({ S: v.string() }),
  version: v.object({ N: v.string() }),
});
const RulesText = v.array(
  v.object({
    rule: v.object({
      protocol: v.string(),
      fromPort: v.number(),
      toPort: v.number(),
      cidr: v.string(),
      description: v.optional(v.string()),
      tags: v.array(v.object({ key: v.string(), value: v.string() })),
    }),
    bans: v.array(v.string()),
    revokedAt: v.number(),
  }),
);

/**
 * Revoked rules in the attempts table: one item per security group, without a TTL. A group has some
 * hundred rules at most, far below an item's 400 KB. A larger record is refused, and the group's
 * rules then stay.
 */
export function dynamoDbRevokedRulesStore(client: DynamoDBClient, table: string): RevokedRulesStore {
  return {
    async read(groupId) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: itemKey(groupId), ConsistentRead: true }),
      );
      if (!Item) return { rules: [], version: 0 };
      const { rules, version } = v.parse(RulesItem, Item);
      const read = v.parse(RulesText, JSON.parse(rules.S)).map((entry) => ({
        ...entry,
        rule: { ...entry.rule, description: entry.rule.description },
      }));
      return { rules: read, version: Number(version.N) };
    },
    async write(groupId, { rules, version }) {
      const item = { ...itemKey(groupId), rules: { S: JSON.stringify(rules) } };
      return await writeVersion(client, { table, partitionKey: ATTEMPTS.partitionKey, item, version });
    },
  };
}

/** Attempts are keyed `jail#id`; no jail is named with a space, so these can't meet. */
function itemKey(groupId: string) {
  return { [ATTEMPTS.partitionKey]: { S: `revoked-rules ${groupId}` } };
}
