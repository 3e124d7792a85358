import {
  AccessDeniedException,
  type CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  InvalidOperationException,
  InvalidParameterException,
  LimitExceededException,
  OperationAbortedException,
  PutSubscriptionFilterCommand,
  paginateDescribeLogGroups,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../core/ports/clock.ts';
import type { LogSubscriptions, SubscriptionOutcome } from '../../core/ports/log-subscriptions.ts';

/** The largest page of DescribeLogGroups. */
const PAGE = 50;

/**
 * Subscription filters through the API of CloudWatch Logs
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html).
 *
 * An account may list log groups ten times a second, and describe, put and delete subscription
 * filters five times each (CloudWatch Logs quotas). Half of that is left to others.
 */
export function cloudWatchLogsSubscriptions(client: CloudWatchLogsClient, clock: Clock): LogSubscriptions {
  const turnToList = turns(5, clock);
  const turnToRead = turns(2.5, clock);
  const turnToPut = turns(2.5, clock);
  const turnToDelete = turns(2.5, clock);
  return {
    async *groups(prefix) {
      await turnToList();
      for await (const { logGroups = [] } of paginateDescribeLogGroups(
        { client, pageSize: PAGE },
        { logGroupNamePrefix: prefix },
      )) {
        yield logGroups.map(({ logGroupName = '', creationTime = 0, logGroupClass = 'STANDARD' }) => ({
          name: logGroupName,
          createdAt: creationTime,
          logClass: logGroupClass,
        }));
        await turnToList();
      }
    },
    async of(logGroup) {
      await turnToRead();
      try {
        // A log group has two at most, so one page.
        const { subscriptionFilters = [] } = await client.send(
          new DescribeSubscriptionFiltersCommand({ logGroupName: logGroup }),
        );
        return subscriptionFilters.map(({ filterName = '', filterPattern = '', destinationArn = '' }) => ({
          filterName,
          pattern: filterPattern,
          destination: destinationArn,
        }));
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return [];
        if (error instanceof AccessDeniedException) return { kind: 'refused', reason: error.message };
        throw error;
      }
    },
    async put(logGroup, { filterName, pattern, destination }) {
      await turnToPut();
      const input = { logGroupName: logGroup, filterName, filterPattern: pattern, destinationArn: destination };
      return outcomeOf(client.send(new PutSubscriptionFilterCommand(input)));
    },
    async remove(logGroup, filterName) {
      await turnToDelete();
      return outcomeOf(client.send(new DeleteSubscriptionFilterCommand({ logGroupName: logGroup, filterName })));
    },
  };
}

async function outcomeOf(change: Promise<unknown>): Promise<SubscriptionOutcome> {
  try {
    await change;
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof LimitExceededException) return { kind: 'full' };
    if (error instanceof ResourceNotFoundException) return { kind: 'gone' };
    if (error instanceof OperationAbortedException) return { kind: 'busy' };
    const refused = [AccessDeniedException, InvalidParameterException, InvalidOperationException];
    if (refused.some((kind) => error instanceof kind)) return { kind: 'refused', reason: (error as Error).message };
    throw error;
  }
}

/** Limits callers to this many a second; the first passes at once. */
function turns(perSecond: number, clock: Clock): () => Promise<void> {
  let next = 0;
  return async () => {
    const now = clock.now();
    const mine = Math.max(next, now);
    next = mine + 1 / perSecond;
    if (mine > now) await clock.sleep((mine - now) * 1000);
  };
}
