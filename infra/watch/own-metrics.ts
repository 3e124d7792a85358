import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../core/names.ts';
import { CloudjailFunction } from '../functions/function.ts';

/**
 * A metric as `lambdas/shared/emf-telemetry.ts` writes it: its only dimension is the function that
 * does. Powertools calls that dimension `service`.
 */
export function ownMetric(
  metricName: string,
  service: CloudjailFunction['service'],
  statistic: string = Stats.SUM,
): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service },
    statistic,
    period: Duration.minutes(1),
  });
}

/** The functions anywhere in a construct. */
export function functionsIn(scope: Construct): readonly CloudjailFunction[] {
  return scope.node.findAll().filter((one) => one instanceof CloudjailFunction);
}

/** Those of them that keep firewalls. */
export function bannersIn(scope: Construct): readonly CloudjailFunction[] {
  return functionsIn(scope).filter(({ service }) => service === 'banner' || service === 'ec2-banner');
}
