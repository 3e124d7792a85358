import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CompiledJail } from '../core/filter/compiled-jail.ts';
import { METRICS_NAMESPACE } from '../core/names.ts';
import type { CloudjailFunction } from './function.ts';
import { bannersIn, functionsIn, ownMetric } from './own-metrics.ts';
import { type RunbookAlarmProps, runbookAlarm } from './runbook-alarm.ts';

/** Seconds. Bans end within two minutes of their bantime; the third is for a run that was missed. */
const OVERDUE = 180;
/** Milliseconds. A batch the matcher fails on comes again after one minute and after two more, so that much is no sign of a backlog. */
const OLD_BATCH = 300_000;
/** Milliseconds. Whatever the stream has not brought by then, reconciliation should have. */
const OLD_CHANGE = 180_000;
/** Per cent of a target's capacity: time to make room. */
const ALMOST_FULL = 80;

export interface AlarmsProps {
  /** Every function and every dead-letter queue in it is watched. It must be complete by now. */
  readonly of: Construct;
  /** The log groups they read are watched. */
  readonly jails: readonly CompiledJail[];
  /** ARN of an SNS topic in the stack's Region; absent: the alarms are there to be looked at. */
  readonly topicArn?: string | undefined;
}

/** What an operator should know without looking: an alarm for each way in which bans may not be made, enforced or lifted. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];
  readonly #topicArn: string | undefined;

  constructor(scope: Construct, id: string, { of, jails, topicArn }: AlarmsProps) {
    super(scope, id);
    this.#topicArn = topicArn;
    const logGroups = [...new Set(jails.flatMap(({ loggroups }) => loggroups))].sort();
    this.all = [
      ...queuesIn(of).map((queue) => this.deadLetters(queue)),
      ...functionsIn(of).map((one) => this.functionErrors(one)),
      ...functionsIn(of).flatMap((one) => this.ofFunction(one)),
      ...bannersIn(of).flatMap((banner) => this.ofBanner(banner)),
      ...logGroups.flatMap((name) => this.ofLogGroup(name)),
    ];
  }

  private deadLetters(queue: Queue): Alarm {
    return this.alarm({
      article: 'dead-letters',
      which: queue.node.path.split('/').slice(-2).join('-'),
      severity: 'high',
      says: 'A function gave up what it was handed; it lies in a dead-letter queue for 14 days.',
      metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      ...{ bad: 1, periods: 1 },
    });
  }

  private functionErrors(one: CloudjailFunction): Alarm {
    return this.alarm({
      article: 'function-errors',
      which: one.service,
      severity: 'high',
      says: `The ${one.service} keeps failing.`,
      metric: one.metricErrors({ statistic: Stats.SUM, period: Duration.minutes(1) }),
      ...{ bad: 3, periods: 5 },
    });
  }

  private ofFunction(one: CloudjailFunction): readonly Alarm[] {
    if (one.service === 'matcher') return this.ofMatcher(one);
    if (one.service === 'expirer') return this.ofExpirer();
    return one.service === 'lookout' ? this.ofLookout() : [];
  }

  private ofMatcher(matcher: CloudjailFunction): readonly Alarm[] {
    return [
      this.alarm({
        article: 'matcher-behind',
        severity: 'high',
        says: 'Log events wait for the matcher for more than five minutes.',
        metric: matcher.metric('AsyncEventAge', { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
        ...{ above: OLD_BATCH, bad: 3, periods: 5 },
      }),
      this.alarm({
        article: 'attempts-while-banned',
        severity: 'critical',
        says: 'A firewall that holds a ban lets the banned address in.',
        metric: ownMetric('AttemptsWhileBanned', 'matcher'),
        ...{ bad: 1, periods: 5 },
      }),
      this.alarm({
        article: 'breaker-tripped',
        severity: 'critical',
        says: 'A jail made more bans in a minute than its maxbans and has stopped banning.',
        metric: ownMetric('BreakersTripped', 'matcher'),
        ...{ bad: 1, periods: 5 },
      }),
      this.alarm({
        article: 'bans-held-back',
        severity: 'critical',
        says: 'Addresses that ought to be banned are not.',
        metric: ownMetric('BansHeldBack', 'matcher'),
        ...{ bad: 1, periods: 5 },
      }),
      this.alarm({
        article: 'lines-given-up',
        severity: 'warning',
        says: 'Lines took a regex too long and were given up: who attacks in them is not counted.',
        metric: ownMetric('LinesGivenUp', 'matcher'),
        ...{ bad: 1, periods: 5 },
      }),
    ];
  }

  private ofExpirer(): readonly Alarm[] {
    return [
      this.alarm({
        article: 'expirer-silent',
        severity: 'critical',
        says: 'The expirer has not finished a run for five minutes: no ban ends.',
        metric: ownMetric('OverdueBansLeft', 'expirer', Stats.SAMPLE_COUNT),
        ...{ silence: true, bad: 5, periods: 5 },
      }),
      this.alarm({
        article: 'bans-overdue',
        severity: 'high',
        says: 'A ban was lifted more than three minutes after its end.',
        metric: ownMetric('OldestOverdueBan', 'expirer', Stats.MAXIMUM),
        ...{ above: OVERDUE, bad: 1, periods: 1 },
      }),
      this.alarm({
        article: 'bans-overdue',
        which: 'left',
        severity: 'critical',
        says: 'A ban is in force more than three minutes after its end, and the expirer did not get to it.',
        metric: ownMetric('OldestOverdueBanLeft', 'expirer', Stats.MAXIMUM),
        ...{ above: OVERDUE, bad: 1, periods: 1 },
      }),
    ];
  }

  private ofLookout(): readonly Alarm[] {
    return [
      this.alarm({
        article: 'ignore-names-unresolved',
        severity: 'high',
        says: 'A name in ignoreip has had no address for minutes.',
        // A name that is answered without addresses is asked for every five minutes only.
        metric: ownMetric('IgnoreNamesUnresolved', 'lookout').with({ period: Duration.minutes(5) }),
        ...{ bad: 2, periods: 2 },
      }),
      this.alarm({
        article: 'own-addresses-unread',
        severity: 'high',
        says: "The account's own addresses can't be read; new ones may be banned.",
        metric: ownMetric('OwnAddressesUnread', 'lookout'),
        ...{ bad: 3, periods: 5 },
      }),
    ];
  }

  private ofBanner(banner: CloudjailFunction): readonly Alarm[] {
    const { service } = banner;
    const which = service;
    return [
      this.alarm({
        ...{ article: 'banner-silent', which, severity: 'critical' },
        says: `The ${service} has brought no target up to date for five minutes: no ban comes into force there, and none ends.`,
        metric: ownMetric('TargetOverflow', service, Stats.SAMPLE_COUNT),
        ...{ silence: true, bad: 5, periods: 5 },
      }),
      this.alarm({
        ...{ article: 'banner-behind', which, severity: 'high' },
        says: `Changes of the bans table wait for the ${service} for more than three minutes.`,
        metric: banner.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
        ...{ above: OLD_CHANGE, bad: 3, periods: 5 },
      }),
      this.alarm({
        ...{ article: 'target-failing', which, severity: 'critical' },
        says: `A target of the ${service} refuses changes.`,
        metric: ownMetric('TargetFailures', service),
        ...{ bad: 3, periods: 5 },
      }),
      this.alarm({
        ...{ article: 'target-full', which, severity: 'critical' },
        says: `A target of the ${service} is full: bans of lower priority are not in force there.`,
        metric: ownMetric('TargetOverflow', service, Stats.MAXIMUM),
        ...{ bad: 3, periods: 5 },
      }),
      this.alarm({
        ...{ article: 'target-filling', which, severity: 'warning' },
        says: `A target of the ${service} is more than ${ALMOST_FULL} per cent full.`,
        metric: fullest(service),
        ...{ above: ALMOST_FULL, bad: 3, periods: 5 },
      }),
      this.alarm({
        ...{ article: 'target-warnings', which, severity: 'high' },
        says: `A target of the ${service} is set up so that some bans have no effect there.`,
        metric: ownMetric('TargetWarnings', service, Stats.MAXIMUM),
        ...{ bad: 3, periods: 5 },
      }),
      this.alarm({
        ...{ article: 'confirmation-failing', which, severity: 'warning' },
        says: `What targets of the ${service} hold can't be recorded.`,
        metric: ownMetric('ConfirmationFailures', service),
        ...{ bad: 3, periods: 5 },
      }),
    ];
  }

  private ofLogGroup(name: string): readonly Alarm[] {
    return [
      this.alarm({
        ...{ article: 'delivery-errors', which: name, severity: 'critical' },
        says: `CloudWatch Logs can't hand events of ${name} to the matcher.`,
        metric: delivery('DeliveryErrors', name),
        ...{ bad: 1, periods: 5 },
      }),
      this.alarm({
        ...{ article: 'delivery-throttled', which: name, severity: 'warning' },
        says: `Events of ${name} come late to the matcher, or not at all: Lambda takes no more at a time.`,
        metric: delivery('DeliveryThrottling', name),
        ...{ bad: 3, periods: 5 },
      }),
    ];
  }

  private alarm(props: Omit<RunbookAlarmProps, 'topicArn'>): Alarm {
    return runbookAlarm(this, { ...props, topicArn: this.#topicArn });
  }
}

/**
 * What the subscriptions of a log group met with, the matcher's and, where somebody added one, another
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html). By a query, since their dimensions
 * have the type of the destination among them, for which that page has no values.
 */
function delivery(metric: 'DeliveryErrors' | 'DeliveryThrottling', logGroup: string): MathExpression {
  return new MathExpression({
    expression: `SELECT SUM(${metric}) FROM "AWS/Logs" WHERE LogGroupName = '${logGroup}'`,
    period: Duration.minutes(1),
    label: metric,
  });
}

/** Per cent, of the fullest target. By a query, since each target has its own metric. */
function fullest(service: CloudjailFunction['service']): MathExpression {
  return new MathExpression({
    expression: `SELECT MAX(TargetUtilization) FROM "${METRICS_NAMESPACE}" WHERE service = '${service}'`,
    period: Duration.minutes(1),
    label: 'TargetUtilization',
  });
}

function queuesIn(scope: Construct): readonly Queue[] {
  return scope.node.findAll().filter((one) => one instanceof Queue);
}
