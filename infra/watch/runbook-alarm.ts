import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { alarmDescription, runbookArticle } from './runbook.ts';

/** CloudWatch's limit (PutMetricAlarm). */
const LONGEST_NAME = 255;

/** The condition of an alarm, and its description. */
export interface RunbookAlarmProps {
  /** The article of the runbook, which is also what the alarm is called. */
  readonly article: string;
  /** The one of several alarms of the same article. */
  readonly which?: string;
  /**
   * `critical`: addresses are let in that should not be, or kept out that should not be, and it
   * should wake someone. `high`: it will come to that, or has for some of them. `warning`: look at
   * it in working hours.
   */
  readonly severity: 'critical' | 'high' | 'warning';
  /** What has happened when it goes off, in a sentence. */
  readonly says: string;
  readonly metric: IMetric;
  /** Goes off above it; where `silence` is set, when there is nothing at all. */
  readonly above?: number;
  /** Of so many periods in a row, this many must be bad. */
  readonly bad: number;
  readonly periods: number;
  /**
   * Goes off when the metric is missing. A function that is stopped counts nothing, and least of
   * all its own errors.
   */
  readonly silence?: boolean;
}

/** The topics that alarms notify, and the URL of the runbook. */
export interface AlarmReceivers {
  /** ARN of the SNS topic that is notified when an alarm starts and ends. */
  readonly topicArn?: string | undefined;
  /** ARN of the SNS topic that is notified of critical alarms too. */
  readonly criticalTopicArn?: string | undefined;
  /**
   * Address of the page that docs/runbook.md is published as; absent: its path in the repository.
   */
  readonly runbookUrl?: string | undefined;
}

/**
 * An alarm whose description has its severity, the event, and the runbook's steps to look and to
 * act.
 */
export function runbookAlarm(scope: Construct, props: RunbookAlarmProps, receivers: AlarmReceivers): Alarm {
  const { article, which, severity, silence = false } = props;
  const name = [Stack.of(scope).stackName, article, which].filter((part) => part !== undefined).join('-');
  const happened = `[${severity}] ${props.says}`;
  const alarm = new Alarm(scope, which === undefined ? article : `${article}-${which}`, {
    // Without a name CloudFormation makes one up.
    ...(name.length <= LONGEST_NAME ? { alarmName: name } : {}),
    alarmDescription: alarmDescription(article, happened, runbookArticle(article), receivers.runbookUrl),
    metric: props.metric,
    threshold: silence ? 1 : (props.above ?? 0),
    comparisonOperator: silence ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
    datapointsToAlarm: props.bad,
    evaluationPeriods: props.periods,
    treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  for (const alarmActionArn of topicsOf(severity, receivers)) {
    // CDK's SnsAction would do the same, and load the constructs of every service an alarm can act
    // on.
    const action = { bind: () => ({ alarmActionArn }) };
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
  return alarm;
}

function topicsOf(
  severity: RunbookAlarmProps['severity'],
  { topicArn, criticalTopicArn }: AlarmReceivers,
): ReadonlySet<string> {
  const topics = [topicArn, severity === 'critical' ? criticalTopicArn : undefined];
  return new Set(topics.filter((arn) => arn !== undefined));
}
