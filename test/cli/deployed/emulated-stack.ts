import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, vi } from 'vitest';
import { systemClock } from '../../../aws/system-clock.ts';
import { dynamoDbBanStore } from '../../../aws/tables/dynamodb-ban-store.ts';
import { dynamoDbBreakerStore } from '../../../aws/tables/dynamodb-breaker-store.ts';
import { dynamoDbConfirmationStore } from '../../../aws/tables/dynamodb-confirmation-store.ts';
import { dynamoDbLeakStore } from '../../../aws/tables/dynamodb-leak-store.ts';
import { dynamoDbSubscriptionReportStore } from '../../../aws/tables/dynamodb-subscription-report-store.ts';
import { compileJails } from '../../../core/compile/compile-jails.ts';
import type { BanStore } from '../../../core/ports/ban-store.ts';
import type { BreakerStore } from '../../../core/ports/breaker-store.ts';
import type { ConfirmationStore } from '../../../core/ports/confirmation-store.ts';
import type { LeakStore } from '../../../core/ports/leak-store.ts';
import type { SubscriptionReportStore } from '../../../core/ports/subscription-report-store.ts';
import { configDirectory } from '../../../filters/config-directory.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../../local/embedded-aws.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { type CloudFormation, startCloudFormation } from '../../emulators/cloudformation.ts';
import { cloudjail, cloudjailOnScreen, type Ran } from '../captured-terminal.ts';

export const TABLES = { BansTableName: 'cloudjail-BansTable', AttemptsTableName: 'cloudjail-AttemptsTable' };

export interface EmulatedStack {
  readonly aws: EmbeddedAws;
  readonly cloudFormation: CloudFormation;
  readonly bans: BanStore;
  readonly breakers: BreakerStore;
  readonly confirmations: ConfirmationStore;
  readonly leaks: LeakStore;
  readonly subscriptions: SubscriptionReportStore;
  /** `cloudjail …args --config` with the stack's own configuration. */
  run(...args: readonly string[]): Promise<Ran>;
  /** The same on a screen of 80 columns. */
  runOnScreen(...args: readonly string[]): Promise<Ran>;
  /** What the IP sets hold once the banner has been woken. */
  enforced(): Promise<readonly string[]>;
}

/** The stack of a configuration as if deployed under its usual name, for the tests of a file. */
export function emulatedStack(directory: string): () => EmulatedStack {
  let stack: EmulatedStack | undefined;
  let client: DynamoDBClient | undefined;
  beforeAll(async () => {
    const { compiled } = compileJails(configDirectory(directory));
    const aws = await startEmbeddedAws(await synthesize(), compiled);
    const cloudFormation = await startCloudFormation();
    cloudFormation.putStack({ name: 'cloudjail', outputs: TABLES });
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', cloudFormation.endpoint);
    client = new DynamoDBClient({});
    const run = (...args: readonly string[]) => cloudjail(...args, '--config', directory);
    stack = {
      aws,
      cloudFormation,
      bans: dynamoDbBanStore(client, TABLES.BansTableName),
      breakers: dynamoDbBreakerStore(client, TABLES.AttemptsTableName),
      confirmations: dynamoDbConfirmationStore(client, TABLES.AttemptsTableName, systemClock),
      leaks: dynamoDbLeakStore(client, TABLES.AttemptsTableName, systemClock),
      subscriptions: dynamoDbSubscriptionReportStore(client, TABLES.AttemptsTableName),
      run,
      runOnScreen: (...args) => cloudjailOnScreen(...args, '--config', directory),
      async enforced() {
        await aws.enforceChanges(Date.now() / 1000);
        return (await aws.ipSets()).flatMap(({ addresses }) => addresses);
      },
    };
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    client?.destroy();
    await stack?.aws.close();
    await stack?.cloudFormation.close();
  });
  return () => {
    if (stack === undefined) throw new Error('the stack has not been started yet');
    return stack;
  };
}
