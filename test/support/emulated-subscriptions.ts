import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { cloudWatchLogsSubscriptions } from '../../aws/logs/cloudwatch-logs-subscriptions.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LogSubscriptions } from '../../core/ports/log-subscriptions.ts';
import { type CloudWatchLogs, startCloudWatchLogs } from '../emulators/cloudwatch-logs.ts';

export interface EmulatedSubscriptions {
  readonly logs: CloudWatchLogs;
  readonly client: CloudWatchLogsClient;
  /** Goes on only while someone sleeps by it; quotas are judged on it. */
  readonly clock: Clock;
  readonly subscriptions: LogSubscriptions;
  /** How often a call was throttled. */
  throttled(): number;
  close(): Promise<void>;
}

/** An emulated CloudWatch Logs, and the adapter's view of it by the real SDK. */
export async function startEmulatedSubscriptions(): Promise<EmulatedSubscriptions> {
  let seconds = 1_700_000_000;
  const clock: Clock = {
    now: () => seconds,
    async sleep(ms) {
      seconds += ms / 1000;
    },
  };
  const logs = await startCloudWatchLogs({ now: () => seconds * 1000 });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new CloudWatchLogsClient({
    endpoint: logs.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  return {
    logs,
    client,
    clock,
    subscriptions: cloudWatchLogsSubscriptions(client, clock),
    throttled: () =>
      [...logs.calls.counts().values()].reduce((sum, { failed }) => sum + (failed['ThrottlingException'] ?? 0), 0),
    async close() {
      client.destroy();
      await logs.close();
    },
  };
}
