import { Duration } from 'aws-cdk-lib';
import {
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../core/names.ts';
import type { CloudjailFunction } from '../functions/function.ts';
import { bannersIn, functionsIn, ownMetric } from './own-metrics.ts';

const MINUTE = Duration.minutes(1);
const LATEST = { statistic: Stats.MAXIMUM, period: MINUTE };
/** The widgets of a row stand four to a row. */
const SIZE = { width: 6, height: 6 };

export function doing(of: Construct): readonly IWidget[] {
  const matcher = (name: string) => ownMetric(name, 'matcher');
  return [
    graph('Lines and failures', ['Lines', 'Failures', 'Attempts', 'AttemptsIgnored', 'AttemptsLate'].map(matcher)),
    graph('Bans and unbans', [
      ...['Bans', 'BansProlonged', 'BansMissed'].map(matcher),
      ...liftersIn(of).map(({ service }) => ownMetric('Unbans', service)),
    ]),
    graph(
      'Bans that hold',
      bannersIn(of).map(({ service }) => ownMetric('ActiveBans', service, Stats.MAXIMUM)),
    ),
  ];
}

/**
 * Who was banned lately and for how long, from the logs of the functions that ban and lift.
 * Addresses stand in these logs, and so here, as long as `logRetentionDays` says; the lines they
 * were banned for do not. Each look at the dashboard is a query of the logs.
 */
export function banQueries(of: Construct): readonly IWidget[] {
  const logGroupNames = liftersIn(of).map(({ logGroup }) => logGroup.logGroupName);
  const bans = 'message in ["ban-made", "ban-prolonged", "ban-lifted", "ban-held-back"]';
  return [
    new LogQueryWidget({
      title: 'Latest bans and unbans (without those made by hand)',
      logGroupNames,
      queryLines: [
        'fields @timestamp, message, jail, id, banCount, fromMillis(expiresAt * 1000) as until, origin, reason',
        `filter ${bans}`,
        'sort @timestamp desc',
        'limit 50',
      ],
      ...{ width: 12, height: SIZE.height },
    }),
    new LogQueryWidget({
      title: 'Bans by jail',
      logGroupNames,
      view: LogQueryVisualizationType.TABLE,
      queryLines: [
        'filter message = "ban-made"',
        'stats count(*) as bans, count_distinct(id) as banned by jail',
        'sort bans desc',
      ],
      ...SIZE,
    }),
    graph('Should be none', [
      ...['AttemptsWhileBanned', 'BreakersTripped', 'BansHeldBack', 'LinesGivenUp', 'LinesCut'].map((name) =>
        ownMetric(name, 'matcher'),
      ),
      ownMetric('OwnAddressesUnread', 'lookout'),
      ownMetric('IgnoreNamesUnresolved', 'lookout'),
    ]),
  ];
}

export function keepingUp(of: Construct): readonly IWidget[] {
  const functions = functionsIn(of);
  const waiting = [
    ...only('matcher', of).map((one) => one.metric('AsyncEventAge', { ...LATEST, label: 'matcher' })),
    ...bannersIn(of).map((one) => one.metric('IteratorAge', { ...LATEST, label: one.service })),
  ];
  return [
    graph('From an event to its attempts and its ban (s)', [
      ...[Stats.p(50), Stats.p(90), Stats.MAXIMUM].map((one) => latency('MatchLatency', 'matcher', one)),
      latency('BanLatency', 'matcher', Stats.MAXIMUM),
    ]),
    graph(
      'From a ban, and from its end, to the firewalls (s)',
      bannersIn(of).flatMap(({ service }) => [
        ...[Stats.p(50), Stats.MAXIMUM].map((one) => latency('EnforcementLatency', service, one)),
        latency('UnbanLatency', service, Stats.MAXIMUM),
      ]),
    ),
    graph('Waiting for a function (ms)', waiting),
    graph(
      'Duration (ms)',
      functions.map((one) => one.metricDuration({ ...LATEST, label: one.service })),
    ),
  ];
}

export function takingIn(of: Construct): readonly IWidget[] {
  const functions = functionsIn(of);
  const queues = of.node.findAll().filter((one) => one instanceof Queue);
  return [
    graph('Bans past their end (s)', [
      ownMetric('OldestOverdueBan', 'expirer', Stats.MAXIMUM),
      ownMetric('OldestOverdueBanLeft', 'expirer', Stats.MAXIMUM),
    ]),
    graph('Errors, throttles, dead letters', [
      ...functions.map((one) => one.metricErrors({ period: MINUTE, label: `${one.service} errors` })),
      ...functions.map((one) => one.metricThrottles({ period: MINUTE, label: `${one.service} throttles` })),
      ...queues.map((one) => one.metricApproximateNumberOfMessagesVisible({ ...LATEST, label: one.node.id })),
    ]),
    graph('Events that came late, log groups left out', [
      ownMetric('EventsLate', 'matcher'),
      ownMetric('OwnLogsDelivered', 'matcher'),
      ...only('subscriber', of).flatMap(() =>
        ['LogGroupsUnread', 'LogGroupsLeft'].map((name) => ownMetric(name, 'subscriber', Stats.MAXIMUM)),
      ),
    ]),
    ...only('backfiller', of).map(() =>
      graph('Reading back: log groups, and how long one waits (s)', [
        ownMetric('BackfillsOpen', 'backfiller', Stats.MAXIMUM),
        ownMetric('BackfillLag', 'backfiller', Stats.MAXIMUM),
        ...['BackfillFailures', 'BackfillsGivenUp', 'Bans'].map((name) => ownMetric(name, 'backfiller')),
      ]),
    ),
  ];
}

export function targets(of: Construct): readonly IWidget[] {
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

/** Lines of one metric are told apart by their statistic. */
function latency(name: string, service: CloudjailFunction['service'], statistic: string): IMetric {
  return ownMetric(name, service, statistic).with({ label: `${service} ${name} ${statistic}` });
}

/** A line for each target, whatever there are. */
function utilization(): IMetric {
  return new MathExpression({
    expression: `SEARCH('{${METRICS_NAMESPACE},service,target} MetricName="TargetUtilization"', 'Maximum', 60)`,
    label: '',
    period: MINUTE,
  });
}

/** The functions that change bans. */
function liftersIn(of: Construct): readonly CloudjailFunction[] {
  return [...only('matcher', of), ...only('expirer', of), ...bannersIn(of)];
}

function only(service: CloudjailFunction['service'], of: Construct): readonly CloudjailFunction[] {
  return functionsIn(of).filter((one) => one.service === service);
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], ...SIZE, leftYAxis: { min: 0 } });
}
