import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Row,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../core/names.ts';
import { bannersIn, functionsIn, ownMetric } from './own-metrics.ts';

const MINUTE = Duration.minutes(1);
/** A dashboard is 24 columns wide. */
const WIDTH = 24;

export interface DashboardProps {
  /** Every function and every dead-letter queue in it is shown. It must be complete by now. */
  readonly of: Construct;
  readonly alarms: readonly Alarm[];
}

/** A page for the question whether all is well, in three rows: what it is doing now, whether it keeps up, whether a target is full. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { of, alarms }: DashboardProps) {
    super(scope, id);
    const stack = Stack.of(this);
    new CloudWatchDashboard(this, 'Dashboard', {
      // An account's dashboards share one space of names over all Regions.
      dashboardName: `${stack.stackName}-${stack.region}`,
      defaultInterval: Duration.hours(3),
      widgets: [
        [heading('What is it doing now?')],
        [row(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 6, height: 6 }), ...doing(of))],
        [heading('Is it keeping up?')],
        [row(...keepingUp(of))],
        [heading('Is any target full, or failing?')],
        [row(...targets(of))],
      ],
    });
  }
}

function doing(of: Construct): readonly IWidget[] {
  const matcher = (name: string) => ownMetric(name, 'matcher');
  const lifting = ['matcher', 'expirer', ...bannersIn(of).map(({ service }) => service)] as const;
  return [
    graph('Lines and failures', ['Lines', 'Failures', 'Attempts', 'AttemptsIgnored', 'AttemptsLate'].map(matcher)),
    graph('Bans and unbans', [
      ...['Bans', 'BansProlonged', 'BansMissed'].map(matcher),
      ...lifting.map((service) => ownMetric('Unbans', service)),
    ]),
    graph('Should be none', [
      ...['AttemptsWhileBanned', 'BreakersTripped', 'BansHeldBack', 'LinesGivenUp', 'LinesCut'].map(matcher),
      ownMetric('OwnAddressesUnread', 'lookout'),
      ownMetric('IgnoreNamesUnresolved', 'lookout'),
    ]),
  ];
}

function keepingUp(of: Construct): readonly IWidget[] {
  const functions = functionsIn(of);
  const matcher = functions.filter(({ service }) => service === 'matcher');
  const latest = { statistic: Stats.MAXIMUM, period: MINUTE };
  const waiting = [
    ...matcher.map((one) => one.metric('AsyncEventAge', { ...latest, label: 'matcher' })),
    ...bannersIn(of).map((one) => one.metric('IteratorAge', { ...latest, label: one.service })),
  ];
  const queues = of.node.findAll().filter((one) => one instanceof Queue);
  return [
    graph('Waiting for a function (ms)', waiting),
    graph(
      'Duration (ms)',
      functions.map((one) => one.metricDuration({ ...latest, label: one.service })),
    ),
    graph('Bans past their end (s)', [
      ownMetric('OldestOverdueBan', 'expirer', Stats.MAXIMUM),
      ownMetric('OldestOverdueBanLeft', 'expirer', Stats.MAXIMUM),
    ]),
    graph('Errors, throttles, dead letters', [
      ...functions.map((one) => one.metricErrors({ period: MINUTE, label: `${one.service} errors` })),
      ...functions.map((one) => one.metricThrottles({ period: MINUTE, label: `${one.service} throttles` })),
      ...queues.map((one) => one.metricApproximateNumberOfMessagesVisible({ ...latest, label: one.node.id })),
    ]),
  ];
}

function targets(of: Construct): readonly IWidget[] {
  const each = (name: string, statistic?: string) =>
    bannersIn(of).map(({ service }) => ownMetric(name, service, statistic));
  return [
    graph('How full each target is (%)', [utilization()]),
    graph('Bans without room', each('TargetOverflow', Stats.MAXIMUM)),
    graph('Failures and warnings of targets', [
      ...each('TargetFailures'),
      ...each('ConfirmationFailures'),
      ...each('TargetWarnings', Stats.MAXIMUM),
    ]),
    graph('Changed by hand', [...each('EntriesPutBack'), ...each('UnbansInTargets')]),
  ];
}

/** A line for each target, whatever there are. */
function utilization(): IMetric {
  return new MathExpression({
    expression: `SEARCH('{${METRICS_NAMESPACE},service,target} MetricName="TargetUtilization"', 'Maximum', 60)`,
    label: '',
    period: MINUTE,
  });
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: WIDTH / 4, height: 6, leftYAxis: { min: 0 } });
}

function heading(text: string): TextWidget {
  return new TextWidget({ markdown: `## ${text}`, width: WIDTH, height: 1 });
}

function row(...widgets: readonly IWidget[]): Row {
  return new Row(...widgets);
}
