import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../core/events/metrics.ts';
import type { CloudjailFunction } from '../functions/function.ts';
import { backfillerAlarms, loopAlarm, subscriberAlarms } from './intake-alarms.ts';
import { ownMetric } from './own-metrics.ts';
import type { RunbookAlarmProps } from './runbook-alarm.ts';

/**
 * Seconds. Bans end within two minutes of their bantime; the third is for a run that was missed.
 */
const OVERDUE = 180;
/**
 * Milliseconds. A batch the matcher fails on comes again after one minute and after two more, so
 * that much is no sign of a backlog.
 */
const OLD_BATCH = 300_000;
/**
 * Seconds from an event until its attempts are counted; agents send every five, and batches wait
 * for one.
 */
const SLOW_MATCH = 120;

/** What can go wrong in one function and in no other. */
export function functionAlarms(one: CloudjailFunction): readonly RunbookAlarmProps[] {
  switch (one.service) {
    case 'matcher':
      return [...latenessOf(one), lossOf(one), ...trouble(), loopAlarm()];
    case 'expirer':
      return ofExpirer();
    case 'lookout':
      return ofLookout();
    case 'subscriber':
      return subscriberAlarms();
    case 'backfiller':
      return backfillerAlarms();
    // What can go wrong with banners is the same for both.
    case 'banner':
    case 'ec2-banner':
      return [];
  }
}

function latenessOf(matcher: CloudjailFunction): readonly RunbookAlarmProps[] {
  return [
    {
      article: 'matcher-behind',
      severity: 'high',
      says: 'Log events wait for the matcher for more than five minutes.',
      metric: matcher.metric('AsyncEventAge', { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      above: OLD_BATCH,
      bad: 3,
      periods: 5,
    },
    {
      article: 'matching-late',
      severity: 'high',
      says: 'One log event in ten is counted more than two minutes after it happened.',
      metric: ownMetric(METRICS.MatchLatency, 'matcher'),
      above: SLOW_MATCH,
      bad: 3,
      periods: 5,
    },
    {
      article: 'events-late',
      severity: 'warning',
      says: 'Log events come more than a quarter of an hour after they happened, by their own time.',
      metric: ownMetric(METRICS.EventsLate, 'matcher'),
      bad: 3,
      periods: 5,
    },
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
function lossOf(matcher: CloudjailFunction): RunbookAlarmProps {
  return {
    article: 'dead-letters-lost',
    severity: 'high',
    says: 'A batch that the matcher failed on could not be kept in its dead-letter queue either.',
    metric: matcher.metric('DestinationDeliveryFailures', { statistic: Stats.SUM, period: Duration.minutes(1) }),
    bad: 1,
    periods: 5,
  };
}

function trouble(): readonly RunbookAlarmProps[] {
  return [
    {
      article: 'attempts-while-banned',
      severity: 'critical',
      says: 'A firewall that holds a ban lets the banned address in.',
      metric: ownMetric(METRICS.AttemptsWhileBanned, 'matcher'),
      bad: 1,
      periods: 5,
    },
    {
      article: 'breaker-tripped',
      severity: 'critical',
      says: 'A jail made more bans in a minute than its maxbans and has stopped banning.',
      metric: ownMetric(METRICS.BreakersTripped, 'matcher'),
      bad: 1,
      periods: 5,
    },
    {
      article: 'bans-held-back',
      severity: 'critical',
      says: 'Addresses that ought to be banned are not.',
      metric: ownMetric(METRICS.BansHeldBack, 'matcher'),
      bad: 1,
      periods: 5,
    },
    {
      article: 'lines-given-up',
      severity: 'warning',
      says: 'Lines took a regex too long and were given up: attacks in them are not counted.',
      metric: ownMetric(METRICS.LinesGivenUp, 'matcher'),
      bad: 1,
      periods: 5,
    },
  ];
}

function ofExpirer(): readonly RunbookAlarmProps[] {
  return [
    {
      article: 'expirer-silent',
      severity: 'critical',
      says: 'The expirer has not finished a run for five minutes: no ban ends.',
      metric: ownMetric(METRICS.OverdueBansLeft, 'expirer', Stats.SAMPLE_COUNT),
      silence: true,
      bad: 5,
      periods: 5,
    },
    {
      article: 'bans-overdue',
      severity: 'high',
      says: 'A ban was lifted more than three minutes after its end.',
      metric: ownMetric(METRICS.OldestOverdueBan, 'expirer'),
      above: OVERDUE,
      bad: 1,
      periods: 1,
    },
    {
      article: 'bans-overdue',
      which: 'left',
      severity: 'critical',
      says: 'A ban is in force more than three minutes after its end, and the expirer did not get to it.',
      metric: ownMetric(METRICS.OldestOverdueBanLeft, 'expirer'),
      above: OVERDUE,
      bad: 1,
      periods: 1,
    },
  ];
}

function ofLookout(): readonly RunbookAlarmProps[] {
  return [
    {
      article: 'ignore-names-unresolved',
      severity: 'high',
      says: 'A name in ignoreip has had no address for minutes.',
      // A name that is answered without addresses is asked for every five minutes only.
      metric: ownMetric(METRICS.IgnoreNamesUnresolved, 'lookout').with({ period: Duration.minutes(5) }),
      bad: 2,
      periods: 2,
    },
    {
      article: 'own-addresses-unread',
      severity: 'high',
      says: "The account's own addresses can't be read; new ones may be banned.",
      metric: ownMetric(METRICS.OwnAddressesUnread, 'lookout'),
      bad: 3,
      periods: 5,
    },
  ];
}
