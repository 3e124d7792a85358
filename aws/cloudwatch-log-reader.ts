import { setTimeout } from 'node:timers/promises';
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogPage, LogReader, StoredEvent } from '../core/ports/log-reader.ts';

export interface LogReaderOptions {
  /** Ends all waiting and asking: whoever waits gets its reason. */
  readonly signal?: AbortSignal;
  /** What the reader waits by; the machine's own time by default. */
  readonly time?: ReaderTime;
  /** Milliseconds after which a call without an answer is made again; a minute by default. */
  readonly longestCallMs?: number;
}

/** Milliseconds. */
export interface ReaderTime {
  now(): number;
  /** @throws the signal's reason, when it is given before the time is over */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const MACHINE_TIME: ReaderTime = {
  now: Date.now,
  sleep: async (ms, signal) => {
    await setTimeout(ms, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
};

/** A call searches many streams before it answers; one that takes longer will not. */
const LONGEST_CALL_MS = 60_000;
/** Pauses before a call is made again; in between the SDK has repeated it on its own. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];

/**
 * Reads log groups with FilterLogEvents. Calls are spaced so that half of the account's quota is left to others; what AWS is too busy for
 * is asked again for a minute and a half.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html: events are sorted by timestamp over all
 * streams; pages may be empty; those before startTime and those later than endTime are left out, so both ends belong to the span; a token
 * expires after 24 hours.
 */
export function cloudWatchLogReader(client: CloudWatchLogsClient, options: LogReaderOptions = {}): LogReader {
  const { signal = new AbortController().signal, time = MACHINE_TIME, longestCallMs = LONGEST_CALL_MS } = options;
  let turn = Number.NEGATIVE_INFINITY;

  async function waitForTurn(): Promise<void> {
    const now = time.now();
    const mine = Math.max(turn, now);
    turn = mine + 1_000 / callsPerSecond(await client.config.region());
    if (mine > now) await time.sleep(mine - now, signal);
    signal.throwIfAborted();
  }

  async function call(command: FilterLogEventsCommand): Promise<FilterLogEventsCommandOutput> {
    await waitForTurn();
    const late = AbortSignal.timeout(longestCallMs);
    try {
      return await client.send(command, { abortSignal: AbortSignal.any([signal, late]) });
    } catch (error) {
      signal.throwIfAborted();
      throw late.aborted ? new LateAnswer(`no answer within ${longestCallMs / 1_000} s`) : error;
    }
  }

  async function patientCall(command: FilterLogEventsCommand): Promise<FilterLogEventsCommandOutput> {
    for (const pause of PAUSES_MS) {
      try {
        return await call(command);
      } catch (error) {
        if (!isPassing(error)) throw error;
        await time.sleep(pause, signal);
      }
    }
    return call(command);
  }

  return {
    async page(logGroupName, { fromMs, toMs }, nextToken) {
      const input = { logGroupName, startTime: fromMs, endTime: toMs, ...(nextToken !== undefined && { nextToken }) };
      try {
        return asPage(await patientCall(new FilterLogEventsCommand(input)));
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return 'no-such-group';
        throw error;
      }
    },
  };
}

/** Under the name the SDK gives to its own time-outs. */
class LateAnswer extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Half of the quota "FilterLogEvents throttle limit in transactions per second", which people who search in the console use too
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html).
 */
function callsPerSecond(region: string): number {
  if (region === 'us-east-1') return 12.5;
  return SLOW_REGIONS.includes(region) ? 2.5 : 5;
}

const SLOW_REGIONS = ['ap-northeast-3', 'ap-southeast-3', 'ca-west-1', 'eu-central-1', 'il-central-1'];
const THROTTLES = ['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded'];
const BROKEN_CONNECTIONS = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/** True for what may be otherwise a little later: throttling, a server's failure, a connection lost on the way. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata, code } = error as { readonly $metadata?: { readonly httpStatusCode?: number }; code?: unknown };
  if (THROTTLES.includes(error.name) || error.name === 'TimeoutError') return true;
  return ($metadata?.httpStatusCode ?? 0) >= 500 || BROKEN_CONNECTIONS.includes(String(code));
}

function asPage({ events = [], nextToken }: FilterLogEventsCommandOutput): LogPage {
  return { events: events.flatMap(asEvent), next: nextToken };
}

/** AWS's types leave every member open; an event without one of these can't be told from others or dated, and there is none. */
function asEvent({ eventId, timestamp, message, logStreamName }: FilteredLogEvent): readonly StoredEvent[] {
  const isWhole = eventId !== undefined && timestamp !== undefined && logStreamName !== undefined;
  return isWhole ? [{ id: eventId, timestamp, message: message ?? '', logStream: logStreamName }] : [];
}
