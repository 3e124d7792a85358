import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../core/events/metrics.ts';
import { METRICS_NAMESPACE } from '../../core/names.ts';
import { type bannersIn, ownMetric } from './own-metrics.ts';
import type { RunbookAlarmProps } from './runbook-alarm.ts';

type Banner = ReturnType<typeof bannersIn>[number];

/** Milliseconds. Whatever the stream has not brought by then, reconciliation should have. */
const OLD_CHANGE = 180_000;
/**
 * Seconds. A ban is to be in force, and out of force again, within two minutes; the third is for a
 * run that was missed.
 */
const LATE = 180;
/** Per cent of a target's capacity: time to make room. */
const ALMOST_FULL = 80;

/** What can go wrong between the bans table and the firewalls of one banner. */
export function bannerAlarms(banner: Banner): readonly RunbookAlarmProps[] {
  const { service } = banner;
  return [...latenessOf(banner), ...troubleWithTargets(service)];
}

function latenessOf(banner: Banner): readonly RunbookAlarmProps[] {
  const { service } = banner;
  const which = service;
  return [
    {
      article: 'banner-silent',
      which,
      severity: 'critical',
      says:
        `The ${service} has brought no target up to date for five minutes: no ban comes into force there, ` +
        'and none ends.',
      metric: ownMetric(METRICS.TargetOverflow, service, Stats.SAMPLE_COUNT),
      silence: true,
      bad: 5,
      periods: 5,
    },
    {
      article: 'banner-behind',
      which,
      severity: 'high',
      says: `Changes of the bans table wait for the ${service} for more than three minutes.`,
      metric: banner.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      above: OLD_CHANGE,
      bad: 3,
      periods: 5,
    },
    {
      article: 'enforcement-late',
      which,
      severity: 'high',
      says: `Bans came into force in a target of the ${service} more than three minutes after they were made.`,
      metric: ownMetric(METRICS.EnforcementLatency, service),
      // A target that is new, or has got room, is given all its bans at once: one bad minute is no
      // sign of anything.
      above: LATE,
      bad: 2,
      periods: 15,
    },
    {
      article: 'unban-late',
      which,
      severity: 'high',
      says: `A target of the ${service} held a ban for more than three minutes after its end.`,
      metric: ownMetric(METRICS.UnbanLatency, service),
      above: LATE,
      bad: 1,
      periods: 1,
    },
  ];
}

function troubleWithTargets(service: Banner['service']): readonly RunbookAlarmProps[] {
  const which = service;
  return [
    {
      article: 'target-failing',
      which,
      severity: 'critical',
      says: `A target of the ${service} refuses changes.`,
      metric: ownMetric(METRICS.TargetFailures, service),
      bad: 3,
      periods: 5,
    },
    {
      article: 'target-full',
      which,
      severity: 'critical',
      says: `A target of the ${service} is full: bans of lower priority are not in force there.`,
      metric: ownMetric(METRICS.TargetOverflow, service),
      bad: 3,
      periods: 5,
    },
    {
      article: 'target-filling',
      which,
      severity: 'warning',
      says: `A target of the ${service} is more than ${ALMOST_FULL} per cent full.`,
      metric: fullest(service),
      above: ALMOST_FULL,
      bad: 3,
      periods: 5,
    },
    {
      article: 'target-warnings',
      which,
      severity: 'high',
      says: `A target of the ${service} is set up so that some bans have no effect there.`,
      metric: ownMetric(METRICS.TargetWarnings, service),
      bad: 3,
      periods: 5,
    },
    {
      article: 'confirmation-failing',
      which,
      severity: 'warning',
      says: `What targets of the ${service} hold can't be recorded.`,
      metric: ownMetric(METRICS.ConfirmationFailures, service),
      bad: 3,
      periods: 5,
    },
  ];
}

/** Per cent, of the fullest target. By a query, since each target has its own metric. */
function fullest(service: Banner['service']): MathExpression {
  return new MathExpression({
    expression:
      `SELECT MAX(${METRICS.TargetUtilization.name}) FROM "${METRICS_NAMESPACE}" WHERE service = ` + `'${service}'`,
    period: Duration.minutes(1),
    label: METRICS.TargetUtilization.name,
  });
}
