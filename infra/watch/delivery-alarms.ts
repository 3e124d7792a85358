import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { prefixSubscriptionName, subscriptionName } from '../intake/subscription-name.ts';
import { functionsIn } from './own-metrics.ts';
import type { RunbookAlarmProps } from './runbook-alarm.ts';

/**
 * Alarms of all subscriptions of the stack together, those that are made later included: one a log
 * group would be two resources of at most 500 in a stack
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html) and
 * two of at most 200 alarms of this kind in a Region
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-limits.html),
 * and cost no less.
 */
export function deliveryAlarms(of: Construct): readonly RunbookAlarmProps[] {
  const { stackName } = Stack.of(of);
  const byPrefix = functionsIn(of).some(({ service }) => service === 'subscriber');
  return [
    ...alarmsOf(subscriptionName(stackName)),
    // A query can't ask for one name or another.
    ...(byPrefix ? alarmsOf(prefixSubscriptionName(stackName), 'by-prefix') : []),
  ];
}

function alarmsOf(filterName: string, which?: string): readonly RunbookAlarmProps[] {
  const named = which === undefined ? {} : { which };
  return [
    {
      article: 'delivery-errors',
      ...named,
      severity: 'critical',
      says: "CloudWatch Logs can't hand events of a log group to the matcher.",
      metric: delivery('DeliveryErrors', filterName),
      bad: 1,
      periods: 5,
    },
    {
      article: 'delivery-throttled',
      ...named,
      severity: 'warning',
      says: 'Events come late to the matcher, or not at all: Lambda takes no more at a time.',
      metric: delivery('DeliveryThrottling', filterName),
      bad: 3,
      periods: 5,
    },
  ];
}

/**
 * A line a log group, of which the alarm names those that are bad. By a query, since the metrics'
 * dimensions have the type of the destination among them, for which the page of the metrics has no
 * values
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html).
 * A query for several lines needs GROUP BY and ORDER BY
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html).
 */
function delivery(metric: 'DeliveryErrors' | 'DeliveryThrottling', filterName: string): MathExpression {
  return new MathExpression({
    expression:
      `SELECT SUM(${metric}) FROM SCHEMA("AWS/Logs", DestinationType, FilterName, LogGroupName) ` +
      `WHERE FilterName = '${filterName}' GROUP BY LogGroupName ORDER BY SUM() DESC`,
    period: Duration.minutes(1),
    label: metric,
  });
}
