import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { LOGS_PATIENCE_MS, withAnswerLimits } from '../../aws/answer-limits.ts';
import { cloudWatchLogReader } from '../../aws/logs/cloudwatch-log-reader.ts';
import { cloudWatchPatternTest } from '../../aws/logs/cloudwatch-pattern-test.ts';
import type { CommandError } from '../command-error.ts';
import { awsFailure, failure } from './aws-failure.ts';
import type { LogAccess } from './log-group-access.ts';
import { clientSettings, regionOf, type SignInOptions } from './sign-in.ts';

export interface LogConnection {
  readonly access: LogAccess;
  /**
   * The error to show instead of what went wrong on the way: the same, when it is no failure of
   * AWS.
   */
  explain(error: unknown): unknown;
  close(): void;
}

/**
 * Creates clients from the options; it calls AWS not yet.
 *
 * @throws {CommandError} when they can't be right
 */
export async function connectToLogs(options: SignInOptions, signal: AbortSignal): Promise<LogConnection> {
  const client = new CloudWatchLogsClient(withAnswerLimits(clientSettings(options), LOGS_PATIENCE_MS));
  const region = await regionOf(client);
  const access: LogAccess = {
    region,
    reader: cloudWatchLogReader(client, { signal }),
    patterns: cloudWatchPatternTest(client, { signal }),
    namesWith: (prefix) => namesWith(client, prefix),
  };
  return {
    access,
    explain: (error) => refused(error) ?? awsFailure(error, { ...options, region, stack: '' }) ?? error,
    close: () => client.destroy(),
  };
}

/**
 * One page of names, for a guess at what was meant; any error here is ignored in favor of the
 * original failure.
 */
async function namesWith(client: CloudWatchLogsClient, prefix: string): Promise<readonly string[]> {
  const input = prefix === '' ? {} : { logGroupNamePrefix: prefix };
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand(input)).catch(() => ({ logGroups: [] }));
  return logGroups.flatMap(({ logGroupName }) => logGroupName ?? []);
}

/** IAM's own message names the action and the log group. */
function refused(error: unknown): CommandError | undefined {
  if (!(error instanceof Error) || !['AccessDenied', 'AccessDeniedException'].includes(error.name)) return undefined;
  return failure(
    error.message,
    'ask for the permission, or sign in as a user who has it: what a log group has is read with ' +
      'logs:FilterLogEvents on it, patterns are ' +
      'tried with logs:TestMetricFilter on all resources',
  );
}
