import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { LONGEST_LATENCY } from '../../core/latency.ts';
import { METRICS_NAMESPACE } from '../../core/names.ts';
import type { Telemetry, TelemetryEvent } from '../../core/ports/telemetry.ts';
import type { Ban } from '../../core/records/ban.ts';

/**
 * Events that close a piece of work: metrics are gathered until then, so that a batch is one EMF
 * line, not one an id.
 */
const CLOSING: ReadonlySet<TelemetryEvent['kind']> = new Set([
  'batch-matched',
  'target-converged',
  'target-failed',
  'changes-confirmed',
  'confirmation-failed',
  'entries-put-back',
  'expiry-run',
  'address-book-kept',
  'own-logs-delivered',
  'subscriptions-converged',
  'backfill-run',
]);

/**
 * Telemetry for the cloud: a structured log line and EMF metrics an event. Addresses are never a
 * metric dimension (each would be a paid metric), and matched lines are never logged (they may hold
 * names and passwords).
 */
export function emfTelemetry(): Telemetry {
  const logger = new Logger();
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
  return {
    emit(event) {
      report(event, logger, metrics);
      if (CLOSING.has(event.kind)) metrics.publishStoredMetrics();
    },
  };
}

function report(event: TelemetryEvent, logger: Logger, metrics: Metrics): void {
  const count = (name: string, value: number): unknown => metrics.addMetric(name, MetricUnit.Count, value);
  // A metric is paid for in the hours in which it is written, and no alarm takes silence of these
  // for anything but none.
  const countIfAny = (name: string, value: number): unknown => value > 0 && count(name, value);
  const secondsIfAny = (name: string, value: number): unknown =>
    value > 0 && metrics.addMetric(name, MetricUnit.Seconds, value);
  switch (event.kind) {
    case 'batch-matched':
      count('Lines', event.lines);
      count('Failures', event.failures);
      countIfAny('NamesNotResolved', event.left.names);
      countIfAny('AddressesRefused', event.left.notAddresses);
      countIfAny('LinesCut', event.left.cutLines);
      countIfAny('LinesGivenUp', event.left.givenUp);
      took('MatchLatency', event.took.seconds, metrics);
      countIfAny('EventsLate', event.took.late);
      return;
    case 'attempts-counted':
      count('Attempts', event.attempts);
      return;
    case 'attempts-ignored':
      count('AttemptsIgnored', event.attempts);
      return;
    case 'attempts-while-banned':
      attemptsWhileBanned(event, logger, metrics);
      return;
    case 'attempts-late':
      count('AttemptsLate', event.attempts);
      return;
    case 'ban-made':
    case 'ban-prolonged':
    case 'ban-missed':
    case 'ban-lifted': {
      const { id, jail, bannedAt, expiresAt, banCount, origin } = event.ban;
      logger.info(event.kind, { id, jail, bannedAt, expiresAt, banCount, origin });
      count(metricOf[event.kind], 1);
      if (event.kind === 'ban-made') took('BanLatency', banLatency(event.ban), metrics);
      return;
    }
    case 'breaker-tripped':
      logger.error(event.kind, { jail: event.jail, bans: event.bans });
      count('BreakersTripped', 1);
      return;
    case 'ban-held-back':
      logger.warn(event.kind, { jail: event.jail, id: event.id, reason: event.reason });
      count('BansHeldBack', 1);
      return;
    case 'address-book-kept':
      count('OwnAddressRanges', event.own);
      return;
    case 'own-addresses-unread':
      logger.error(event.kind, { error: event.error });
      count('OwnAddressesUnread', 1);
      return;
    case 'ignore-name-unresolved': {
      const { name, reason, addresses, holdsBack } = event;
      logger[holdsBack ? 'error' : 'warn'](event.kind, { name, reason, addresses, holdsBack });
      count('IgnoreNamesUnresolved', 1);
      return;
    }
    case 'target-converged':
      targetConverged(event, logger, metrics);
      return;
    case 'target-failed':
      logger.error(event.kind, { target: event.target, error: event.error });
      count('TargetFailures', 1);
      return;
    case 'changes-confirmed':
      changesConfirmed(event, logger, metrics);
      return;
    case 'confirmation-failed':
      logger.error(event.kind, { target: event.target, error: event.error });
      count('ConfirmationFailures', 1);
      return;
    case 'unbanned-in-target':
      logger.info(event.kind, { target: event.target, id: event.id, jail: event.jail });
      count('UnbansInTargets', 1);
      return;
    case 'entries-put-back':
      logger.warn(event.kind, { target: event.target, entries: event.ids.length });
      count('EntriesPutBack', event.ids.length);
      return;
    case 'own-logs-delivered':
      logger.error(event.kind, { logGroup: event.logGroup });
      count('OwnLogsDelivered', 1);
      return;
    case 'log-group-unread':
      logger.error(event.kind, { logGroup: event.logGroup, reason: event.reason });
      return;
    case 'catch-up-left':
      logger.warn(event.kind, { logGroup: event.logGroup });
      return;
    case 'subscriptions-converged': {
      const { subscribed, changed, unread, left } = event;
      if (changed + unread + left > 0) logger.info(event.kind, { subscribed, changed, unread, left });
      count('LogGroupsSubscribed', subscribed);
      countIfAny('LogGroupsUnread', unread);
      countIfAny('LogGroupsLeft', left);
      return;
    }
    case 'backfill-failed':
      logger[event.givenUp ? 'error' : 'warn'](event.kind, { logGroup: event.logGroup, error: event.error });
      count(event.givenUp ? 'BackfillsGivenUp' : 'BackfillFailures', 1);
      return;
    case 'backfill-ended': {
      const { logGroup, how, events, failures, bans } = event;
      logger.info(event.kind, { logGroup, how, events, failures, bans });
      return;
    }
    case 'backfill-run':
      countIfAny('BackfillsOpen', event.open);
      secondsIfAny('BackfillLag', event.lag);
      return;
    case 'expiry-run':
      if (event.left > 0) logger.error('overdue bans left', { left: event.left, oldestLeft: event.oldestLeft });
      countIfAny('OverdueBansLifted', event.lifted);
      count('OverdueBansLeft', event.left);
      secondsIfAny('OldestOverdueBan', event.oldestOverdue);
      secondsIfAny('OldestOverdueBanLeft', event.oldestLeft);
      return;
  }
}

const metricOf = {
  'ban-made': 'Bans',
  'ban-prolonged': 'BansProlonged',
  'ban-missed': 'BansMissed',
  'ban-lifted': 'Unbans',
} as const;

/** The values of a piece of work in one line, so that CloudWatch knows their percentiles. */
function took(metric: string, seconds: readonly number[], metrics: Metrics): void {
  for (const one of seconds) metrics.addMetric(metric, MetricUnit.Seconds, Math.round(one * 1000) / 1000);
}

/**
 * Seconds from the attempt that filled the window until its ban was on record; none for what an
 * operator did, and for what came late.
 */
function banLatency({ origin, bannedAt, madeAt }: Ban): readonly number[] {
  if (origin !== 'jail' || madeAt === undefined || madeAt - bannedAt > LONGEST_LATENCY) return [];
  return [Math.max(0, madeAt - bannedAt)];
}

/**
 * Seconds. What takes longer is told with the target's name, which the metrics leave out: each
 * would be a paid one.
 */
const SLOW = 60;

function changesConfirmed(
  { target, enforced, ended }: Extract<TelemetryEvent, { kind: 'changes-confirmed' }>,
  logger: Logger,
  metrics: Metrics,
): void {
  took('EnforcementLatency', enforced.seconds, metrics);
  took('UnbanLatency', ended.seconds, metrics);
  const slowest = { enforced: enforced.seconds.at(-1) ?? 0, ended: ended.seconds.at(-1) ?? 0 };
  if (Math.max(slowest.enforced, slowest.ended) > SLOW) logger.warn('slow to enforce', { target, slowest });
}

/**
 * Once a jail and target, as an operator has to look for the leak; and over all of them, for an
 * alarm.
 */
function attemptsWhileBanned(
  { jail, id, attempts, targets }: Extract<TelemetryEvent, { kind: 'attempts-while-banned' }>,
  logger: Logger,
  metrics: Metrics,
): void {
  logger.warn('attempts-while-banned', { jail, id, attempts, targets });
  metrics.addMetric('AttemptsWhileBanned', MetricUnit.Count, attempts);
  for (const target of targets) {
    const metric = metrics.singleMetric();
    metric.addDimensions({ jail, target });
    metric.addMetric('AttemptsWhileBanned', MetricUnit.Count, attempts);
  }
}

function targetConverged(
  event: Extract<TelemetryEvent, { kind: 'target-converged' }>,
  logger: Logger,
  metrics: Metrics,
): void {
  const { added, removed, overflow, held, capacity, warnings = [] } = event.report;
  if (added.length + removed.length > 0) {
    logger.info(event.kind, { target: event.target, added: added.length, removed: removed.length, held, capacity });
  }
  if (overflow.length > 0) logger.error('target full', { target: event.target, overflow: overflow.length, capacity });
  for (const warning of warnings) logger.warn('target warning', { target: event.target, warning });
  metrics.addMetric('TargetOverflow', MetricUnit.Count, overflow.length);
  if (warnings.length > 0) metrics.addMetric('TargetWarnings', MetricUnit.Count, warnings.length);
  if (event.active !== undefined) metrics.addMetric('ActiveBans', MetricUnit.Count, event.active);
  if (!Number.isFinite(capacity) || capacity === 0) return;
  const utilization = metrics.singleMetric();
  utilization.addDimensions({ target: event.target });
  utilization.addMetric('TargetUtilization', MetricUnit.Percent, (100 * held) / capacity);
}
