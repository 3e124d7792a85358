import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../core/events/metrics.ts';
import { ownMetric } from './own-metrics.ts';
import type { RunbookAlarmProps } from './runbook-alarm.ts';

/** Seconds. A backfill that waits for its turn, or for CloudWatch Logs, goes on within minutes. */
const STUCK = 3600;

/** What keeps events from the matcher that jails name by the prefix of their log groups. */
export function subscriberAlarms(): readonly RunbookAlarmProps[] {
  return [
    {
      article: 'subscriber-silent',
      severity: 'high',
      says: 'The subscriber has not finished a run for ten minutes: new log groups are not read.',
      metric: ownMetric(METRICS.LogGroupsSubscribed, 'subscriber', Stats.SAMPLE_COUNT),
      silence: true,
      bad: 10,
      periods: 10,
    },
    {
      article: 'log-groups-unread',
      severity: 'critical',
      says: 'A log group that a jail names by its prefix is not read.',
      metric: ownMetric(METRICS.LogGroupsUnread, 'subscriber'),
      bad: 3,
      periods: 5,
    },
    {
      article: 'log-groups-left',
      severity: 'warning',
      says: 'The subscriber does not get through with the log groups: new ones are read late.',
      metric: ownMetric(METRICS.LogGroupsLeft, 'subscriber'),
      bad: 15,
      periods: 15,
    },
  ];
}

/** What keeps events from being counted that log groups have already. */
export function backfillerAlarms(): readonly RunbookAlarmProps[] {
  return [
    {
      article: 'backfill-given-up',
      severity: 'high',
      says: 'Events of a log group could not be read back for a day: attacks in them are not counted.',
      metric: ownMetric(METRICS.BackfillsGivenUp, 'backfiller'),
      bad: 1,
      periods: 5,
    },
    {
      article: 'backfill-stuck',
      severity: 'warning',
      says: 'Reading back a log group has not come any further for an hour.',
      metric: ownMetric(METRICS.BackfillLag, 'backfiller'),
      above: STUCK,
      bad: 3,
      periods: 5,
    },
  ];
}

/** Logs of the functions that reach the matcher make it log, and that makes more of them. */
export function loopAlarm(): RunbookAlarmProps {
  return {
    article: 'own-logs-delivered',
    severity: 'high',
    says: "cloudjail's own logs are handed to the matcher, which makes more of them: each run is paid for.",
    metric: ownMetric(METRICS.OwnLogsDelivered, 'matcher'),
    bad: 1,
    periods: 5,
  };
}
