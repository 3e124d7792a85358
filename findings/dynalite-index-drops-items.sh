#!/usr/bin/env bash
# Finding: dynalite 4.0.0 leaves items out of a query of a global secondary index.
#
# DynamoDB documents that an index may hold many items with equal keys. dynalite names an index entry by
# the index key and 24 bits of a hash of the table key, so that of many items with one index key, those whose
# hashes meet replace each other. Here 30,000 items share one index key.
# Seen on 2026-12-01: the table scan returns 30,000 items, the index query 29,981.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent dynalite@4.0.0 @aws-sdk/client-dynamodb@3.1162.0

cat >index.mjs <<'JS'
import dynalite from 'dynalite';
import { BatchWriteItemCommand, CreateTableCommand, DescribeTableCommand, DynamoDBClient, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';

const ITEMS = 30_000;
const server = dynalite({ createTableMs: 0 });
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = new DynamoDBClient({
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${server.address().port}`,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const TableName = 'bans';
await client.send(new CreateTableCommand({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['id', 'state', 'due'].map((AttributeName) => ({ AttributeName, AttributeType: AttributeName === 'due' ? 'N' : 'S' })),
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [{
    IndexName: 'by-due',
    KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }, { AttributeName: 'due', KeyType: 'RANGE' }],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  }],
}));
for (;;) {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (Table.TableStatus === 'ACTIVE') break;
}
for (let start = 0; start < ITEMS; start += 25) {
  const puts = Array.from({ length: 25 }, (_, n) => ({
    PutRequest: { Item: { id: { S: `item-${start + n}` }, state: { S: 'active' }, due: { N: '9999999999' } } },
  }));
  await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
}
const count = async (pages) => {
  let total = 0;
  for await (const { Count } of pages) total += Count;
  return total;
};
const scanned = await count(paginateScan({ client }, { TableName, Select: 'COUNT' }));
const queried = await count(paginateQuery({ client }, {
  TableName,
  IndexName: 'by-due',
  KeyConditionExpression: '#state = :active',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':active': { S: 'active' } },
}));
client.destroy();
server.close();
console.log(`dynalite 4.0.0: the table holds ${scanned} items with one index key, its index returns ${queried}`);
process.exitCode = scanned === ITEMS && queried < scanned ? 0 : 1;
JS
node index.mjs || { echo 'The finding no longer holds.' >&2; exit 1; }
