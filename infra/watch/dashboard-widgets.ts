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
import { BANNERS } from '../../core/events/emitters.ts';
import { METRICS } from '../../core/events/metrics.ts';
import { type FunctionName, METRICS_NAMESPACE } from '../../core/names.ts';
import type { TelemetryEvent } from '../../core/ports/telemetry.ts';
import { bannersIn, functionsCalled, functionsIn, ownMetric, type WrittenBy } from './own-metrics.ts';

const MINUTE = Duration.minutes(1);
const LATEST = { statistic: Stats.MAXIMUM, period: MINUTE };
/** The widgets of a row stand four to a row. */
const SIZE = { width: 6, height: 6 };

export function doing(of: Construct): readonly IWidget[] {
  const { Lines, Failures, Attempts, AttemptsIgnored, AttemptsLate, Bans, BansProlonged, BansMissed } = METRICS;
  return [
    graph('Lines and failures', ownMetrics('matcher', [Lines, Failures, Attempts, AttemptsIgnored, AttemptsLate])),
    graph('Bans and unbans', [
      ...ownMetrics('matcher', [Bans, BansProlonged, BansMissed]),
      ...liftersIn(of).map(({ service }) => ownMetric(METRICS.Unbans, service)),
    ]),
    graph(
      'Bans that hold',
      bannersIn(of).map(({ service }) => ownMetric(METRICS.ActiveBans, service)),
    ),
  ];
}

/**
 * The latest bans and their lengths, from the logs of the functions that ban and lift. Addresses
 * stay in these logs, and so here, for `logRetentionDays`; the evidence lines are not in them. Each
 * view of the dashboard queries the logs.
 */
export function banQueries(of: Construct): readonly IWidget[] {
  const { AttemptsWhileBanned, BreakersTripped, BansHeldBack, LinesGivenUp, LinesOutOfTime, LinesTooLong } = METRICS;
  const { OwnAddressesUnread, IgnoreNamesUnresolved } = METRICS;
  const logGroupNames = liftersIn(of).map(({ logGroup }) => logGroup.logGroupName);
  return [
    new LogQueryWidget({
      title: 'Latest bans and unbans (without those made by hand)',
      logGroupNames,
      queryLines: [
        'fields @timestamp, message, jail, id, banCount, fromMillis(expiresAt * 1000) as until, origin, reason',
        `filter message in [${quoted('ban-made', 'ban-prolonged', 'ban-lifted', 'ban-held-back')}]`,
        'sort @timestamp desc',
        'limit 50',
      ],
      width: 12,
      height: SIZE.height,
    }),
    new LogQueryWidget({
      title: 'Bans by jail',
      logGroupNames,
      view: LogQueryVisualizationType.TABLE,
      queryLines: [
        `filter message = ${quoted('ban-made')}`,
        'stats count(*) as bans, count_distinct(id) as banned by jail',
        'sort bans desc',
      ],
      ...SIZE,
    }),
    graph('Should be none', [
      ...ownMetrics('matcher', [
        AttemptsWhileBanned,
        BreakersTripped,
        BansHeldBack,
        LinesGivenUp,
        LinesOutOfTime,
        LinesTooLong,
      ]),
      ...ownMetrics('lookout', [OwnAddressesUnread, IgnoreNamesUnresolved]),
    ]),
  ];
}

export function keepingUp(of: Construct): readonly IWidget[] {
  const functions = functionsIn(of);
  const waiting = [
    ...functionsCalled(['matcher'], of).map((one) => one.metric('AsyncEventAge', { ...LATEST, label: 'matcher' })),
    ...bannersIn(of).map((one) => one.metric('IteratorAge', { ...LATEST, label: one.service })),
  ];
  return [
    graph('From an event to its attempts and its ban (s)', [
      ...[Stats.p(50), Stats.p(90), Stats.MAXIMUM].map((one) => latency(METRICS.MatchLatency, 'matcher', one)),
      latency(METRICS.BanLatency, 'matcher'),
    ]),
    graph(
      'From a ban, and from its end, to the firewalls (s)',
      bannersIn(of).flatMap(({ service }) => [
        ...[Stats.p(50), Stats.MAXIMUM].map((one) => latency(METRICS.EnforcementLatency, service, one)),
        latency(METRICS.UnbanLatency, service),
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
  const { BackfillsOpen, BackfillLag, BackfillFailures, BackfillsGivenUp } = METRICS;
  const functions = functionsIn(of);
  const queues = of.node.findAll().filter((one) => one instanceof Queue);
  return [
    graph('Bans past their end (s)', [
      ownMetric(METRICS.OldestOverdueBan, 'expirer'),
      ownMetric(METRICS.OldestOverdueBanLeft, 'expirer'),
    ]),
    graph('Errors, throttles, dead letters', [
      ...functions.map((one) => one.metricErrors({ period: MINUTE, label: `${one.service} errors` })),
      ...functions.map((one) => one.metricThrottles({ period: MINUTE, label: `${one.service} throttles` })),
      ...queues.map((one) => one.metricApproximateNumberOfMessagesVisible({ ...LATEST, label: one.node.id })),
    ]),
    graph('Events that came late, log groups left out', [
      ownMetric(METRICS.EventsLate, 'matcher'),
      ownMetric(METRICS.OwnLogsDelivered, 'matcher'),
      ...functionsCalled(['subscriber'], of).flatMap(() =>
        ownMetrics('subscriber', [METRICS.LogGroupsUnread, METRICS.LogGroupsLeft]),
      ),
    ]),
    ...functionsCalled(['backfiller'], of).map(() =>
      graph('Reading back: log groups, and how long one waits (s)', [
        ...ownMetrics('backfiller', [BackfillsOpen, BackfillLag, BackfillFailures, BackfillsGivenUp, METRICS.Bans]),
      ]),
    ),
  ];
}

export function targets(of: Construct): readonly IWidget[] {
  const each = (metric: WrittenBy<(typeof BANNERS)[number]>) =>
    bannersIn(of).map(({ service }) => ownMetric(metric, service));
  return [
    graph('How full each target is (%)', [utilization()]),
    graph('Bans without room', each(METRICS.TargetOverflow)),
    graph('Failures and warnings of targets', [
      ...each(METRICS.TargetFailures),
      ...each(METRICS.ConfirmationFailures),
      ...each(METRICS.TargetWarnings),
    ]),
    graph('Changed by hand', [...each(METRICS.EntriesPutBack), ...each(METRICS.UnbansInTargets)]),
  ];
}

/** Lines of one metric are distinguished by their statistic. */
function latency<Name extends FunctionName>(
  metric: WrittenBy<NoInfer<Name>>,
  service: Name,
  statistic: string = metric.statistic,
): IMetric {
  return ownMetric(metric, service, statistic).with({ label: `${service} ${metric.name} ${statistic}` });
}

function ownMetrics<Name extends FunctionName>(
  service: Name,
  metrics: readonly WrittenBy<NoInfer<Name>>[],
): readonly IMetric[] {
  return metrics.map((metric) => ownMetric(metric, service));
}

/** A line for each target, whatever there are. */
function utilization(): IMetric {
  return new MathExpression({
    expression:
      `SEARCH('{${METRICS_NAMESPACE},service,target} MetricName="${METRICS.TargetUtilization.name}"', ` +
      "'Maximum', 60)",
    label: '',
    period: MINUTE,
  });
}

/** The functions that change bans. */
function liftersIn(of: Construct) {
  return functionsCalled(['matcher', 'expirer', ...BANNERS], of);
}

/** Kinds of events, which are the messages of their log lines, in a query of the logs. */
function quoted(...kinds: readonly TelemetryEvent['kind'][]): string {
  return kinds.map((kind) => `"${kind}"`).join(', ');
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], ...SIZE, leftYAxis: { min: 0 } });
}
