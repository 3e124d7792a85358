import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { CreateIPSetCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import type { DynamoDb } from './emulators/dynamodb.ts';
import type { LocalId } from './intrinsics.ts';
import { ipSetsOf, type StackTemplate, tablesOf } from './template.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Creates the template's tables in the emulator. @returns the local names by logical id */
export async function createTables(template: StackTemplate, dynamoDb: DynamoDb): Promise<Record<string, LocalId>> {
  const client = new DynamoDBClient({});
  const ids: Record<string, LocalId> = {};
  for (const { logicalId, input, ttl, hasStream } of tablesOf(template)) {
    await client.send(new CreateTableCommand(input));
    if (ttl !== undefined) {
      const specification = { AttributeName: ttl, Enabled: true };
      await client.send(
        new UpdateTimeToLiveCommand({ TableName: input.TableName, TimeToLiveSpecification: specification }),
      );
    }
    if (hasStream) dynamoDb.registerStream(input.TableName);
    ids[logicalId] = { ref: input.TableName };
  }
  client.destroy();
  return ids;
}

/** Creates the template's IP sets in the emulator. @returns the local ids by logical id */
export async function createIpSets(template: StackTemplate, clock: VirtualClock): Promise<Record<string, LocalId>> {
  const client = new WAFV2Client({});
  const ids: Record<string, LocalId> = {};
  for (const { logicalId, input } of ipSetsOf(template)) {
    await clock.sleep(1000);
    const { Summary } = await client.send(new CreateIPSetCommand(input));
    ids[logicalId] = {
      ref: `${input.Name}|${Summary?.Id}|${input.Scope}`,
      attributes: { Arn: Summary?.ARN ?? '' },
    };
  }
  client.destroy();
  return ids;
}
