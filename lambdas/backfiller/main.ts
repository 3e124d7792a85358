import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LOGS_PATIENCE_MS, withAnswerLimits } from '../../aws/answer-limits.ts';
import { cloudWatchLogReader } from '../../aws/logs/cloudwatch-log-reader.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { emfTelemetry } from '../shared/emf-telemetry.ts';
import { wireBackfiller } from './wire.ts';

const logs = new CloudWatchLogsClient(withAnswerLimits({}, LOGS_PATIENCE_MS));

export const handler = wireBackfiller(process.env, systemClock, emfTelemetry(), (ms) =>
  cloudWatchLogReader(logs, { signal: AbortSignal.timeout(Math.max(0, ms)) }),
);
