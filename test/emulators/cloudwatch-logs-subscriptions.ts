/**
 * Subscription filters, and the listing of log groups that finds where to put them
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html).
 */

import type { AwsCall } from '../../local/emulators/aws-call.ts';
import type { Constraint } from '../../local/emulators/constraints.ts';
import { ServiceError } from '../../local/emulators/service-error.ts';
import type { LogGroup, LogGroups } from './cloudwatch-logs-groups.ts';
import {
  FILTER_PATTERN,
  invalidParameter,
  LOG_GROUP_NAME,
  type LogsOperation,
  noSuchLogGroup,
} from './cloudwatch-logs-operation.ts';

const ACCOUNT = '123456789012';
/** Quotas: subscription filters of a log group. */
const MOST_FILTERS = 2;
const HOME = 'us-east-1';

export interface SubscriptionFilter {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
}

/** What was set up beside the API. */
export interface SubscriptionsByHand {
  of(logGroup: string, region?: string): readonly SubscriptionFilter[];
  /** Not limited in number. */
  put(logGroup: string, filter: SubscriptionFilter, region?: string): void;
  remove(logGroup: string, filterName: string, region?: string): void;
  /** The class a log group has had from its creation; `STANDARD` by default. */
  setClass(logGroup: string, logClass: string, region?: string): void;
  /** Functions that CloudWatch Logs may invoke; all, by default. */
  invocable: ReadonlySet<string> | undefined;
}

const FILTER_NAME: Constraint = { minLength: 1, maxLength: 512, pattern: /^[^:*]*$/ };
const TOKEN: Constraint = { optional: true, minLength: 1 };
const LIMIT: Constraint = { optional: true, range: [1, 50] };
const five = (): number => 5;

export function createSubscriptions(groups: LogGroups): {
  readonly byHand: SubscriptionsByHand;
  readonly operations: Readonly<Record<string, LogsOperation>>;
} {
  // By the log group itself, so that they go with it.
  const filtersOf = new WeakMap<LogGroup, Map<string, SubscriptionFilter>>();
  const classes = new WeakMap<LogGroup, string>();
  const byHand: SubscriptionsByHand = {
    of: (name, region = HOME) => [...filters(find(name, region)).values()],
    put: (name, filter, region = HOME) => filters(find(name, region)).set(filter.filterName, filter),
    remove: (name, filterName, region = HOME) => filters(find(name, region)).delete(filterName),
    setClass: (name, logClass, region = HOME) => classes.set(find(name, region), logClass),
    invocable: undefined,
  };

  function find(name: string, region: string): LogGroup {
    const group = groups.find(name, region);
    if (group === undefined) throw noSuchLogGroup();
    return group;
  }

  function filters(group: LogGroup): Map<string, SubscriptionFilter> {
    const held = filtersOf.get(group) ?? new Map<string, SubscriptionFilter>();
    filtersOf.set(group, held);
    return held;
  }

  const classOf = (group: LogGroup): string => classes.get(group) ?? 'STANDARD';

  const operations: Readonly<Record<string, LogsOperation>> = {
    DescribeLogGroups: {
      perSecond: () => 10,
      constraints: {
        logGroupNamePrefix: { ...LOG_GROUP_NAME, optional: true },
        nextToken: TOKEN,
        limit: LIMIT,
      },
      run({ input, region }) {
        const { logGroupNamePrefix = '' } = input as { logGroupNamePrefix?: string };
        const found = groups.list(region).filter(({ name }) => name.startsWith(logGroupNamePrefix));
        const { page, nextToken } = pageOf(found.toSorted(byName), ({ name }) => name, input);
        return { logGroups: page.map((group) => shown(group, classOf(group))), ...nextToken };
      },
    },
    DescribeSubscriptionFilters: {
      perSecond: five,
      constraints: {
        logGroupName: LOG_GROUP_NAME,
        filterNamePrefix: { ...FILTER_NAME, optional: true },
        nextToken: TOKEN,
        limit: LIMIT,
      },
      run({ input, region }) {
        const { logGroupName, filterNamePrefix = '' } = input as { logGroupName: string; filterNamePrefix?: string };
        const found = [...filters(find(logGroupName, region)).values()].filter(({ filterName }) =>
          filterName.startsWith(filterNamePrefix),
        );
        const { page, nextToken } = pageOf(found, ({ filterName }) => filterName, input);
        const of = { logGroupName, distribution: 'ByLogStream', creationTime: 0 };
        return { subscriptionFilters: page.map((filter) => ({ ...filter, ...of })), ...nextToken };
      },
    },
    PutSubscriptionFilter: {
      perSecond: five,
      constraints: {
        logGroupName: LOG_GROUP_NAME,
        filterName: FILTER_NAME,
        filterPattern: FILTER_PATTERN,
        destinationArn: { minLength: 1 },
      },
      run(call) {
        put(call);
        return {};
      },
    },
    DeleteSubscriptionFilter: {
      perSecond: five,
      constraints: { logGroupName: LOG_GROUP_NAME, filterName: FILTER_NAME },
      run({ input, region }) {
        const { logGroupName, filterName } = input as { logGroupName: string; filterName: string };
        if (filters(find(logGroupName, region)).delete(filterName)) return {};
        throw new ServiceError('ResourceNotFoundException', 'The specified subscription filter does not exist.');
      },
    },
  };

  function put({ input, region }: AwsCall): void {
    const { logGroupName, filterName, filterPattern, destinationArn } = input as Input;
    const group = find(logGroupName, region);
    if (classOf(group) !== 'STANDARD') {
      throw new ServiceError('InvalidOperationException', 'The log group class does not support this operation.');
    }
    if (byHand.invocable?.has(destinationArn) === false) {
      throw invalidParameter(
        'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
      );
    }
    const held = filters(group);
    if (!held.has(filterName) && held.size >= MOST_FILTERS) {
      throw new ServiceError('LimitExceededException', 'Resource limit exceeded.');
    }
    held.set(filterName, { filterName, filterPattern, destinationArn });
  }

  return { byHand, operations };
}

type Input = {
  readonly logGroupName: string;
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
};

function byName(a: LogGroup, b: LogGroup): number {
  return a.name < b.name ? -1 : 1;
}

/** A token names the last of the page before. */
function pageOf<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  input: AwsCall['input'],
): { readonly page: readonly T[]; readonly nextToken: { readonly nextToken?: string } } {
  const { nextToken, limit = 50 } = input as { nextToken?: string; limit?: number };
  const rest = nextToken === undefined ? items : items.filter((item) => nameOf(item) > nextToken);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { page, nextToken: last !== undefined && rest.length > limit ? { nextToken: nameOf(last) } : {} };
}

function shown({ name, region, createdAt }: LogGroup, logGroupClass: string): object {
  const logGroupArn = `arn:aws:logs:${region}:${ACCOUNT}:log-group:${name}`;
  return { logGroupName: name, creationTime: createdAt, arn: `${logGroupArn}:*`, logGroupArn, logGroupClass };
}
