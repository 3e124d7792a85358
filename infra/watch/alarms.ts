import { Duration } from 'aws-cdk-lib';
import { type Alarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CloudjailFunction } from '../functions/function.ts';
import { bannerAlarms } from './banner-alarms.ts';
import { deliveryAlarms } from './delivery-alarms.ts';
import { functionAlarms } from './function-alarms.ts';
import { bannersIn, functionsIn } from './own-metrics.ts';
import { type AlarmReceivers, type RunbookAlarmProps, runbookAlarm } from './runbook-alarm.ts';

export interface AlarmsProps {
  /**
   * Every function, every dead-letter queue and every subscription in it is watched. It must be
   * complete by now.
   */
  readonly of: Construct;
  /** No topic: the alarms only show in the console. */
  readonly receivers: AlarmReceivers;
}

/**
 * What an operator should know without looking: an alarm for each way in which bans may not be
 * made, enforced or lifted.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { of, receivers }: AlarmsProps) {
    super(scope, id);
    const alarms: readonly RunbookAlarmProps[] = [
      ...queuesIn(of).map(deadLetters),
      ...functionsIn(of).map(functionErrors),
      ...functionsIn(of).flatMap(functionAlarms),
      ...bannersIn(of).flatMap(bannerAlarms),
      ...deliveryAlarms(of),
    ];
    this.all = alarms.map((alarm) => runbookAlarm(this, alarm, receivers));
  }
}

function deadLetters(queue: Queue): RunbookAlarmProps {
  return {
    article: 'dead-letters',
    which: queue.node.path.split('/').slice(-2).join('-'),
    severity: 'high',
    says: 'A function gave up what it was handed; it lies in a dead-letter queue for 14 days.',
    metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
    bad: 1,
    periods: 1,
  };
}

function functionErrors(one: CloudjailFunction): RunbookAlarmProps {
  return {
    article: 'function-errors',
    which: one.service,
    severity: 'high',
    says: `The ${one.service} keeps failing.`,
    metric: one.metricErrors({ statistic: Stats.SUM, period: Duration.minutes(1) }),
    bad: 3,
    periods: 5,
  };
}

function queuesIn(scope: Construct): readonly Queue[] {
  return scope.node.findAll().filter((one) => one instanceof Queue);
}
