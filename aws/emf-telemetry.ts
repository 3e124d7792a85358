import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE } from '../core/names.ts';
import type { Telemetry, TelemetryEvent } from '../core/ports/telemetry.ts';

/** Events that close a piece of work: metrics are gathered until then, so that a batch is one EMF line, not one an id. */
const CLOSING: ReadonlySet<TelemetryEvent['kind']> = new Set([
  'batch-matched',
  'target-converged',
  'target-failed',
  'confirmation-failed',
  'entries-put-back',
  'expiry-run',
  'address-book-kept',
  'own-logs-delivered',
  'subscriptions-converged',
]);

/**
 * Telemetry for the cloud: a structured log line and EMF metrics an event. Addresses are never a metric dimension (each would be
 * a paid metric), and matched lines are never logged (they may hold names and passwords).
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
  switch (event.kind) {
    case 'batch-matched':
      count('Lines', event.lines);
      count('Failures', event.failures);
      count('NamesNotResolved', event.left.names);
      count('AddressesRefused', event.left.notAddresses);
      count('LinesCut', event.left.cutLines);
      count('LinesGivenUp', event.left.givenUp);
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
    case 'subscriptions-converged': {
      const { subscribed, changed, unread, left } = event;
      if (changed + unread + left > 0) logger.info(event.kind, { subscribed, changed, unread, left });
      count('LogGroupsSubscribed', subscribed);
      count('LogGroupsUnread', unread);
      count('LogGroupsLeft', left);
      return;
    }
    case 'expiry-run':
      if (event.left > 0) logger.error('overdue bans left', { left: event.left, oldestLeft: event.oldestLeft });
      count('OverdueBansLifted', event.lifted);
      count('OverdueBansLeft', event.left);
      metrics.addMetric('OldestOverdueBan', MetricUnit.Seconds, event.oldestOverdue);
      metrics.addMetric('OldestOverdueBanLeft', MetricUnit.Seconds, event.oldestLeft);
      return;
  }
}

const metricOf = {
  'ban-made': 'Bans',
  'ban-prolonged': 'BansProlonged',
  'ban-missed': 'BansMissed',
  'ban-lifted': 'Unbans',
} as const;

/** Once a jail and target, as an operator has to look for the leak; and over all of them, for an alarm. */
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
  metrics.addMetric('TargetWarnings', MetricUnit.Count, warnings.length);
  if (!Number.isFinite(capacity) || capacity === 0) return;
  const utilization = metrics.singleMetric();
  utilization.addDimensions({ target: event.target });
  utilization.addMetric('TargetUtilization', MetricUnit.Percent, (100 * held) / capacity);
}
