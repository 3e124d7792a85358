import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { cloudWatchLogReader } from '../../aws/cloudwatch-log-reader.ts';
import { emfTelemetry } from '../../aws/emf-telemetry.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { wireBackfiller } from './wire.ts';

const logs = new CloudWatchLogsClient({});

export const handler = wireBackfiller(process.env, systemClock, emfTelemetry(), (ms) =>
  cloudWatchLogReader(logs, { signal: AbortSignal.timeout(Math.max(0, ms)) }),
);
