/**
 * Tables, and every call to them: those that the engine handles alone, and those that need
 * additions.
 */

import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { AwsCall } from './aws-call.ts';
import type { DynamoDbEngine } from './dynalite-engine.ts';
import { createTableStream, type Item, type TableStream } from './dynamodb-stream.ts';
import { keyOf, type Table, type Target, targetId, targetsOf } from './dynamodb-tables.ts';
import { describeTimeToLive, isExpired, updateTimeToLive } from './dynamodb-ttl.ts';
import { createKeyLocks } from './key-locks.ts';
import { ServiceError } from './service-error.ts';

type Input = AwsCall['input'];
type Answer = Record<string, unknown>;

export interface Database {
  handle(call: AwsCall): Promise<object>;
  registerStream(table: string): string;
  takeStreamRecords(table: string, limit?: number): DynamoDBStreamEvent;
  pendingStreamRecords(table: string): number;
  expireItems(): Promise<number>;
  holdIndexes(table: string): Promise<() => void>;
}

/** Lambda's default batch size for a DynamoDB stream. */
const DEFAULT_BATCH = 100;

/** A database over an engine of its own. `now` in milliseconds. */
export function createDatabase(createEngine: () => DynamoDbEngine, now: () => number): Database {
  const engine = createEngine();
  const tables = new Map<string, Table>();
  const locked = createKeyLocks();

  /** The table, or the engine's error for a missing table. */
  async function tableOf(input: Input): Promise<Table> {
    await engine('DescribeTable', { TableName: input['TableName'] });
    return existing(String(input['TableName']));
  }

  function existing(name: string): Table {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`no table ${name}`);
    return table;
  }

  function streamOf(name: string): TableStream {
    const { stream } = existing(name);
    if (stream === undefined) throw new Error(`table ${name} has no stream`);
    return stream;
  }

  function registerStream(name: string): string {
    const table = existing(name);
    table.stream ??= createTableStream(table.arn, table.keyNames, now());
    return table.stream.arn;
  }

  async function createTable(input: Input): Promise<Answer> {
    const streamed = wantsStream(input);
    const answer = await engine('CreateTable', input);
    const { TableName, TableArn, KeySchema } = answer['TableDescription'] as Description;
    const keyNames = KeySchema.map((element) => element.AttributeName);
    const additions = { definition: input, indexes: undefined, stream: undefined, ttlAttribute: undefined };
    tables.set(TableName, { name: TableName, arn: TableArn, keyNames, ...additions });
    if (streamed) registerStream(TableName);
    await untilActive(engine, TableName);
    return described(answer, 'TableDescription', existing(TableName));
  }

  async function imageOf({ table, key }: Target): Promise<Item | undefined> {
    const answer = await engine('GetItem', { TableName: table.name, Key: key, ConsistentRead: true });
    return answer['Item'] as Item | undefined;
  }

  /**
   * No other call writes these items while it runs, so their images before and after show exactly
   * its effect.
   */
  function write(call: AwsCall, targets: readonly Target[]): Promise<Answer> {
    return locked(targets.map(targetId), async () => {
      const streamed = targets.filter((target) => target.table.stream !== undefined);
      const before = await Promise.all(streamed.map(imageOf));
      const answer = await engine(call.operation, call.input).catch((error) => refused(error, call.input, targets));
      const after = await Promise.all(streamed.map(imageOf));
      for (const [i, { table }] of streamed.entries()) table.stream?.note(before[i], after[i], now());
      return answer;
    });
  }

  /**
   * ReturnValuesOnConditionCheckFailure: the item that did not meet the condition comes with the
   * error.
   */
  async function refused(error: unknown, input: Input, [target]: readonly Target[]): Promise<never> {
    const wanted = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' && target !== undefined;
    if (!wanted || !(error instanceof ServiceError) || error.code !== 'ConditionalCheckFailedException') throw error;
    const Item = await imageOf(target);
    if (Item === undefined) throw error;
    const { code, message, status, namespace } = error;
    throw new ServiceError(code, message, { status, namespace, members: { Item } });
  }

  async function removeExpired(table: Table, attribute: string, item: Item): Promise<boolean> {
    const key = keyOf(item, table.keyNames);
    if (key === undefined) return false;
    return locked([targetId({ table, key })], async () => {
      const before = await imageOf({ table, key });
      if (before === undefined || !isExpired(before, attribute, now())) return false;
      await engine('DeleteItem', { TableName: table.name, Key: key });
      table.stream?.note(before, undefined, now(), true);
      return true;
    });
  }

  async function handle(call: AwsCall): Promise<object> {
    const { operation, input } = call;
    switch (operation) {
      case 'CreateTable':
        return createTable(input);
      case 'DescribeTable': {
        const answer = await engine(operation, input);
        return described(answer, 'Table', existing(String(input['TableName'])));
      }
      case 'DeleteTable': {
        const answer = await engine(operation, input);
        tables.delete(String(input['TableName']));
        return answer;
      }
      case 'UpdateTimeToLive':
        return updateTimeToLive(await tableOf(input), input);
      case 'DescribeTimeToLive':
        return describeTimeToLive(await tableOf(input));
    }
    checkExpressions(input);
    if (input['IndexName'] !== undefined) {
      const { indexes = engine } = tables.get(String(input['TableName'])) ?? {};
      return indexes(operation, input);
    }
    const targets = targetsOf(call, tables);
    return targets.length === 0 ? engine(operation, input) : write(call, targets);
  }

  return {
    handle,
    registerStream,
    takeStreamRecords: (name, limit = DEFAULT_BATCH) => streamOf(name).take(limit),
    pendingStreamRecords: (name) => streamOf(name).length,
    async expireItems() {
      let removed = 0;
      for (const table of tables.values()) {
        const { ttlAttribute } = table;
        if (ttlAttribute === undefined) continue;
        for (const item of await everyItem(engine, table.name)) {
          if (isExpired(item, ttlAttribute, now()) && (await removeExpired(table, ttlAttribute, item))) removed++;
        }
      }
      return removed;
    },
    async holdIndexes(name) {
      const table = existing(name);
      const copy = createEngine();
      await copy('CreateTable', table.definition);
      await untilActive(copy, name);
      for (const Item of await everyItem(engine, name)) await copy('PutItem', { TableName: name, Item });
      table.indexes = copy;
      return () => {
        table.indexes = undefined;
      };
    },
  };
}

interface Description {
  readonly TableName: string;
  readonly TableArn: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
}

/** True when CreateTable asks for a stream. */
function wantsStream(input: Input): boolean {
  const specification = input['StreamSpecification'] as
    | { StreamEnabled?: boolean; StreamViewType?: string }
    | undefined;
  if (specification?.StreamEnabled !== true) return false;
  if (specification.StreamViewType === 'KEYS_ONLY') return true;
  throw validationError(`This emulator keeps KEYS_ONLY streams, not ${specification.StreamViewType}`);
}

/**
 * dynalite makes a new table active in its next turns; clients that poll for it would lose seconds.
 */
async function untilActive(engine: DynamoDbEngine, TableName: string): Promise<void> {
  for (;;) {
    const { TableStatus } = (await engine('DescribeTable', { TableName }))['Table'] as Description;
    if (TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** The description with the members about the table's stream. */
function described(answer: Answer, member: string, { stream }: Table): Answer {
  if (stream === undefined) return answer;
  const { arn: LatestStreamArn, label: LatestStreamLabel } = stream;
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' };
  return { [member]: { ...(answer[member] as object), StreamSpecification, LatestStreamArn, LatestStreamLabel } };
}

const EXPRESSIONS = [
  'UpdateExpression',
  'ConditionExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
];
const MAX_EXPRESSION_BYTES = 4_096;

/**
 * Expressions are limited to 4 KB (DynamoDB developer guide, "Service, account, and table quotas").
 */
function checkExpressions(input: Input): void {
  for (const name of EXPRESSIONS) {
    const expression = input[name];
    if (typeof expression !== 'string') continue;
    const size = Buffer.byteLength(expression);
    if (size <= MAX_EXPRESSION_BYTES) continue;
    throw validationError(
      `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: ${size}`,
    );
  }
}

async function everyItem(engine: DynamoDbEngine, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: object = {};
  for (;;) {
    const { Items, LastEvaluatedKey } = await engine('Scan', { TableName, ...start });
    items.push(...(Items as Item[]));
    if (LastEvaluatedKey === undefined) return items;
    start = { ExclusiveStartKey: LastEvaluatedKey };
  }
}

function validationError(message: string): ServiceError {
  return new ServiceError('ValidationException', message, { namespace: 'com.amazon.coral.validate#' });
}
