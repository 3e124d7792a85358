/**
 * The parts of a table that dynalite lacks: its stream and its time to live; and the items that a
 * write changes.
 */

import type { AwsCall } from './aws-call.ts';
import type { DynamoDbEngine } from './dynalite-engine.ts';
import type { AttributeValue, Item, TableStream } from './dynamodb-stream.ts';

export interface Table {
  readonly name: string;
  readonly arn: string;
  /** Names of the partition key and, if there is one, the sort key. */
  readonly keyNames: readonly string[];
  /** The CreateTable call that created it. */
  readonly definition: AwsCall['input'];
  /** Answers reads of its indexes while they are held back. */
  indexes: DynamoDbEngine | undefined;
  stream: TableStream | undefined;
  /** Attribute that holds the epoch second after which an item may go. */
  ttlAttribute: string | undefined;
}

/** An item that a write changes. */
export interface Target {
  readonly table: Table;
  readonly key: Item;
}

/**
 * The items a PutItem, UpdateItem, DeleteItem or BatchWriteItem changes; none for any other call or
 * an unknown table.
 */
export function targetsOf(call: AwsCall, tables: ReadonlyMap<string, Table>): readonly Target[] {
  const { TableName, Item, Key } = call.input as { TableName?: string; Item?: Item; Key?: Item };
  switch (call.operation) {
    case 'PutItem':
      return targets(TableName, [Item], tables);
    case 'UpdateItem':
    case 'DeleteItem':
      return targets(TableName, [Key], tables);
    case 'BatchWriteItem': {
      const requests = (call.input['RequestItems'] ?? {}) as Record<string, readonly BatchWrite[]>;
      return Object.entries(requests).flatMap(([name, writes]) =>
        targets(
          name,
          writes.map((write) => write.PutRequest?.Item ?? write.DeleteRequest?.Key),
          tables,
        ),
      );
    }
    default:
      return [];
  }
}

interface BatchWrite {
  readonly PutRequest?: { readonly Item?: Item };
  readonly DeleteRequest?: { readonly Key?: Item };
}

function targets(
  name: string | undefined,
  items: readonly (Item | undefined)[],
  tables: ReadonlyMap<string, Table>,
): Target[] {
  const table = tables.get(name ?? '');
  if (table === undefined) return [];
  return items.flatMap((item) => {
    const key = item === undefined ? undefined : keyOf(item, table.keyNames);
    return key === undefined ? [] : [{ table, key }];
  });
}

/** The key attributes of an item, or undefined when one is missing (which the engine refuses). */
export function keyOf(item: Item, keyNames: readonly string[]): Item | undefined {
  const values = keyNames.map((name): [string, AttributeValue | undefined] => [name, item[name]]);
  return values.every((entry): entry is [string, AttributeValue] => entry[1] !== undefined)
    ? Object.fromEntries(values)
    : undefined;
}

/** A unique text per item: `1` and `1.0` are the same number key. */
export function targetId({ table, key }: Target): string {
  const values = table.keyNames.map((name) => {
    const { N } = key[name] ?? {};
    return typeof N === 'string' ? { N: Number(N) } : key[name];
  });
  return JSON.stringify([table.name, values]);
}
