import { afterAll, beforeAll, vi } from 'vitest';
import {
  type CloudWatchLogs,
  type CloudWatchLogsOptions,
  startCloudWatchLogs,
} from '../../emulators/cloudwatch-logs.ts';

/** CloudWatch Logs for the commands of a test file: signed in, in us-east-1. */
export function emulatedLogs(options: CloudWatchLogsOptions = {}): () => CloudWatchLogs {
  let logs: CloudWatchLogs | undefined;
  beforeAll(async () => {
    logs = await startCloudWatchLogs(options);
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', logs.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await logs?.close();
  });
  return () => {
    if (logs === undefined) throw new Error('the emulator has not been started yet');
    return logs;
  };
}
