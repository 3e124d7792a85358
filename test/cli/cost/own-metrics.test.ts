import { describe, expect, it } from 'vitest';
import { metricsOf, OWN_METRICS } from '../../../cli/cost/own-metrics.ts';
import { LOG_BYTES_PER_INVOCATION } from '../../../cli/cost/per-unit.ts';
import type { CloudjailFunction } from '../../../infra/functions/function.ts';
import { emittedMetrics } from '../../infra/emitted-metrics.ts';

/** As the table of the estimate has them. */
function namesOf(service: string): readonly string[] {
  const written = emittedMetrics(service as CloudjailFunction['service']).map((metric) => {
    const [, name, dimensions = ''] = /^\S+ (\S+) \[(.*)\]$/.exec(metric) ?? [];
    const others = dimensions.split(',').filter((one) => !one.startsWith('service='));
    return others.length === 0 ? `${name}` : `${name} by ${others.join(' and ')}`;
  });
  return [...new Set(written)].sort();
}

describe('the metrics that an estimate counts', () => {
  it.each(Object.keys(OWN_METRICS))('are all that the %s writes', (service) => {
    const { always = [], busy = [], rare = [] } = OWN_METRICS[service] ?? {};
    expect([...always, ...busy, ...rare].sort()).toEqual(namesOf(service));
  });

  it('stand once a target where they name it', () => {
    const one = metricsOf('banner', 1);
    expect(metricsOf('banner', 3).always).toBe(one.always + 2);
    expect(metricsOf('somebody-else', 1)).toEqual({ always: 0, busy: 0 });
  });

  it('of a delivery fit into what is counted as the line in the log', () => {
    const names = OWN_METRICS['matcher']?.always ?? [];
    // In embedded metric format each metric has a name, a unit and a value: some 60 characters.
    expect(300 + 350 + names.length * 75).toBeLessThan(LOG_BYTES_PER_INVOCATION);
  });
});
