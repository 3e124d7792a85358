import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

/** Where a record of versions is written, and what is to be written. */
export interface VersionedItem {
  readonly table: string;
  readonly partitionKey: string;
  /** Without the attributes `version` and `writeId`, which are added. */
  readonly item: Readonly<Record<string, AttributeValue>>;
  /** 1 for a new record. */
  readonly version: number;
}

/**
 * Puts the item if no one wrote since the version before it; `conflict`: someone did.
 *
 * When the answer to a write is lost, the SDK repeats the write, and its condition fails on its own
 * result. Each write therefore carries a name, so that the repeat recognizes its own write.
 */
export async function writeVersion(client: DynamoDBClient, write: VersionedItem): Promise<'written' | 'conflict'> {
  const { table, partitionKey, item, version } = write;
  const writeId = randomUUID();
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...item, version: { N: String(version) }, writeId: { S: writeId } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...(version === 1
      ? { ConditionExpression: `attribute_not_exists(${partitionKey})` }
      : {
          ConditionExpression: 'version = :former',
          ExpressionAttributeValues: { ':former': { N: String(version - 1) } },
        }),
  });
  const found = await itemThatRefused(async () => await client.send(put));
  return found === undefined || found['writeId']?.S === writeId ? 'written' : 'conflict';
}

/**
 * The item as it was where the write's condition failed, empty where there is none; `undefined`: it
 * was written. The write must ask for `ReturnValuesOnConditionCheckFailure`.
 */
export async function itemThatRefused(
  write: () => Promise<unknown>,
): Promise<Readonly<Record<string, AttributeValue>> | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item ?? {};
    throw error;
  }
}
