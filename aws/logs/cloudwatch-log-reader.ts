import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogPage, LogReader, StoredEvent } from '../../core/ports/log-reader.ts';
import { type PatienceOptions, patientCalls } from '../firewalls/patient-calls.ts';

/**
 * Reads log groups with FilterLogEvents. Calls are spaced so that half of the account's quota is
 * left to others, such as searches in the console.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html:
 * events are sorted by timestamp over all streams; pages may be empty; events before startTime and
 * after endTime are left out, so both ends belong to the span; a token expires after 24 hours.
 */
export function cloudWatchLogReader(client: CloudWatchLogsClient, options: PatienceOptions = {}): LogReader {
  const call = patientCalls(async () => quotaIn(await client.config.region()) / 2, options);
  return {
    async page(logGroupName, { fromMs, toMs }, nextToken) {
      const input = { logGroupName, startTime: fromMs, endTime: toMs, ...(nextToken !== undefined && { nextToken }) };
      try {
        const command = new FilterLogEventsCommand(input);
        return asPage(await call((abortSignal) => client.send(command, { abortSignal })));
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return 'no-such-group';
        throw error;
      }
    },
  };
}

/**
 * "FilterLogEvents throttle limit in transactions per second"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html); it can't
 * be raised.
 */
function quotaIn(region: string): number {
  if (region === 'us-east-1') return 25;
  return SLOW_REGIONS.includes(region) ? 5 : 10;
}

const SLOW_REGIONS = ['ap-northeast-3', 'ap-southeast-3', 'ca-west-1', 'eu-central-1', 'il-central-1'];

function asPage({ events = [], nextToken }: FilterLogEventsCommandOutput): LogPage {
  return { events: events.flatMap(asEvent), next: nextToken };
}

/**
 * AWS's types make every member optional. FilterLogEvents always sends these: without them an event
 * could be neither identified nor dated.
 */
function asEvent({ eventId, timestamp, message, logStreamName }: FilteredLogEvent): readonly StoredEvent[] {
  const isWhole = eventId !== undefined && timestamp !== undefined && logStreamName !== undefined;
  return isWhole ? [{ id: eventId, timestamp, message: message ?? '', logStream: logStreamName }] : [];
}
