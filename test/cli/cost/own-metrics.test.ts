import { describe, expect, it } from 'vitest';
import { metricsOf } from '../../../cli/cost/own-metrics.ts';
import { LOG_BYTES_PER_INVOCATION } from '../../../cli/cost/per-unit.ts';
import { METRICS, type Metric } from '../../../core/events/metrics.ts';
import { emittedMetrics, FUNCTIONS } from '../../infra/emitted-metrics.ts';

describe('the metrics that an estimate counts', () => {
  it.each(FUNCTIONS)('are all that the %s writes', (service) => {
    const listed = Object.values<Metric>(METRICS).filter(({ written }) => service in written);
    const series = listed.map(({ name, by = [] }) => `cloudjail ${name} [${[`service=${service}`, ...by]}]`);
    expect(series.sort()).toEqual([...new Set(emittedMetrics(service))].sort());
  });

  it('stand once a target where they name it', () => {
    const one = metricsOf('banner', 1);
    expect(metricsOf('banner', 3).always).toBe(one.always + 2);
    expect(metricsOf('somebody-else', 1)).toEqual({ always: 0, busy: 0 });
  });

  it('are those with every delivery, and those with attempts besides', () => {
    expect(metricsOf('matcher', 0)).toEqual({ always: 3, busy: 4 });
    expect(metricsOf('expirer', 0)).toEqual({ always: 1, busy: 3 });
    expect(metricsOf('backfiller', 0)).toEqual({ always: 0, busy: 0 });
  });

  it('of a delivery fit into what is counted as the line in the log', () => {
    const { always } = metricsOf('matcher', 0);
    expect(always).toBeGreaterThan(0);
    // In embedded metric format each metric has a name, a unit and a value: some 60 characters.
    expect(300 + 350 + always * 75).toBeLessThan(LOG_BYTES_PER_INVOCATION);
  });
});
