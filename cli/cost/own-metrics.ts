import type { Frequency } from '../../core/events/event-family.ts';
import { METRICS, type Metric } from '../../core/events/metrics.ts';
import type { FunctionName } from '../../core/names.ts';

/**
 * How many metrics the function writes always, and how many more in a month with bans. Those that
 * are rare are not counted.
 */
export function metricsOf(service: string, targets: number): { readonly always: number; readonly busy: number } {
  const count = (frequency: Frequency): number =>
    Object.values<Metric>(METRICS)
      .filter(({ written }) => written[service as FunctionName] === frequency)
      // A metric that names the target stands once for each.
      .reduce((sum, { by = [] }) => sum + (by.includes('target') ? targets : 1), 0);
  return { always: count('always'), busy: count('busy') };
}
