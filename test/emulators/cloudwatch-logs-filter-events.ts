/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */

import type { AwsCall } from '../../local/emulators/aws-call.ts';
import type { KeptEvent, LogGroup, LogGroups } from './cloudwatch-logs-groups.ts';
import {
  FILTER_PATTERN,
  invalidParameter,
  LOG_GROUP_NAME,
  type LogsOperation,
  noSuchLogGroup,
} from './cloudwatch-logs-operation.ts';
import { patternMatcher, type TermReading } from './cloudwatch-logs-pattern.ts';

export interface FilterLogEventsOptions {
  /**
   * How much of the log's time one call looks through, milliseconds: a page ends there, empty or
   * not, with a token for the next. A quarter of a day by default. AWS documents only that pages
   * may be partly full or empty.
   */
  readonly searchedMs?: number;
}

const MOST_EVENTS = 10_000;
const MOST_BYTES = 1 << 20;
/** What an event counts besides its message (quotas: batch size). */
const EVENT_BYTES = 26;
const TOKEN_MS = 24 * 3_600_000;
/** PutLogEvents takes no events further in the future. */
const FUTURE_MS = 2 * 3_600_000;
const SEARCHED_MS = 6 * 3_600_000;

/** Quotas: FilterLogEvents throttle limit in transactions per second. */
const SLOW_REGIONS = ['ap-northeast-3', 'ap-southeast-3', 'ca-west-1', 'eu-central-1', 'il-central-1'];

function perSecond(region: string): number {
  if (region === 'us-east-1') return 25;
  return SLOW_REGIONS.includes(region) ? 5 : 10;
}

const MILLISECONDS = { optional: true, range: [0, Number.MAX_SAFE_INTEGER] } as const;

type Input = {
  readonly logGroupName: string;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly filterPattern?: string;
  readonly limit?: number;
  readonly nextToken?: string;
};

/** The content of a token: up to where the log has been searched. */
interface Place {
  readonly query: string;
  readonly issuedAt: number;
  /** Epoch milliseconds from which on this call searches. */
  readonly fromMs: number;
  /** The last event handed out, where the page was full. */
  readonly after?: Rank;
}

/**
 * The order of events: timestamp, ingestion time, and for the id of the PutLogEvents request that
 * of the event.
 */
type Rank = readonly [timestamp: number, ingestionTime: number, id: string];

export function filterLogEventsOperation(
  groups: LogGroups,
  now: () => number,
  reading: TermReading,
  { searchedMs = SEARCHED_MS }: FilterLogEventsOptions,
): LogsOperation {
  function run(call: AwsCall): object {
    const input = call.input as Input;
    checkStreams(input);
    const group = groups.find(input.logGroupName, call.region);
    if (group === undefined) throw noSuchLogGroup();
    const endTime = Math.min(input.endTime ?? Number.POSITIVE_INFINITY, now() + FUTURE_MS);
    const place = input.nextToken === undefined ? beginning(group, input, now()) : placeOf(input, now());
    const toMs = Math.min(endTime, place.fromMs + searchedMs - 1);
    const chosen = wanted(group, input, reading, { fromMs: place.fromMs, toMs, after: place.after });
    const page = pageOf(chosen, input.limit ?? MOST_EVENTS);
    const last = page.at(-1);
    const full = last !== undefined && page.length < chosen.length;
    const next: Place | undefined = full
      ? { ...place, issuedAt: now(), after: rankOf(last) }
      : toMs < endTime
        ? { query: place.query, issuedAt: now(), fromMs: toMs + 1 }
        : undefined;
    return {
      events: page.map(shown),
      searchedLogStreams: [],
      ...(next && { nextToken: Buffer.from(JSON.stringify(next)).toString('base64url') }),
    };
  }

  return {
    perSecond,
    constraints: {
      logGroupName: LOG_GROUP_NAME,
      logStreamNames: { optional: true, list: true },
      logStreamNamePrefix: { optional: true, minLength: 1, maxLength: 512, pattern: /^[^:*]*$/ },
      startTime: MILLISECONDS,
      endTime: MILLISECONDS,
      filterPattern: { ...FILTER_PATTERN, optional: true },
      limit: { optional: true, range: [1, MOST_EVENTS] },
      nextToken: { optional: true, minLength: 1 },
    },
    run,
  };
}

function checkStreams({ logStreamNames, logStreamNamePrefix, startTime, endTime }: Input): void {
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
    throw invalidParameter('LogStreamNamePrefix and LogStreamNames cannot be specified at the same time.');
  }
  if (startTime !== undefined && endTime !== undefined && startTime > endTime) {
    throw invalidParameter('startTime must be before or equal to endTime');
  }
}

/**
 * Nothing before the first event is looked through: a log group keeps no time that it has no events
 * of.
 */
function beginning(group: LogGroup, input: Input, now: number): Place {
  const first = group.events.reduce((least, { timestamp }) => Math.min(least, timestamp), now);
  return { query: queryOf(input), issuedAt: now, fromMs: input.startTime ?? first };
}

function placeOf(input: Input, now: number): Place {
  const place = parsed(input.nextToken ?? '');
  const good = place !== undefined && place.query === queryOf(input) && place.issuedAt + TOKEN_MS > now;
  if (!good) throw invalidParameter('The specified nextToken is invalid.');
  return place;
}

function parsed(token: string): Place | undefined {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Place;
  } catch {
    return undefined;
  }
}

/** A token goes on with the search it came from. */
function queryOf({ nextToken: _, limit: __, ...query }: Input): string {
  return JSON.stringify(Object.entries(query).sort());
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly after: Rank | undefined;
}

/**
 * "Events with a timestamp before" startTime and "later than" endTime are not returned: both belong
 * to the range.
 */
function wanted(group: LogGroup, input: Input, reading: TermReading, { fromMs, toMs, after }: Stretch) {
  const { logStreamNames, logStreamNamePrefix = '', filterPattern = '' } = input;
  const matches = patternMatcher(filterPattern, reading);
  return group.events
    .filter(({ timestamp }) => timestamp >= fromMs && timestamp <= toMs)
    .filter((event) => after === undefined || compare(rankOf(event), after) > 0)
    .filter(({ logStream }) => logStreamNames?.includes(logStream) ?? logStream.startsWith(logStreamNamePrefix))
    .filter(({ message }) => matches(message))
    .sort((a, b) => compare(rankOf(a), rankOf(b)));
}

function rankOf({ timestamp, ingestionTime, id }: KeptEvent): Rank {
  return [timestamp, ingestionTime, id];
}

function compare(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0);
}

function pageOf(events: readonly KeptEvent[], limit: number): readonly KeptEvent[] {
  let bytes = 0;
  const end = events.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message) + EVENT_BYTES;
    return index === limit || (index > 0 && bytes > MOST_BYTES);
  });
  return end < 0 ? events : events.slice(0, end);
}

function shown({ id, timestamp, ingestionTime, message, logStream }: KeptEvent): object {
  return { logStreamName: logStream, timestamp, message, ingestionTime, eventId: id };
}
