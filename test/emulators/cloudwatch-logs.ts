/**
 * Amazon CloudWatch Logs on the loopback interface: log groups with events, and what finds them
 * again. Each file beside this one adds the operations of one idea. Quotas:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 */

import type { AwsCall } from '../../local/emulators/aws-call.ts';
import { startAwsJsonServer } from '../../local/emulators/aws-json-server.ts';
import type { CallLog } from '../../local/emulators/call-log.ts';
import { checkConstraints } from '../../local/emulators/constraints.ts';
import type { FaultPlan } from '../../local/emulators/faults.ts';
import { type EmulatorOptions, emulatorContext } from '../../local/emulators/serve-call.ts';
import { ServiceError } from '../../local/emulators/service-error.ts';
import { createTokenBucket, type TokenBucket } from '../../local/emulators/token-bucket.ts';
import { type FilterLogEventsOptions, filterLogEventsOperation } from './cloudwatch-logs-filter-events.ts';
import { createLogGroups, type LogGroups, logGroupOperations } from './cloudwatch-logs-groups.ts';
import { testMetricFilterOperation } from './cloudwatch-logs-metric-filter.ts';
import type { LogsOperation } from './cloudwatch-logs-operation.ts';
import type { TermReading } from './cloudwatch-logs-pattern.ts';
import { createSubscriptions, type SubscriptionsByHand } from './cloudwatch-logs-subscriptions.ts';

export interface CloudWatchLogsOptions extends EmulatorOptions, FilterLogEventsOptions {
  /**
   * What a term of a filter pattern finds; `word` by default, the narrower. AWS's documentation
   * leaves it open.
   */
  readonly terms?: TermReading;
  /** Whether calls are metered; true by default. */
  readonly quotas?: boolean;
}

export interface CloudWatchLogs {
  readonly endpoint: string;
  readonly faults: FaultPlan;
  readonly calls: CallLog;
  /**
   * The console and the agents: what is there, and changes that did not come through the emulated
   * API.
   */
  readonly groups: LogGroups;
  readonly subscriptions: SubscriptionsByHand;
  close(): Promise<void>;
}

/**
 * Starts the emulator on a free port. Rates, ingestion times and the age of tokens are judged on
 * `now`.
 */
export async function startCloudWatchLogs(options: CloudWatchLogsOptions = {}): Promise<CloudWatchLogs> {
  const context = emulatorContext(options);
  const groups = createLogGroups(context.now);
  const subscriptions = createSubscriptions(groups);
  const operations = { ...operationsOn(groups, context.now, options), ...subscriptions.operations };
  const admit = options.quotas === false ? () => true : rateLimiter(context.now);
  const service = {
    handle(call: AwsCall): object {
      const operation = operations[call.operation];
      if (operation === undefined) throw new ServiceError('UnknownOperationException', '');
      if (!admit(call, operation)) throw throttled();
      checkInput(call, operation);
      return operation.run(call);
    },
    conflict(): void {
      throw new ServiceError('OperationAbortedException', 'A conflicting operation is currently in progress.');
    },
    throttled,
    failed: () => new ServiceError('ServiceUnavailableException', 'Service Unavailable', { status: 500 }),
  };
  const protocol = { service: 'logs', target: 'Logs_20140328', version: '1.1', maxBodyBytes: 8 << 20 } as const;
  const { endpoint, close } = await startAwsJsonServer(protocol, service, context);
  return { endpoint, close, faults: context.faults, calls: context.calls, groups, subscriptions: subscriptions.byHand };
}

/** All that is served. A file that adds operations keeps their state, and is named here. */
function operationsOn(
  groups: LogGroups,
  now: () => number,
  options: CloudWatchLogsOptions,
): Readonly<Record<string, LogsOperation>> {
  const terms = options.terms ?? 'word';
  return {
    ...logGroupOperations(groups),
    FilterLogEvents: filterLogEventsOperation(groups, now, terms, options),
    TestMetricFilter: testMetricFilterOperation(terms),
  };
}

function throttled(): ServiceError {
  return new ServiceError('ThrottlingException', 'Rate exceeded');
}

/** Each operation has a quota of its own for each account and Region. */
function rateLimiter(now: () => number): (call: AwsCall, operation: LogsOperation) => boolean {
  const buckets = new Map<string, TokenBucket>();
  return ({ region, operation: name }, { perSecond }) => {
    const key = `${region} ${name}`;
    const rate = perSecond(region);
    const bucket = buckets.get(key) ?? createTokenBucket({ burst: rate, perSecond: rate });
    buckets.set(key, bucket);
    return bucket.take(now());
  };
}

/** CloudWatch Logs words a broken constraint as other services do, under a name of its own. */
function checkInput({ input }: AwsCall, { constraints }: LogsOperation): void {
  try {
    checkConstraints(input, constraints);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ValidationException') throw error;
    throw new ServiceError('InvalidParameterException', error.message);
  }
}
