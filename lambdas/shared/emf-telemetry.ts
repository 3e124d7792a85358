import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { EventEntry, MetricEntry } from '../../core/events/event-family.ts';
import { EVENTS } from '../../core/events/events.ts';
import { METRICS_NAMESPACE } from '../../core/names.ts';
import type { Telemetry, TelemetryEvent } from '../../core/ports/telemetry.ts';

/** Telemetry for the cloud: structured log lines and EMF metrics, as `EVENTS` has them. */
export function emfTelemetry(): Telemetry {
  const logger = new Logger();
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
  return {
    emit(event) {
      // The entry of a kind takes the payload of that kind, which the compiler can't follow here.
      const entry = EVENTS[event.kind] as EventEntry<TelemetryEvent>;
      for (const { level, message = event.kind, lines } of entry.logs ?? []) {
        for (const fields of lines(event)) logger[level](message, fields);
      }
      for (const [listed, metric] of Object.entries(entry.metrics ?? {})) {
        write(metric.name ?? listed, metric, event, metrics);
      }
      if (entry.closes) metrics.publishStoredMetrics();
    },
  };
}

function write(name: string, metric: MetricEntry<TelemetryEvent>, event: TelemetryEvent, metrics: Metrics): void {
  for (const value of valuesOf(metric, event)) {
    if (!metric.series) metrics.addMetric(name, metric.unit, value);
    for (const dimensions of metric.series?.(event) ?? []) {
      const single = metrics.singleMetric();
      single.addDimensions({ ...dimensions });
      single.addMetric(name, metric.unit, value);
    }
  }
}

function valuesOf({ unit, omitsZero, value }: MetricEntry<TelemetryEvent>, event: TelemetryEvent): readonly number[] {
  const values = [value(event) ?? []].flat();
  return values
    .filter((one) => one > 0 || !omitsZero)
    .map((one) => (unit === 'Seconds' ? Math.round(one * 1000) / 1000 : one));
}
