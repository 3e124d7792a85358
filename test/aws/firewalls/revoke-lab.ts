import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { securityGroupRevokeTarget } from '../../../aws/firewalls/security-group-revoke-target.ts';
import { dynamoDbRevokedRulesStore } from '../../../aws/tables/dynamodb-revoked-rules-store.ts';
import { ATTEMPTS } from '../../../core/names.ts';
import type { TargetPlan, WantedBan } from '../../../core/ports/ban-target.ts';
import type { RevokedRulesStore } from '../../../core/ports/revoked-rules-store.ts';
import { type DynamoDb, startDynamoDb } from '../../../local/emulators/dynamodb.ts';
import { type Ec2, startEc2 } from '../../../local/emulators/ec2.ts';
import { createFaultPlan } from '../../../local/emulators/faults.ts';
import { virtualClock } from '../../../local/virtual-clock.ts';
import { memoryRevokedRulesStore } from '../../memory/memory-revoked-rules-store.ts';
import { ec2Client, groupConsole, type TcpRule } from '../../support/security-group-rules.ts';

export const WORLD: TcpRule = { cidr: '0.0.0.0/0', port: 443 };

export const clock = virtualClock(1_000_000);
export const faults = createFaultPlan();
export let ec2: Ec2;
let dynamoDb: DynamoDb;
let client: EC2Client;
let tables: DynamoDBClient;
export let byHand: ReturnType<typeof groupConsole>;
let created = 0;

beforeAll(async () => {
  ec2 = await startEc2({ faults, maxIngressRules: 10 });
  dynamoDb = await startDynamoDb({ faults });
  client = ec2Client(ec2, 1);
  byHand = groupConsole(ec2, client);
  tables = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
beforeEach(() => {
  faults.clear();
  ec2.calls.clear();
});
afterAll(async () => {
  client.destroy();
  tables.destroy();
  await Promise.all([ec2.close(), dynamoDb.close()]);
});

export async function table(): Promise<RevokedRulesStore> {
  const TableName = `attempts-${++created}`;
  await tables.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: ATTEMPTS.partitionKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: ATTEMPTS.partitionKey, KeyType: 'HASH' }],
    }),
  );
  return dynamoDbRevokedRulesStore(tables, TableName);
}

export const planOf =
  (present: readonly (string | WantedBan)[], absent: readonly string[] = []): TargetPlan =>
  async () => ({ present: present.map((ban) => (typeof ban === 'string' ? { id: ban, ports: 'all' } : ban)), absent });
export const target = (groups: string | readonly string[], store: RevokedRulesStore = memoryRevokedRulesStore()) =>
  securityGroupRevokeTarget(client, store, typeof groups === 'string' ? [groups] : groups, clock);
export const calls = () =>
  ec2.calls.find().map(({ operation }) => operation.replace(/SecurityGroup(?:Rules|Ingress)$/, ''));
